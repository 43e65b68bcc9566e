"""Reports over HTTP: JSON or a workbook, and the documents behind each figure."""

import io
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient
from openpyxl import load_workbook

from contracts.libros import AJENO, a_cfdi, a_ppd, recibido, uuid
from horux_adapters.hojas.xlsx_hojas import XlsxHojas
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal
from horux_core.fiscal.reportes.consultando import ShowReport, ShowReportDetail
from horux_core.fiscal.reportes.exportando import ExportReport
from horux_core.fiscal.reportes.nombres import NombreReporte
from horux_core.identity.model import Role
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from horux_http.app import create_app
from horux_http.fiscal.reportes import XLSX, ReportesController
from tests.despacho import Despacho

MEMBERS = {
    "reporte", "base", "desde", "hasta", "contraDesde", "contraHasta", "al", "moneda", "figuras", "razones", "filas",
    "advertencias",
}  # fmt: skip


def asked(despacho: Despacho, path: str, role: Role | None = Role.VISOR, **headers: str) -> Response:
    books, rights = despacho.books, despacho.entitlements
    show = ShowReport(books, rights, despacho.clock)
    given: dict[str, object] = {
        "actor": despacho.actor(role),
        "show_report": show,
        "show_report_detail": ShowReportDetail(show),
        "export_report": ExportReport(books, rights, XlsxHojas(), despacho.clock),
    }
    app: Litestar = create_app(
        [ReportesController],
        {name: _given(value) for name, value in given.items()},
        ready=lambda: True,
        clock=despacho.clock,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        return client.get(f"/api/reportes/{path}", headers={k.replace("_", "-"): v for k, v in headers.items()})


def _given(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


def got(despacho: Despacho, path: str, status: int = 200, role: Role | None = Role.VISOR) -> Any:
    answer = asked(despacho, path, role)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
def despacho() -> Despacho:
    despacho = Despacho()
    despacho.enter(
        a_cfdi(1, "1160.50"),
        a_ppd(2, "2320.00", nombre_receptor='=HYPERLINK("http://x.mx")'),
        recibido(a_cfdi(3, "580.29")),
        recibido(a_ppd(4, "116.00", fecha_emision=datetime(2026, 1, 20))),
    )
    return despacho


@pytest.mark.parametrize("nombre", NombreReporte)
def test_every_report_has_exactly_these_members_and_its_detail_adds_up(despacho: Despacho, nombre: str) -> None:
    shown = got(despacho, f"{nombre}?anio=2026&mes=1")
    assert set(shown) == MEMBERS
    assert (shown["reporte"], shown["moneda"], shown["desde"], shown["hasta"]) == (
        nombre, "MXN", "2026-01-01", "2026-01-31",
    )  # fmt: skip
    for clave, figuras in [(None, shown["figuras"]), *((f["clave"], f["figuras"]) for f in shown["filas"])]:
        query = "" if clave is None else f"&clave={clave}"
        detail = got(despacho, f"{nombre}/detalle?anio=2026&mes=1{query}")
        assert {f["figura"]: Decimal(f["total"]) for f in detail} == {n: Decimal(v) for n, v in figuras.items()}
        for f in detail:
            assert sum((Decimal(d["importe"]) for d in f["documentos"]), Decimal(0)) == Decimal(f["total"])


@pytest.mark.parametrize("nombre", NombreReporte)
@pytest.mark.parametrize("how", ["formato", "accept"])
def test_every_report_is_a_workbook_when_asked(despacho: Despacho, nombre: str, how: str) -> None:
    path = f"{nombre}?anio=2026&mes=1"
    answer = asked(despacho, f"{path}&formato=xlsx") if how == "formato" else asked(despacho, path, Accept=XLSX)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"] == f'attachment; filename="EKU9003173C9-{nombre}-2026-01.xlsx"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert "2026-01-01" in sheet["A3"].value
    assert "MXN" in sheet["A3"].value


def test_who_takes_anything_gets_json(despacho: Despacho) -> None:
    path = "estado-resultados?anio=2026&mes=1"
    for accept in ("*/*", f"application/json, {XLSX}", "text/html"):
        assert asked(despacho, path, Accept=accept).headers["content-type"].startswith("application/json")
    assert asked(despacho, f"{path}&formato=json", Accept=XLSX).headers["content-type"].startswith("application/json")


def test_who_likes_a_workbook_more_gets_it(despacho: Despacho) -> None:
    path = "estado-resultados?anio=2026&mes=1"
    for accept in (f"{XLSX}, application/json;q=0.5", f"application/json;q=0.1, {XLSX};q=0.9"):
        answer = asked(despacho, path, Accept=accept)
        assert (answer.headers["content-type"], answer.headers["vary"]) == (XLSX, "Accept"), accept
    less = asked(despacho, path, Accept=f"{XLSX};q=0.1, application/json")
    assert less.headers["content-type"].startswith("application/json")


def test_a_preference_that_is_no_number_is_none_and_who_refuses_both_formats_is_told(despacho: Despacho) -> None:
    path = "estado-resultados?anio=2026&mes=1"
    assert asked(despacho, path, Accept=f"{XLSX};q={'9' * 400}").status_code == 200
    assert asked(despacho, path, Accept="*/*;q=0").json()["code"] == "formato-no-disponible"


def test_the_first_year_is_compared_with_one_that_is_named(despacho: Despacho) -> None:
    for mes in ("", "&mes=1", "&mes=12"):
        assert "contraAnio" in got(despacho, f"comparativo?anio=1990{mes}", 422)["detail"]
        assert got(despacho, f"comparativo?anio=1990{mes}&contraAnio=1991")["contraDesde"].startswith("1991")
        for nombre in NombreReporte:
            if nombre is not NombreReporte.COMPARATIVO and mes:
                assert got(despacho, f"{nombre}?anio=1990{mes}")
            if mes:
                assert got(despacho, f"{nombre}?anio=2200{mes}")


def test_a_parameter_is_named_as_in_the_api_and_comes_once(despacho: Despacho) -> None:
    for query, campo in (
        ("anio=2026&mes=1&saldoInicial=abc", "saldoInicial"),
        ("anio=2026&mes=1&contraAnio=x", "contraAnio"),
        ("anio=2026&anio=2025&mes=1", "anio"),
        ("anio=2026&mes=1&contraMes=1&contraMes=2", "contraMes"),
        ("anio=2026&mes=1.0", "mes"),
        ("anio=2026&mes=%201", "mes"),
        ("anio=2_026&mes=1", "anio"),
        ("anio=2026&mes=+1", "mes"),
        ("anio=2026&mes=%D9%A1", "mes"),
        ("anio=2026&mes=", "mes"),
    ):
        answer = got(despacho, f"flujo-efectivo?{query}", 400)
        assert [error["campo"] for error in answer["errors"]] == [campo], query


def test_a_name_that_is_a_formula_is_a_text_in_every_workbook(despacho: Despacho) -> None:
    seen = 0
    for nombre in NombreReporte:
        for sheet in load_workbook(io.BytesIO(asked(despacho, f"{nombre}?anio=2026&mes=1&formato=xlsx").content)):
            for row in sheet.iter_rows():
                for cell in row:
                    if "HYPERLINK" in str(cell.value):
                        assert cell.data_type == "s"
                        seen += 1
    assert seen >= 2


def test_a_year_a_basis_an_opening_balance_and_what_to_compare_with(despacho: Despacho) -> None:
    year = got(despacho, "estado-resultados?anio=2026")
    assert (year["desde"], year["hasta"], year["base"]) == ("2026-01-01", "2026-12-31", "devengado")
    assert year["figuras"]["ingresos"] == "3000.43"
    assert year["razones"] == {"margen": "0.7999"}
    flow = got(despacho, "estado-resultados?anio=2026&base=flujo")
    assert (flow["base"], flow["figuras"]["ingresos"]) == ("flujo", "1000.43")
    money = got(despacho, "flujo-efectivo?anio=2026&mes=1&saldoInicial=100.50")
    assert (money["base"], money["figuras"]["saldoFinal"]) == ("flujo", "680.71")
    both = got(despacho, "comparativo?anio=2026&mes=1&contraAnio=2025&contraMes=12")
    assert (both["contraDesde"], both["contraHasta"]) == ("2025-12-01", "2025-12-31")
    assert got(despacho, "comparativo?anio=2026&mes=2&contraMes=1")["contraDesde"] == "2026-01-01"
    assert got(despacho, "comparativo?anio=2026&mes=2")["contraDesde"] == "2025-02-01"


def test_whole_pesos_are_whole(despacho: Despacho) -> None:
    shown = got(despacho, "diot?anio=2026&mes=1")
    (fila,) = shown["filas"]
    assert (fila["clave"], fila["figuras"]["base16"], fila["figuras"]["ivaAcreditable"]) == (
        f"recibido:{AJENO}", "500", "80",
    )  # fmt: skip
    assert shown["figuras"]["base16"] == "500"
    assert got(despacho, "papel-iva?anio=2026&mes=1")["figuras"]["aPagarPesos"] == "80"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nada?anio=2026", 400),
        ("nada/detalle?anio=2026", 400),
        ("diot", 400),
        ("diot?anio=2026", 422),
        ("papel-iva?anio=2026&mes=13", 422),
        ("estado-resultados?anio=1989", 422),
        ("comparativo?anio=2026&contraMes=0", 422),
        ("estado-resultados?anio=2026&formato=pdf", 400),
        ("estado-resultados?anio=2026&base=caja", 400),
        ("flujo-efectivo?anio=2026&saldoInicial=NaN", 400),
        ("flujo-efectivo?anio=2026&saldoInicial=1e99", 400),
        ("flujo-efectivo?anio=2026&saldoInicial=0.001", 400),
        ("concentrado-rfc/detalle?anio=2026&clave=emitido:NADIE", 404),
    ],
)
def test_refuses_what_cannot_be(despacho: Despacho, path: str, status: int) -> None:
    assert got(despacho, path, status)["status"] == status


def test_without_the_feature_or_a_role_there_is_none(despacho: Despacho) -> None:
    assert got(despacho, "diot?anio=2026&mes=1&formato=xlsx", 403, role=None)["code"] == "action-forbidden"
    with despacho.control.transaction() as tables:
        tables["subscriptions"].clear()
        tables["tenants"][despacho.tenant] = replace(tables["tenants"][despacho.tenant], plan=Plan.STARTER)
    for path in ("diot?anio=2026&mes=1", "diot/detalle?anio=2026&mes=1", "diot?anio=2026&mes=1&formato=xlsx"):
        assert got(despacho, path, 403)["code"] == "feature-not-in-plan"


def test_the_detail_of_a_line_names_its_documents(despacho: Despacho) -> None:
    figures = got(despacho, f"concentrado-rfc/detalle?anio=2026&mes=1&clave=emitido:{AJENO}")
    assert [d["uuid"] for d in figures[0]["documentos"]] == [uuid(1), uuid(2)]
    assert set(figures[0]["documentos"][0]) == {"uuid", "fecha", "importe", "regla", "articulo"}


def test_a_file_is_named_in_plain_letters_and_empty_books_have_workbooks() -> None:
    despacho = Despacho()
    with despacho.control.transaction() as tables:
        tenant = tables["tenants"][despacho.tenant]
        tables["tenants"][despacho.tenant] = replace(tenant, rfc=Rfc("Ñ&A900101AB1"))
    for nombre in NombreReporte:
        answer = asked(despacho, f"{nombre}?anio=2026&mes=2&formato=xlsx")
        assert answer.headers["content-disposition"] == f'attachment; filename="NYA900101AB1-{nombre}-2026-02.xlsx"'
        assert load_workbook(io.BytesIO(answer.content)).worksheets[0]["A1"].value == "Ñ&A900101AB1"


def test_the_isr_of_a_year_without_a_tariff_is_refused(despacho: Despacho) -> None:
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(ConfiguracionFiscal(2022, ("612",)))
    despacho.enter(a_cfdi(9, fecha_emision=datetime(2022, 3, 1), regimen_emisor="612"))
    assert got(despacho, "papel-isr?anio=2022&mes=3", 422)["code"] == "ejercicio-sin-tarifa"
