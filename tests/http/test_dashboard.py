"""The month at a glance over HTTP: its members, and every `detalle` answers documents that sum to its figure."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from contracts.libros import a_cfdi, a_payment, a_ppd, recibido
from contracts.ports.alertas import an_alert
from horux_core.fiscal.alertas.consultando import ListAlertas
from horux_core.fiscal.calendario.consultando import ShowCalendario
from horux_core.fiscal.cfdi.listing import ListCfdis
from horux_core.fiscal.isr.consulting import ShowIsrDetail
from horux_core.fiscal.iva.consulting import ShowIvaDetail
from horux_core.fiscal.tablero.consultando import ShowDashboard, ShowDashboardDetail
from horux_core.identity.model import Role
from horux_core.plans.model import Plan
from horux_http.app import create_app
from horux_http.fiscal.alertas import AlertasController
from horux_http.fiscal.calendario import CalendarioController
from horux_http.fiscal.cfdis import CfdiController
from horux_http.fiscal.dashboard import DashboardController
from horux_http.fiscal.isr import IsrController
from horux_http.fiscal.iva import IvaController
from tests.despacho import Despacho

MEMBERS = {
    "anio", "mes", "moneda", "cifrasEnProceso", "sinTipoCambio", "iva", "isr", "porCobrar", "porPagar", "ingresos",
    "gastos", "tendencia", "cfdis", "alertas", "proximas",
}  # fmt: skip
UNUSED = (
    *("show_iva_year", "show_isr_year", "mark_alerta", "mark_obligacion", "issue_feed", "revoke_feed", "read_feed"),
    *("show_cfdi", "download_xml", "correct_cfdi"),
)
MARZO = "/api/dashboard?anio=2026&mes=3"


def asked(despacho: Despacho, path: str, status: int = 200, role: Role | None = Role.VISOR) -> Any:
    books, rights = despacho.books, despacho.entitlements
    given: dict[str, object] = {
        **dict.fromkeys(UNUSED),
        "actor": despacho.actor(role),
        "show_dashboard": ShowDashboard(books, rights, despacho.clock),
        "show_dashboard_detail": ShowDashboardDetail(books, rights, despacho.clock),
        "show_iva_detail": ShowIvaDetail(books, rights),
        "show_isr_detail": ShowIsrDetail(books, rights),
        "list_alertas": ListAlertas(books, rights),
        "show_calendario": ShowCalendario(books, rights, despacho.clock),
        "list_cfdis": ListCfdis(books),
    }
    used = [DashboardController, IvaController, IsrController, AlertasController, CalendarioController, CfdiController]
    app: Litestar = create_app(
        used, {name: _given(value) for name, value in given.items()}, ready=lambda: True, clock=despacho.clock
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def _given(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


@pytest.fixture
def despacho() -> Despacho:
    despacho = Despacho()
    with despacho.books.open(despacho.tenant) as books:
        books.alertas.guardar([an_alert()])
    despacho.enter(
        a_cfdi(1, "1160.50", fecha_emision=datetime(2026, 3, 2)),
        a_ppd(2, "2320.00"),
        a_payment(3, 2, pagado="580.00"),
        recibido(a_cfdi(4, "580.29", fecha_emision=datetime(2026, 2, 3))),
        recibido(a_ppd(5, "116.00", fecha_emision=datetime(2026, 3, 20))),
    )
    return despacho


def test_has_exactly_these_members_and_what_is_in_the_books(despacho: Despacho) -> None:
    shown = asked(despacho, MARZO)
    assert set(shown) == MEMBERS
    assert (shown["moneda"], shown["cifrasEnProceso"], shown["sinTipoCambio"]) == ("MXN", False, 0)
    assert shown["iva"] == {
        "aPagarPesos": "160", "saldoAFavor": "0.00", "detalle": "/api/iva/2026/3/detalle",
        "vencimiento": {"id": "IVA_MENSUAL-2026-03", "limite": "2026-04-23", "estado": "vencida"},
    }  # fmt: skip
    assert shown["isr"]["regimenes"][0]["regimen"] == "601"
    assert shown["isr"]["aPagarPesos"] == shown["isr"]["regimenes"][0]["aPagarPesos"]
    assert shown["porCobrar"] == {
        "al": "2026-03-31",
        "saldo": "1740.00", "de0a30": "0.00", "de31a60": "0.00", "de61a90": "1740.00", "masDe90": "0.00",
        "documentos": 1, "detalle": "/api/dashboard/detalle?anio=2026&mes=3&figura=porCobrar",
    }  # fmt: skip
    assert shown["porPagar"]["de0a30"] == "116.00"
    assert (shown["ingresos"]["importe"], shown["ingresos"]["mesAnterior"]) == ("1000.43", "0.00")
    assert (shown["gastos"]["importe"], shown["gastos"]["mesAnterior"]) == ("100.00", "500.25")
    assert shown["gastos"]["diferencia"] == "-400.25"
    assert [(m["anio"], m["mes"]) for m in shown["tendencia"]] == [
        *((2025, mes) for mes in range(4, 13)), *((2026, mes) for mes in range(1, 4)),
    ]  # fmt: skip
    assert (shown["cfdis"]["total"], shown["cfdis"]["guardados"]) == (3, 5)
    assert shown["alertas"]["porSeveridad"] == {"crítica": 0, "alta": 1, "media": 0, "baja": 0}
    assert shown["alertas"]["graves"][0]["codigo"] == "DUPLICADO_POSIBLE"
    assert shown["proximas"]["obligaciones"]


def test_every_figure_answers_documents_that_sum_to_it(despacho: Despacho) -> None:
    shown = asked(despacho, MARZO)
    for name, figure in (("porCobrar", "saldoPorCobrar"), ("porPagar", "saldoPorPagar")):
        detail = {f["figura"]: f for f in asked(despacho, shown[name]["detalle"])}
        assert summed(detail[figure]) == Decimal(shown[name]["saldo"])
        for bracket in ("de0a30", "de31a60", "de61a90", "masDe90"):
            assert summed(detail[f"{bracket}{figure.removeprefix('saldo')}"]) == Decimal(shown[name][bracket])
    named = {"ingresos": "ingresos", "gastos": "costosYGastos", "utilidad": "utilidad"}
    for name in ("ingresos", "gastos"):
        for part, amount in (("detalle", "importe"), ("detalleMesAnterior", "mesAnterior")):
            detail = {f["figura"]: f for f in asked(despacho, shown[name][part])}
            assert summed(detail[named[name]]) == Decimal(shown[name][amount])
    for month in shown["tendencia"]:
        for name, path in month["detalle"].items():
            detail = asked(despacho, path)
            if name in named:
                assert summed({f["figura"]: f for f in detail}[named[name]]) == Decimal(month[name])
    for path in (shown["iva"]["detalle"], shown["isr"]["detalle"], shown["isr"]["regimenes"][0]["detalle"]):
        assert asked(despacho, path)
    assert len(asked(despacho, shown["alertas"]["detalle"])["items"]) == shown["alertas"]["abiertas"]
    assert asked(despacho, shown["proximas"]["detalle"])["obligaciones"]
    assert len(asked(despacho, shown["cfdis"]["detalle"])["items"]) == shown["cfdis"]["total"]


def summed(figure: Any) -> Decimal:
    total = sum((Decimal(d["importe"]) for d in figure["documentos"]), Decimal(0))
    assert total == Decimal(figure["total"])
    return total


def test_what_the_plan_lacks_is_null(despacho: Despacho) -> None:
    with despacho.control.transaction() as tables:
        tables["tenants"][despacho.tenant] = replace(tables["tenants"][despacho.tenant], plan=Plan.STARTER)
    shown = asked(despacho, MARZO)
    assert set(shown) == MEMBERS
    assert (shown["alertas"], shown["proximas"], shown["iva"]["vencimiento"]) == (None, None, None)
    assert shown["isr"]["regimenes"][0]["vencimiento"] is None
    for name in ("porCobrar", "ingresos", "gastos"):
        assert asked(despacho, shown[name]["detalle"])


@pytest.mark.parametrize("path", ["?anio=2026&mes=13", "?anio=1990&mes=2", "/detalle?anio=2026&mes=0&figura=gastos"])
def test_a_month_that_cannot_be_is_told(despacho: Despacho, path: str) -> None:
    assert asked(despacho, f"/api/dashboard{path}", 422)["code"] == "periodo-malformed"


def test_the_last_month_there_is_has_a_dashboard_and_the_first_say_what_they_lack(despacho: Despacho) -> None:
    assert asked(despacho, "/api/dashboard?anio=2200&mes=12")
    assert asked(despacho, "/api/dashboard?anio=1990&mes=12")
    assert "1990-12" in asked(despacho, "/api/dashboard?anio=1990&mes=11", 422)["detail"]


def test_only_figures_that_there_are_have_a_detail(despacho: Despacho) -> None:
    asked(despacho, "/api/dashboard/detalle?anio=2026&mes=3&figura=otra", 400)
    asked(despacho, "/api/dashboard/detalle?anio=2026&mes=3", 400)
    asked(despacho, "/api/dashboard?anio=2026", 400)
