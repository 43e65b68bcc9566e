"""The documents in a browser: the list, its cuts and sums, one of them whole, and its keeper's judgement."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pytest

from contracts.routes import CLIENT, UUID
from contracts.samples import UnConcepto, UnDocto, UnPago, an_xml
from horux_core.billing.model import SubscriptionStatus
from horux_core.plans.model import Plan
from tests.http.browsing import Browser, Page
from tests.http.paged import browser
from tests.http.stage import Stage, staged

HOSTILE = "<script>alert(1)</script>\"'=HYPERLINK(0)"
PPD, PAGO, GASTO, FORMULA = (f"5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b7c0{n}" for n in range(4))
FECHA = "2026-01-15T10:00:00"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.put_back(Plan.ENTERPRISE, "authorized")
    docto = UnDocto(PPD)
    for content in (
        an_xml(
            uuid=PPD, rfc_emisor=CLIENT, metodo_pago="PPD", forma_pago="99", folio="900", total="1160.00", fecha=FECHA
        ),
        an_xml(uuid=PAGO, rfc_emisor=CLIENT, folio="901", pagos=(UnPago(doctos=(docto,)),), fecha=FECHA),
        an_xml(
            uuid=GASTO, rfc_receptor=CLIENT, rfc_emisor="URE180429TM6", nombre_emisor=HOSTILE, folio="902", fecha=FECHA
        ),
        an_xml(uuid=FORMULA, rfc_emisor=CLIENT, nombre_receptor="=1+2|cmd", folio="903", fecha=FECHA),
    ):  # fmt: skip
        headers = {**built.credentials["owner"], "Content-Type": "application/xml"}
        answer = built.product.http.post("/api/cfdi/", content=content, headers=headers)
        assert answer.status_code == 201, answer.text
    return built


@pytest.fixture
def owner(stage: Stage) -> Browser:
    return browser(stage, "owner")


def api(stage: Stage, path: str, who: str = "owner") -> Any:
    return stage.product.http.get(path, headers=stage.credentials[who]).json()


def folios(page: Page) -> list[str]:
    return [urlsplit(str(to)).path.rpartition("/")[2] for to in page.every("//table//td//a/@href")]


@pytest.mark.parametrize("who", ["owner", "contador", "visor", "operator-viewing"])
def test_lists_what_the_api_lists(stage: Stage, who: str) -> None:
    page = browser(stage, who).get("/cfdi")
    assert page.status == 200
    assert folios(page) == [item["uuid"] for item in api(stage, "/api/cfdi/")["items"]]
    assert bool(page.every("//main//a[@href='/carga']")) is (who != "visor")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("direccion=recibido", [GASTO]),
        ("q=902", [GASTO]),
        (f"q={PPD}", [PPD]),
        (f"q={PPD[:13].upper()}&metodoPago=PPD", [PPD]),
        ("q=a-901&desde=&hasta=&tipo=&metodoPago=&estado=", [PAGO]),
        ("rfc=URE180429TM6&direccion=recibido", [GASTO]),
        ("tipo=P", [PAGO]),
        ("metodoPago=PPD&desde=2026-01-15&hasta=2026-01-15", [PPD]),
        ("direccion=recibido&direccion=emitido&metodoPago=PPD", [PPD]),
    ],
)
def test_the_address_is_the_filter(owner: Browser, query: str, expected: list[str]) -> None:
    page = owner.get(f"/cfdi?{query}")
    assert folios(page) == expected
    assert page.every("//main//a[contains(@href, '/cfdi/exportar')]")


def test_sums_issued_and_received_apart(stage: Stage, owner: Browser) -> None:
    items = api(stage, "/api/cfdi/")["items"]
    side = {
        name: sum((Decimal(i["totalMxn"] or 0) for i in items if i["direccion"] == name), Decimal(0))
        for name in ("emitido", "recibido")
    }
    (bar,) = owner.get("/cfdi").texts("//div[contains(@class, 'statusbar')]")
    assert f"Cuenta {len(items)} Emitidos {side['emitido']:,.2f} Recibidos {side['recibido']:,.2f} MXN" in bar
    assert f"{side['emitido'] + side['recibido']:,.2f}" not in bar
    assert [t.split()[-1] for t in owner.get("/cfdi?q=902").texts("//nav[@id='cortes']/a")] == ["1", "0", "1", "0"]


def test_what_cannot_be_read_is_told_beside_its_field(owner: Browser) -> None:
    page = owner.get("/cfdi?desde=ayer&q=902")
    assert (page.status, page.error_of("desde"), page.value_of("q")) == (422, "Escribe el día como 2026-03-31.", "902")
    assert folios(page) == []
    assert owner.get("/cfdi?desde=2026-02-01&hasta=2026-01-01").error_of("hasta")
    assert owner.get("/cfdi?q=%00").error_of("q")
    assert owner.get("/cfdi?cursor=xyz").status == 422


def test_a_phone_shows_the_side_of_each_and_both_sums(stage: Stage, owner: Browser) -> None:
    items = api(stage, "/api/cfdi/")["items"]
    page = owner.get("/cfdi")
    told = page.texts("//td[@data-m='3']/span[@class='m-only']")
    assert [item["direccion"] in each for item, each in zip(items, told, strict=True)] == [True] * len(items)
    assert [each.split()[0] for each in page.texts("//div[contains(@class, 'statusbar')]/span[@class='sum']")] == [
        "Emitidos",
        "Recibidos",
    ]


@pytest.mark.parametrize(
    "query", ["direccion=emitido", "direccion=recibido", "tipo=I", "metodoPago=PPD", "desde=2026-01-15", "q=902"]
)
def test_the_sums_are_those_of_the_same_filter_in_the_api(stage: Stage, owner: Browser, query: str) -> None:
    items = [i for i in api(stage, f"/api/cfdi/?{query}")["items"] if i["estado"] == "vigente"]
    shown = owner.get(f"/cfdi?{query}").texts("//div[contains(@class, 'statusbar')]/span[@class='sum']")
    for side, word in (("emitido", "Emitidos"), ("recibido", "Recibidos")):
        adds = [Decimal(i["totalMxn"] or 0) for i in items if i["direccion"] == side and i["tipo"] in "IE"]
        assert ([each for each in shown if each.startswith(word)] == [f"{word} {sum(adds):,.2f}"]) is bool(adds)


def test_nothing_found_says_which_filter_to_take_away(owner: Browser) -> None:
    page = owner.get("/cfdi?q=902&tipo=N")
    assert "Sin el filtro de tipo hay 1." in page.text
    (link,) = page.every("//a[text()='Quitar tipo']/@href")
    assert folios(owner.get(link)) == [GASTO]


def test_nothing_at_all_says_what_to_do(stage: Stage) -> None:
    books = stage.product.horux.gateways.books().databases[stage.tenant]
    books.tables.clear()
    page = browser(stage, "owner").get("/cfdi")
    assert "Todavía no hay CFDI" in page.text
    assert len(page.every("//main//a[@href='/carga']")) == 1
    assert not browser(stage, "visor").get("/cfdi").every("//main//a[@href='/carga']")


def test_pages_of_fifty_follow_each_other(stage: Stage, owner: Browser) -> None:
    stage.product.horux.gateways.memory()
    many = [{"xml": an_xml(uuid=f"5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b8c{n:02d}", rfc_emisor=CLIENT).decode()}
            for n in range(60)]  # fmt: skip
    sent = stage.product.http.post("/api/cfdi/bulk", json=many, headers=stage.credentials["owner"])
    assert sent.json()["inserted"] == 60
    first = owner.get("/cfdi?direccion=emitido")
    (to,) = first.every("//a[@rel='next']/@href")
    second = owner.get(to)
    assert len(folios(first)) == 50
    assert not set(folios(first)) & set(folios(second))
    assert "1 a 50 de 64" in first.text
    assert "51 a 64 de 64" in second.text
    assert parse_qs(urlsplit(to).query)["direccion"] == ["emitido"]
    assert not second.every("//a[@rel='next']")
    assert len(first.html) < 150_000


def test_exports_text_that_is_never_a_formula(owner: Browser) -> None:
    page = owner.get("/cfdi/exportar?formato=csv&q=903")
    assert page.answer.headers["content-disposition"].startswith(f'attachment; filename="{CLIENT}-cfdi-')
    rows = list(csv.DictReader(io.StringIO(page.answer.content.decode("utf-8-sig"))))
    assert [(row["UUID"], row["Receptor"], row["Total"]) for row in rows] == [(FORMULA, "'=1+2|cmd", "1160.00")]
    book = owner.get("/cfdi/exportar?formato=xlsx&q=903").answer
    sheet = ZipFile(io.BytesIO(book.content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert ">=1+2|cmd</t>" in sheet


@pytest.mark.parametrize("who", ["owner", "visor", "operator-viewing"])
def test_a_document_is_shown_whole(stage: Stage, who: str) -> None:
    told, page = api(stage, f"/api/cfdi/{PPD}"), browser(stage, who).get(f"/cfdi/{PPD}")
    assert page.h1 == "Factura A-900"
    figures = page.texts("//dl[@class='kpis']//dd[1]")
    paid = Decimal(told["total"]) - Decimal(told["saldo"])
    assert figures[:3] == [f"{Decimal(v):,.2f}" for v in (told["total"], paid, told["saldo"])]
    (last,) = page.texts("//section[@id='pagos']//tr[contains(@class, 'final')]/td")
    assert last == f"{Decimal(told['saldo']):,.2f}"
    assert page.every(f"//section[@id='pagos']//a[@href='/cfdi/{PAGO}']")
    assert page.every("//section[@id='pagos']//a[starts-with(@href, '/iva/')]")
    assert bool(page.every("//section[@id='juicio']")) is (who != "visor")
    assert browser(stage, who).get(f"/cfdi/{PAGO}").every(f"//section[@id='pagos']//a[@href='/cfdi/{PPD}']")


def test_gives_the_very_file(stage: Stage, owner: Browser) -> None:
    answer = owner.get(f"/cfdi/{PPD}/xml").answer
    sent = stage.product.http.get(f"/api/cfdi/{PPD}/xml", headers=stage.credentials["owner"])
    assert answer.content == sent.content
    assert answer.headers["content-disposition"] == f'attachment; filename="{PPD}.xml"'
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_others_wrote_is_text(owner: Browser) -> None:
    for path in ("/cfdi", f"/cfdi/{GASTO}", "/buscar?q=902", f"/buscar?q={HOSTILE}", f"/cfdi?q={HOSTILE}"):
        page = owner.get(path)
        assert "<script>alert" not in page.html, path
        assert not page.every("//*[@onclick or @onerror or @style]"), path
    assert HOSTILE in owner.get(f"/cfdi/{GASTO}").text


def test_other_peoples_documents_are_not_there(stage: Stage, owner: Browser) -> None:
    for path in (f"/cfdi/{UUID[:-1]}9", "/cfdi/nada", f"/cfdi/{UUID[:-1]}9/xml"):
        assert owner.get(path).status == 404, path
    stranger = stage.product.credential("operator")
    cookies = {"horux_sesion": stranger["Authorization"].removeprefix("Bearer ")}
    assert Browser(stage.product, cookies).get(f"/cfdi/{UUID}").location == "/op/clientes"


def test_its_keeper_says_what_the_xml_does_not(stage: Stage, owner: Browser) -> None:
    fields = {"estado": "vigente", "fechaCancelacion": "", "destinoIva": "mixto", "acreditablePct": "8.5"}
    page = owner.done(f"/cfdi/{GASTO}", fields)
    assert page.told.startswith("Guardado.")
    assert (page.value_of("destinoIva"), page.value_of("acreditablePct")) == ("mixto", "8.5")
    told = api(stage, f"/api/cfdi/{GASTO}")
    assert (told["destinoIva"], told["acreditablePct"]) == ("mixto", "8.50")
    owner.done(f"/cfdi/{GASTO}", {**fields, "destinoIva": "", "acreditablePct": "", "estado": "cancelado"})
    told = api(stage, f"/api/cfdi/{GASTO}")
    assert (told["destinoIva"], told["acreditablePct"], told["estado"]) == (None, None, "cancelado")
    assert "Cancelado" in owner.get("/cfdi?q=902").texts("//tr[@class='void']/td")[-1]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"acreditablePct": "101"}, "acreditablePct"),
        ({"acreditablePct": "mucho"}, "acreditablePct"),
        ({"acreditablePct": "8,5"}, "acreditablePct"),
        ({"acreditablePct": "\u0668"}, "acreditablePct"),
        ({"acreditablePct": "NaN"}, "acreditablePct"),
        ({"acreditablePct": "1.23456"}, "acreditablePct"),
        ({"destinoIva": "otro"}, "destinoIva"),
        ({"estado": "perdido"}, "estado"),
        ({"estado": "cancelado", "fechaCancelacion": "ayer"}, "fechaCancelacion"),
        ({"estado": "cancelado", "fechaCancelacion": "2020-01-01"}, "fechaCancelacion"),
        ({"estado": "cancelado", "fechaCancelacion": "2999-01-01"}, "fechaCancelacion"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    stage: Stage, owner: Browser, fields: dict[str, str], field: str
) -> None:
    sent = {"estado": "vigente", "fechaCancelacion": "", "destinoIva": "mixto", "acreditablePct": "8.5", **fields}
    before = stage.kept_but_the_trail()
    page = owner.submit(f"/cfdi/{GASTO}", sent)
    assert page.status == 422
    assert page.error_of(field)
    if field in ("acreditablePct", "fechaCancelacion"):
        assert page.value_of(field) == sent[field]
    assert page.value_of("estado") == (sent["estado"] if field != "estado" else "")
    assert stage.kept_but_the_trail() == before


def test_a_payment_is_judged_in_its_invoice(stage: Stage, owner: Browser) -> None:
    page = owner.submit(f"/cfdi/{PPD}", {"estado": "vigente", "destinoIva": "mixto"})
    assert (page.status, bool(page.texts("//*[@role='alert']"))) == (422, True)


def test_without_a_subscription_the_judgement_is_shut(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, SubscriptionStatus.PAUSED.value)
    page = browser(stage, "owner").get(f"/cfdi/{UUID}")
    assert page.every("//section[@id='juicio']//fieldset[@disabled]")
    assert page.every("//a[@data-file]")
    assert not browser(stage, "operator-viewing").get(f"/cfdi/{UUID}").every("//fieldset[@disabled]")


def test_finds_documents_reports_and_pages(stage: Stage, owner: Browser) -> None:
    page = owner.get("/buscar?q=902")
    assert [str(to) for to in page.every("//div[@data-results]//a/@href")] == [f"/cfdi/{GASTO}"]
    assert "/reportes/diot" in owner.get("/buscar?q=DIOT").every("//div[@data-results]//a/@href")
    pages = owner.get("/buscar?q=suscripci%C3%B3n").every("//div[@data-results]//a/@href")
    assert pages == ["/configuracion"]
    assert "Nada con" in owner.get("/buscar?q=zzzz").text
    assert "¿Qué buscas?" in owner.get("/buscar?q=a").text
    assert not browser(stage, "visor").get("/buscar?q=usuarios").every("//div[@data-results]//a")
    stage.put_back(Plan.STARTER, "authorized")
    assert not browser(stage, "owner").get("/buscar?q=DIOT").every("//div[@data-results]//a")


def test_lines_of_the_document_are_shown(stage: Stage, owner: Browser) -> None:
    uuid = f"{PPD[:-1]}f"
    content = an_xml(uuid=uuid, rfc_emisor=CLIENT, conceptos=(UnConcepto(importe="10.00", clave="01010101"),))
    headers = {**stage.credentials["owner"], "Content-Type": "application/xml"}
    assert stage.product.http.post("/api/cfdi/", content=content, headers=headers).status_code == 201
    row = owner.get(f"/cfdi/{uuid}").texts("//div[@aria-label='Conceptos']//tbody/tr")
    assert len(row) == 1
    assert "01010101" in row[0]
