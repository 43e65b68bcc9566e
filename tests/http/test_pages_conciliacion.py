"""The bank beside the books: what is proposed and decided, what is missing on either side, and its statements."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.samples import an_xml
from horux_core.kernel.rfc import Rfc
from horux_http.browser.formats import importe
from tests.http.banco import csv, listed, uploaded
from tests.http.browsing import ORIGIN, Browser, Page, entered
from tests.http.whole import CLIENT, Whole, whole

PATH = "/conciliacion"
HOSTILE = "<script>x</script> & «Cía»"
FOLIO = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3bb00{}"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        yield built


@pytest.fixture
def product(started: Whole) -> Iterator[Whole]:
    """With no bank and no documents."""
    yield started
    tenant = started.horux.gateways.registry().find(Rfc(CLIENT)).id
    with started.horux.gateways.books().databases[tenant].transaction() as tables:
        tables.clear()


@pytest.fixture(scope="module")
def contador(started: Whole) -> Browser:
    return entered(started, "contador")


def kept(product: Whole, n: int, fecha: str = "2026-01-10T10:00:00", **more: Any) -> str:
    uuid = FOLIO.format(n)
    xml = an_xml(uuid=uuid, rfc_emisor=CLIENT, fecha=fecha, total="1160.00", nombre_receptor=HOSTILE, **more)
    headers = {**product.credential("owner"), "Content-Type": "application/xml"}
    answer = product.http.post("/api/cfdi", content=xml, headers=headers)
    assert answer.status_code == 201, answer.text
    return uuid


def suggested(product: Whole) -> str:
    """A row with a proposal to decide on."""
    uuid = kept(product, 1, metodo_pago="PPD", forma_pago="99")
    uploaded(product, csv(f"20/01/2026,{HOSTILE},,1160.00,"))
    return uuid


def send(browser: Browser, content: bytes, csrf: str | None = None, **fields: str) -> Page:
    files = {"archivo": ("<b>enero.csv", content, "text/csv")}
    return browser.submit(PATH, {"cuenta": "BBVA", **fields}, csrf=csrf, files=files)


def forms(page: Page, verb: str) -> list[str]:
    return [str(each) for each in page.every(f"//form[contains(@action, '/{verb}')]/@action")]


def test_without_a_bank_it_asks_for_a_statement(product: Whole, contador: Browser) -> None:
    page = contador.get(PATH)
    assert "Todavía no hay movimientos del banco" in page.text
    assert page.every("//form[@enctype]//input[@type='file']")
    visor = entered(product, "visor").get(PATH)
    assert "Cuando tu contador o el dueño cargue" in visor.text
    assert not visor.every("//form[@enctype]")


def test_a_statement_is_taken_and_told(product: Whole, contador: Browser) -> None:
    kept(product, 1)
    sent = send(contador, csv("11/01/2026,SPEI FAC A1,,1160.00,", "12/01/2026,OTRO,,7.00,"))
    assert (sent.status, sent.location) == (303, PATH)
    page = contador.follow(sent)
    assert page.told == ("Estado de cuenta de BBVA: 2 movimientos, 2 nuevos. 1 conciliado, 0 por decidir y 1 sin CFDI.")
    assert len(listed(product)["items"]) == 2
    assert "OTRO" in contador.get(f"{PATH}?lista=sin-cfdi").text


def test_a_pair_stands_side_by_side_as_the_api_tells_it(product: Whole, contador: Browser) -> None:
    uuid = suggested(product)
    (row,) = listed(product, "?estado=sugerido")["items"]
    page = contador.get(PATH)
    assert page.texts("//tbody//td[@data-m='2']") == [importe(row["importe"])]
    assert page.every(f"//tbody//a[@href='/cfdi/{uuid}']")
    assert HOSTILE in page.text
    assert HOSTILE not in page.html
    ident = row["propuestas"][0]["id"]
    assert forms(page, "aceptar") == [f"{PATH}/{ident}/aceptar"]


def test_it_is_accepted_undone_and_refused(product: Whole, contador: Browser) -> None:
    suggested(product)
    (accept,) = forms(contador.get(PATH), "aceptar")
    done = contador.done(accept, {"lista": "todos"})
    assert done.told == "Conciliado."
    assert listed(product)["items"][0]["estado"] == "conciliado"
    (undo,) = forms(done, "deshacer")
    assert "vuelve a estar por decidir" in contador.done(undo, {"lista": "propuestas"}).told
    assert listed(product)["items"][0]["estado"] == "sugerido"
    (refuse,) = forms(contador.get(PATH), "rechazar")
    assert "rechazada" in contador.done(refuse, {"lista": "https://malo.example"}).told
    assert listed(product)["items"][0]["estado"] == "rechazado"
    assert contador.submit(accept, {"lista": ""}).status == 404


def test_a_visor_decides_nothing(product: Whole, contador: Browser) -> None:
    suggested(product)
    visor = entered(product, "visor")
    page = visor.get(PATH)
    assert page.every("//tbody//tr")
    assert not page.every("//main//form")
    (accept,) = forms(contador.get(PATH), "aceptar")
    assert visor.submit(accept).status == 403
    assert contador.submit(accept, csrf="").status == 403
    assert listed(product)["items"][0]["estado"] == "sugerido"


def test_what_the_bank_does_not_show_is_listed(product: Whole, contador: Browser) -> None:
    uuid = kept(product, 2, fecha="2026-01-15T10:00:00")
    uploaded(product, csv("02/01/2026,UNO,,3.00,", "30/01/2026,DOS,,4.00,"))
    page = contador.get(f"{PATH}?lista=sin-banco")
    assert page.every(f"//tbody//a[@href='/cfdi/{uuid}']")
    assert page.texts("//tbody//td[@data-m='2']") == ["1,160.00"]
    assert "Ningún estado de cuenta" in contador.get(f"{PATH}?lista=sin-banco&mes=2026-03").text
    assert contador.get(f"{PATH}?lista=sin-banco&mes=nada").status == 422


@pytest.mark.parametrize(
    ("field", "content", "fields"),
    [
        ("archivo", b"nada", {}),
        ("archivo", b"", {}),
        ("cuenta", csv("11/01/2026,SPEI,,1160.00,"), {"cuenta": ""}),
        ("tipoCambio", csv("11/01/2026,SPEI,,1160.00,"), {"moneda": "USD"}),
        ("tipoCambio", csv("11/01/2026,SPEI,,1160.00,"), {"moneda": "USD", "tipoCambio": "mucho"}),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    product: Whole, contador: Browser, field: str, content: bytes, fields: dict[str, str]
) -> None:
    page = send(contador, content, **fields)
    assert page.status == 422
    assert page.error_of(field)
    assert "`" not in page.error_of(field)
    assert page.value_of("cuenta") == fields.get("cuenta", "BBVA")
    assert listed(product)["items"] == []


def test_without_proof_nothing_is_taken(product: Whole, contador: Browser) -> None:
    statement = csv("11/01/2026,SPEI,,1160.00,")
    assert send(contador, statement, csrf="").status == 403
    assert send(contador, statement, csrf="0" * 64).status == 403
    assert listed(product)["items"] == []
    header = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": contador.csrf}
    files = {"archivo": ("enero.csv", statement, "text/csv")}
    assert contador.ask("POST", PATH, header, data={"cuenta": "BBVA"}, files=files).status == 303


@pytest.mark.parametrize("rate", ["18,543", "mucho", "18.1234567"])
def test_a_rate_is_written_as_in_every_form(product: Whole, contador: Browser, rate: str) -> None:
    kept(product, 1)
    page = send(contador, csv("11/01/2026,SPEI,,7.00,"), moneda="USD", tipoCambio=rate)
    assert page.status == 422
    assert page.error_of("tipoCambio") == "Escribe el tipo de cambio así: 18.5432."
    assert page.value_of("tipoCambio") == rate


def test_one_is_said_as_one(product: Whole, contador: Browser) -> None:
    kept(product, 1)
    page = contador.follow(send(contador, csv("11/01/2026,OTRO,,7.00,")))
    assert "1 movimiento, 1 nuevo. 0 conciliados" in page.told
