"""The reports on paper: the same figures as the API, each with its documents, and the same workbook."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from contracts.samples import an_xml
from horux_core.fiscal.reportes.nombres import NombreReporte
from horux_http.browser.formats import importe, pesos
from tests.http.browsing import Browser, entered
from tests.http.whole import CLIENT, Whole, whole

HOSTILE = "<script>alert('x')</script> & «Cía»"
SOLD, BOUGHT = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6e01", "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6e02"
BY_LINE = ("flujo-efectivo", "concentrado-rfc", "antiguedad-saldos", "diot", "comparativo")


def documents() -> list[bytes]:
    sold: dict[str, Any] = {"rfc_emisor": CLIENT, "metodo_pago": "PPD", "forma_pago": "99", "nombre_receptor": HOSTILE}
    return [
        an_xml(uuid=SOLD, fecha="2025-01-15T10:00:00", total="1160.00", **sold),
        an_xml(
            uuid=BOUGHT, fecha="2025-01-20T10:00:00", total="116.00", rfc_emisor="URE180429TM6", rfc_receptor=CLIENT
        ),
    ]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        for content in documents():
            headers = {**built.credential("owner"), "Content-Type": "application/xml"}
            assert built.http.post("/api/cfdi", content=content, headers=headers).status_code == 201
        changed = built.http.patch(
            "/api/configuracion/fiscal?anio=2025", json={"regimenes": ["601"]}, headers=built.credential("owner")
        )
        assert changed.status_code == 200
        yield built


@pytest.fixture
def visor(product: Whole) -> Browser:
    return entered(product, "visor")


def api(product: Whole, path: str) -> Any:
    answer = product.http.get(path, headers=product.credential("visor"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_lists_the_eight_with_the_last_period(visor: Browser) -> None:
    page = visor.get("/reportes")
    assert len(page.every("//tbody/tr")) == len(NombreReporte) == 8
    assert page.every("//a[@href='/reportes/diot?anio=2025&mes=1']")
    assert page.every("//a[@href='/reportes/comparativo?anio=2025']")
    for to in page.every("//tbody//a/@href"):
        assert visor.get(to).status == 200, to


@pytest.mark.parametrize("nombre", list(NombreReporte))
def test_says_what_the_api_says(product: Whole, visor: Browser, nombre: NombreReporte) -> None:
    asked = f"{nombre}?anio=2025&mes=1"
    found = api(product, f"/api/reportes/{asked}")
    page = visor.get(f"/reportes/{asked}")
    assert page.status == 200
    text = pesos if nombre is NombreReporte.DIOT else importe
    for fila in found["filas"]:
        for name, amount in fila["figuras"].items():
            clave = quote(fila["clave"], safe="")
            to = f"/reportes/{nombre}?anio=2025&mes=1&clave={clave}&cifra={name}#explicacion"
            (shown,) = page.texts(f"//a[@href='{to}']")
            assert shown == (pesos if name == "aPagarPesos" else text)(amount)
    if nombre not in BY_LINE:
        for name, amount in found["figuras"].items():
            (shown,) = page.texts(f"//a[@href='/reportes/{nombre}?anio=2025&mes=1&cifra={name}#explicacion']")
            assert shown == (pesos if name == "aPagarPesos" else text)(amount)


@pytest.mark.parametrize("nombre", list(NombreReporte))
def test_every_figure_opens_what_it_is_made_of(visor: Browser, nombre: NombreReporte) -> None:
    page = visor.get(f"/reportes/{nombre}?anio=2025&mes=1")
    doors = page.every("//table//a[@class='fig']")
    assert doors
    for door in doors:
        opened = visor.get(door.get("href").partition("#")[0])
        assert opened.status == 200
        assert opened.texts("//p[@class='answer']") == [" ".join(door.text_content().split())]


def test_a_figure_names_its_documents(visor: Browser) -> None:
    page = visor.get("/reportes/estado-resultados?anio=2025&cifra=facturado")
    assert page.texts(f"//aside//a[@href='/cfdi/{SOLD}']") == ["A-1"]
    assert HOSTILE in page.text
    assert "<script>alert" not in page.html


def test_there_is_no_line_or_figure_of_another_name(visor: Browser) -> None:
    for more in ("cifra=nada", "clave=x&cifra=total", "clave=%3Cscript%3E&cifra=total"):
        assert visor.get(f"/reportes/concentrado-rfc?anio=2025&{more}").status == 404
    assert visor.get("/reportes/nada").status == 404


@pytest.mark.parametrize("nombre", list(NombreReporte))
def test_the_workbook_is_that_of_the_api(product: Whole, visor: Browser, nombre: NombreReporte) -> None:
    own = visor.get(f"/reportes/{nombre}/excel?anio=2025&mes=1").answer
    headers = product.credential("visor")
    told = product.http.get(f"/api/reportes/{nombre}?anio=2025&mes=1&formato=xlsx", headers=headers)
    assert (own.status_code, own.content) == (200, told.content)
    for name in ("content-type", "content-disposition"):
        assert own.headers[name] == told.headers[name]


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ("estado-resultados?anio=mil", "anio", "números"),
        ("estado-resultados?anio=1800", "anio", "1990"),
        ("diot?anio=2025&mes=13", "mes", "va de 1 a 12"),
        ("estado-resultados?anio=2025&mes=0", "mes", "va de 1 a 12"),
        ("comparativo?anio=2025&mes=1&contra_mes=13", "contra_mes", "va de 1 a 12"),
        ("comparativo?anio=2025&contra_anio=2201", "contra_anio", "1990 a 2200"),
        ("flujo-efectivo?anio=2025&saldo_inicial=mucho", "saldo_inicial", "así: 5707.50"),
        ("flujo-efectivo?anio=2025&saldo_inicial=1.234", "saldo_inicial", "así: 5707.50"),
        ("flujo-efectivo?anio=2025&saldo_inicial=5707,50", "saldo_inicial", "así: 5707.50"),
        ("flujo-efectivo?anio=2025&saldo_inicial=1e5", "saldo_inicial", "así: 5707.50"),
        ("flujo-efectivo?anio=%D9%A2%D9%A0%D9%A2%D9%A5", "anio", "números"),
        ("comparativo?anio=2025&contra_anio=-1", "contra_anio", "números"),
        ("papel-isr?anio=2025&mes=x", "mes", "números"),
        ("estado-resultados?anio=2025&base=zz", "base", "Elige la base"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(visor: Browser, asked: str, field: str, words: str) -> None:
    page = visor.get(f"/reportes/{asked}")
    assert page.status == 422
    assert words in page.error_of(field)
    assert [name for name in ("anio", "mes", "contra_anio", "contra_mes") if page.error_of(name)] in ([], [field])
    assert not page.every("//table")


def test_compares_with_what_is_asked(product: Whole, visor: Browser) -> None:
    page = visor.get("/reportes/comparativo?anio=2025&mes=1&contra_anio=2024&contra_mes=12")
    assert "contra del 1 dic 2024 al 31 dic 2024" in page.text
    assert (page.value_of("contra_anio"), page.value_of("contra_mes")) == ("2024", "12")
    assert page.texts("//th[@scope='col']")[:3] == ["Concepto", "Enero 2025", "Diciembre 2024"]
    assert visor.get("/reportes/comparativo?anio=2025").texts("//th[@scope='col']")[1:3] == ["2025", "2024"]


def test_a_flow_begins_with_the_money_there_was(visor: Browser) -> None:
    page = visor.get("/reportes/flujo-efectivo?anio=2025&saldo_inicial=1,000.50")
    assert "1,000.50" in page.texts("//tbody/tr[1]/td[1]")
    assert page.value_of("saldo_inicial") == "1,000.50"


def test_a_period_of_nothing_says_which_has_something(visor: Browser) -> None:
    page = visor.get("/reportes/estado-resultados?anio=2020")
    assert page.status == 200
    assert "Ningún CFDI entra en este periodo" in page.text
    assert page.every("//a[@href='/reportes/estado-resultados?anio=2025&mes=1']")


def test_of_the_month_of_today_when_nothing_is_said(visor: Browser) -> None:
    today = datetime.now(UTC)
    page = visor.get("/reportes/diot")
    assert abs(int(page.value_of("anio")) - today.year) <= 1
    assert 1 <= int(page.value_of("mes")) <= 12
