"""The month at a glance: what the API tells, each figure with its documents, and how the books begin."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.ports.alertas import an_alert
from contracts.routes import METADATA
from contracts.samples import an_xml
from horux_core.fiscal.tablero.consultando import por_declarar
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from horux_http.browser.formats import importe, pesos
from tests.http.browsing import Browser, entered
from tests.http.whole import CLIENT, Whole, whole

HOSTILE = "<script>alert('x')</script> & «Cía»"
ENERO = "/inicio/2026/1"
DUE = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b8001"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        own = {**built.credential("owner"), "Content-Type": "application/xml"}
        content = an_xml(
            uuid=DUE, total="1160.00", metodo_pago="PPD", rfc_emisor=CLIENT, fecha="2026-01-11T07:10:23",
            nombre_receptor=HOSTILE,
        )  # fmt: skip
        answer = built.http.post("/api/cfdi", content=content, headers=own)
        assert answer.status_code == 201, answer.text
        tenant = built.horux.gateways.registry().find(Rfc(CLIENT)).id
        with built.horux.gateways.books().open(tenant) as books:
            books.alertas.guardar([an_alert()])
        yield built


@pytest.fixture(scope="module")
def owner(product: Whole) -> Browser:
    return entered(product, "owner")


def told(product: Whole) -> Any:
    path = "/api/dashboard?anio=2026&mes=1"
    return product.http.get(path, headers=product.credential("owner")).json()


def test_shows_what_the_api_tells(product: Whole, owner: Browser) -> None:
    api, page = told(product), owner.get(ENERO)
    assert (page.status, page.h1) == (200, "Enero 2026")
    shown = dict(zip(page.texts("//dl[@class='kpis']//dt"), page.texts("//dl[@class='kpis']//a"), strict=True))
    assert shown == {
        "Ingresos facturados": importe(api["ingresos"]["importe"]),
        "Gastos facturados": importe(api["gastos"]["importe"]),
        "IVA a pagar": pesos(api["iva"]["aPagarPesos"]),
        "ISR provisional": pesos(api["isr"]["aPagarPesos"]),
    }
    assert api["ingresos"]["importe"] != "0.00"
    assert page.texts("//tr[@class='final']/td") == [importe(api[side]["saldo"]) for side in ("porCobrar", "porPagar")]
    assert f"Emitidos{api['cfdis']['emitidos']}" in page.text.replace(" ", "")


@pytest.mark.parametrize("cifra", ["ingresos", "saldoPorCobrar"])
def test_a_figure_opens_its_documents(owner: Browser, cifra: str) -> None:
    page = owner.get(f"{ENERO}?cifra={cifra}")
    assert page.every(f"//aside[@id='explicacion']//a[@href='/cfdi/{DUE}']")
    assert HOSTILE in page.text
    assert HOSTILE not in page.html
    answer, total = page.texts("//p[@class='answer']")[0], page.texts("//aside//tr[@class='final']/td")[0]
    assert answer == total != "0.00"


def test_says_what_the_sat_has_and_the_books_lack(product: Whole, owner: Browser) -> None:
    assert "Sin metadata del SAT de este mes" in owner.get(ENERO).text
    kind = {**product.credential("owner"), "Content-Type": "application/octet-stream"}
    assert product.http.post("/api/xml-sat/paquetes", content=METADATA, headers=kind).status_code == 200
    page, facts = owner.get(ENERO), "//main//dl[@class='facts facts--num']"
    shown = dict(zip(page.texts(f"{facts}/dt"), page.texts(f"{facts}/dd"), strict=True))
    assert (shown["CFDI según el SAT"], shown["Con XML cargado"], shown["Faltan"]) == ("1", "0", "1 XML")


def test_a_figure_that_is_none_opens_nothing(owner: Browser) -> None:
    assert not owner.get(f"{ENERO}?cifra=<b>").every("//aside[@id='explicacion']")


def test_the_gravest_alerts_lead_to_theirs(owner: Browser) -> None:
    assert owner.get(ENERO).every(f"//a[@href='/alertas?ver={an_alert().id}#explicacion']")


def test_begins_with_the_month_that_is_declared(owner: Browser) -> None:
    assert por_declarar(date(2026, 4, 17)) == Periodo(2026, 3)
    assert por_declarar(date(2026, 4, 18)) == Periodo(2026, 4)
    assert por_declarar(date(2026, 1, 1)) == Periodo(2025, 12)
    assert owner.get("/inicio").status == 200


def test_before_there_is_a_cfdi_it_says_how_to_begin(tmp_path: Path) -> None:
    with whole(tmp_path) as empty:
        page, looked = entered(empty, "owner").get("/inicio"), entered(empty, "visor").get("/inicio")
    assert "Cuando tu contador o el dueño los cargue" in looked.text
    assert "Todavía no hay CFDI" in page.text
    assert page.texts("//ol//a") == ["Datos fiscales", "CFDI", "e.firma", "Saldo a favor inicial"]
    assert "de 4 pasos" in page.text


def test_without_its_year_before_there_is_no_month(owner: Browser) -> None:
    assert owner.get("/inicio/1990/1").status == 422


def test_what_is_past_due_comes_before_what_follows(product: Whole, owner: Browser) -> None:
    headers, sent = product.credential("owner"), {"regimenes": ["601"]}
    paid = an_xml(uuid=DUE[:-1] + "9", rfc_emisor=CLIENT, fecha="2026-01-11T07:10:23")
    kind = {**headers, "Content-Type": "application/xml"}
    assert product.http.post("/api/cfdi", content=paid, headers=kind).status_code == 201
    assert product.http.patch("/api/configuracion/fiscal?anio=2026", json=sent, headers=headers).status_code == 200
    vencidas = told(product)["proximas"]["vencidas"]
    assert vencidas["cuantas"] > 1
    page = owner.get(ENERO)
    desde = date.fromisoformat(vencidas["desde"])
    assert f"{vencidas['cuantas']} vencidas, la más antigua del {desde.day} " in page.texts("//*[@id='vencidas']")[0]
    assert page.every("//*[@id='vencidas']/a/@href") == [f"/calendario?anio={desde.year}&mes={desde.month}"]
