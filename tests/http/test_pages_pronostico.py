"""The coming weeks on paper: what the API tells, each figure with its documents, and the file of it."""

import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from contracts.samples import an_xml
from horux_core.kernel.rfc import Rfc
from horux_http.browser.formats import importe
from tests.http.browsing import Browser, entered
from tests.http.whole import CLIENT, Whole, whole

HOSTILE = "<script>alert('x')</script> & «Cía»"
DUE = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b9001"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        own = {**built.credential("owner"), "Content-Type": "application/xml"}
        content = an_xml(
            uuid=DUE, total="1160.00", metodo_pago="PPD", rfc_emisor=CLIENT, fecha="2026-01-11T07:10:23",
            nombre_receptor=HOSTILE,
        )  # fmt: skip
        assert built.http.post("/api/cfdi", content=content, headers=own).status_code == 201
        yield built


@pytest.fixture(scope="module")
def owner(product: Whole) -> Browser:
    return entered(product, "owner")


def told(product: Whole, query: str = "?saldoInicial=500.50") -> Any:
    return product.http.get(f"/api/forecasting{query}", headers=product.credential("owner")).json()


def test_shows_what_the_api_tells(product: Whole, owner: Browser) -> None:
    api, page = told(product), owner.get("/pronostico?saldo=500.50")
    assert page.status == 200
    rows = [
        [
            *(week["entradas"], *(week["salidas"][name] for name in ("proveedores", "nomina", "impuestos"))),
            *(week["salidas"]["recurrentes"], week["salidas"]["total"], week["saldo"]),
        ]
        for week in api["semanas"]
    ]
    main = "//main//div[@aria-label='Semana por semana']//tbody/tr"
    shown = [page.texts(f"({main})[{n}]/td") for n in range(1, 14)]
    assert shown == [[importe(each) for each in row] for row in rows]
    assert sum(float(row[0]) for row in rows) > 0
    assert HOSTILE in page.text
    assert HOSTILE not in page.html


def test_a_figure_opens_its_documents(product: Whole, owner: Browser) -> None:
    weeks = told(product, "")["semanas"]
    n = next(week["semana"] for week in weeks if week["entradas"] != "0.00")
    page = owner.get(f"/pronostico?semana={n}&cifra=entradas")
    assert page.every(f"//aside//a[@href='/cfdi/{DUE}']")
    assert page.texts("//p[@class='answer']") == [importe(weeks[n - 1]["entradas"])]
    for wrong in ("semana=0&cifra=entradas", "semana=14&cifra=saldo", "semana=1&cifra=nada"):
        assert not owner.get(f"/pronostico?{wrong}").every("//aside[@id='explicacion']")


@pytest.mark.parametrize("sent", ["x", "1e3", "<b>", "5707,50", "1_000", "\u0663", "%2B5", "1.234"])
def test_a_balance_that_is_none_is_said_beside_its_field(owner: Browser, sent: str) -> None:
    page = owner.get(f"/pronostico?saldo={sent}")
    assert page.status == 422
    assert page.error_of("saldo")
    assert page.value_of("saldo") == unquote(sent)
    assert not page.every("//a[contains(@href, 'saldo=')]")


def test_says_whether_the_money_is_enough_and_for_how_long_it_knows(owner: Browser) -> None:
    assert "Alcanza" in owner.get("/pronostico?saldo=1,000,000").text
    assert "El dinero se acaba" in owner.get("/pronostico?saldo=-1").text


def test_without_a_balance_it_asks_for_it_and_nothing_runs_out(product: Whole, owner: Browser) -> None:
    week = next(w for w in told(product, "")["semanas"] if w["entradas"] != "0.00")
    for query in ("", "?saldo=5707,50"):
        page = owner.get(f"/pronostico{query}")
        assert page.every("//*[@id='falta-saldo']//input[@name='saldo']")
        assert "Alcanza" not in page.text
        assert "No alcanza" not in page.text
        assert "El dinero se acaba" not in page.text
        assert page.texts("//div[@aria-label='Semana por semana']//th[@scope='col']")[-1] == "Cambio acumulado"
        assert importe(week["saldo"]) in page.texts("//div[@aria-label='Semana por semana']//td[last()]")
    opened = owner.get("/pronostico?semana=13&cifra=saldo")
    assert "Cambio acumulado" in opened.texts("//aside//h2")[0]
    assert "Semanas anteriores" in opened.text
    known = owner.get("/pronostico?saldo=0")
    assert not known.every("//*[@id='falta-saldo']")
    assert known.texts("//div[@aria-label='Semana por semana']//th[@scope='col']")[-1] == "Saldo"


def test_the_file_of_a_balance_that_is_none_is_not_made(owner: Browser) -> None:
    page = owner.get("/pronostico/excel?saldo=5707,50")
    assert (page.status, page.location) == (303, "/pronostico?saldo=5707%2C50")
    heads = list(load_workbook(io.BytesIO(owner.get("/pronostico/excel").answer.content)).worksheets[0].values)
    assert any("Cambio acumulado" in row for row in heads)


def test_of_few_months_it_says_how_many_are_missing(tmp_path_factory: pytest.TempPathFactory) -> None:
    with whole(tmp_path_factory.mktemp("nada")) as empty:
        page = entered(empty, "visor").get("/pronostico")
    assert "Faltan 6 meses de CFDI" in page.text


def test_the_file_has_what_the_page_has(product: Whole, owner: Browser) -> None:
    answer = owner.get("/pronostico/excel?saldo=500.50").answer
    assert f"{Rfc(CLIENT)}-pronostico-" in answer.headers["content-disposition"]
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    last = told(product)["semanas"][-1]["saldo"]
    assert f"{rows[-1][-1]:.2f}" == last


def test_says_what_its_taxes_are_and_which_are_left_out(product: Whole, owner: Browser) -> None:
    headers, sent = product.credential("owner"), {"regimenes": ["601"]}
    paid = an_xml(uuid=DUE[:-1] + "9", rfc_emisor=CLIENT, fecha="2026-01-11T07:10:23")
    kind = {**headers, "Content-Type": "application/xml"}
    assert product.http.post("/api/cfdi", content=paid, headers=kind).status_code == 201
    assert product.http.patch("/api/configuracion/fiscal?anio=2026", json=sent, headers=headers).status_code == 200
    page = owner.get("/pronostico?saldo=500.50")
    text = page.texts("//section[@id='supuestos']")[0]
    assert "promedio de tus últimos 3 meses" in text
    assert re.search(r"No incluye \d+ obligaciones vencidas sin presentar", text)
    assert str(page.every("//*[@id='vencidas']/@href")[0]).startswith("/calendario?anio=2026&mes=")
