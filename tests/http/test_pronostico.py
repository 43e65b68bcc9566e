"""The forecast over HTTP: thirteen weeks, what they stand on, and the documents behind each figure."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from contracts.libros import AJENO, a_cfdi, a_payment, a_ppd, recibido, uuid
from horux_core.fiscal.pronostico.consultando import ShowForecast, ShowForecastDetail
from horux_core.identity.model import Role
from horux_core.plans.model import Plan
from horux_http.app import create_app
from horux_http.fiscal.pronostico import PronosticoController
from tests.despacho import Despacho

MEMBERS = {"hoy", "moneda", "saldoInicial", "primerNegativo", "semanas", "despues", "supuestos", "advertencias"}
SALIDAS = {"proveedores", "nomina", "impuestos", "recurrentes", "total"}


def got(despacho: Despacho, path: str = "", status: int = 200, role: Role | None = Role.VISOR) -> Any:
    show = ShowForecast(despacho.books, despacho.entitlements, despacho.clock)
    given: dict[str, object] = {
        "actor": despacho.actor(role),
        "show_forecast": show,
        "show_forecast_detail": ShowForecastDetail(show),
    }
    app: Litestar = create_app(
        [PronosticoController],
        {name: _given(value) for name, value in given.items()},
        ready=lambda: True,
        clock=despacho.clock,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get(f"/api/forecasting{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


def _given(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


@pytest.fixture
def despacho() -> Despacho:
    despacho = Despacho()
    despacho.enter(
        a_ppd(1, "1160.00", fecha_emision=datetime(2026, 2, 20)),
        *(replace(a_payment(n, 1, pagado="10.00")) for n in (2, 3, 4)),
        recibido(a_ppd(5, "2320.00", fecha_emision=datetime(2026, 5, 1))),
        *(
            recibido(a_cfdi(10 + mes, "116.00", fecha_emision=datetime(2026, mes, 6), rfc_receptor=AJENO))
            for mes in (2, 3, 4)
        ),
        *(a_cfdi(20 + mes, "11600.00", fecha_emision=datetime(2026, mes, 6)) for mes in (2, 3, 4)),
    )
    return despacho


def test_answers_thirteen_weeks_with_what_they_stand_on(despacho: Despacho) -> None:
    shown = got(despacho, "?saldoInicial=-5.50")
    assert set(shown) == MEMBERS
    assert (shown["hoy"], shown["moneda"], shown["saldoInicial"]) == ("2026-05-09", "MXN", "-5.50")
    assert [s["semana"] for s in shown["semanas"]] == list(range(1, 14))
    first = shown["semanas"][0]
    assert set(first) == {"semana", "desde", "hasta", "entradas", "salidas", "saldo"}
    assert set(first["salidas"]) == SALIDAS
    assert (first["desde"], first["hasta"]) == ("2026-05-09", "2026-05-15")
    assert shown["primerNegativo"] == "2026-05-09"
    assert shown["supuestos"] == {
        "clientes": [
            {
                "rfc": AJENO,
                "nombre": "UNIVERSIDAD ROBÓTICA ESPAÑOLA",
                "dias": "0.0",
                "base": "propia",
                "pagos": 3,
            }
        ],
        "proveedores": [
            {"rfc": AJENO, "nombre": "ESCUELA KEMPER URGATE", "dias": "30.0", "base": "supuesta", "pagos": 0}
        ],
    }  # fmt: skip
    assert shown["despues"] == {"entradas": "0.00", "salidas": "0.00"}


def test_the_detail_of_each_week_adds_up_to_its_figures(despacho: Despacho) -> None:
    shown, rules = got(despacho, "?saldoInicial=100"), set()
    for week in shown["semanas"]:
        detail = {f["figura"]: f for f in got(despacho, f"/{week['semana']}/detalle?saldoInicial=100")}
        assert detail.keys() == {"entradas", "salidas", "saldo"} | SALIDAS - {"total"}
        for figure in detail.values():
            assert sum((Decimal(d["importe"]) for d in figure["documentos"]), Decimal(0)) == Decimal(figure["total"])
            assert all(set(d) == {"uuid", "fecha", "importe", "regla", "articulo"} for d in figure["documentos"])
        assert detail["entradas"]["total"] == week["entradas"]
        assert detail["saldo"]["total"] == week["saldo"]
        assert {n: f["total"] for n, f in detail.items() if n in SALIDAS} == {
            n: v for n, v in week["salidas"].items() if n != "total"
        }
        assert detail["salidas"]["total"] == week["salidas"]["total"]
        rules |= {d["regla"] for f in detail.values() for d in f["documentos"]}
    assert rules == {
        "saldo_anterior",
        "saldo_insoluto",
        "saldo_insoluto_al_70",
        "promedio_gasto",
        "iva",
        "promedio_iva",
    }


def test_what_is_owed_to_us_is_told_by_its_document_and_in_what_part(despacho: Despacho) -> None:
    detail = {f["figura"]: f for f in got(despacho, "/2/detalle")}
    (line,) = detail["entradas"]["documentos"]
    assert line == {
        "uuid": uuid(1),
        "fecha": "2026-02-20",
        "importe": "791.00",
        "regla": "saldo_insoluto_al_70",
        "articulo": "RMF 2026 2.7.1.32",
    }  # fmt: skip


def test_without_a_balance_it_begins_with_nothing_and_says_so(despacho: Despacho) -> None:
    shown = got(despacho)
    assert shown["saldoInicial"] == "0.00"
    (warning,) = shown["advertencias"]
    assert warning["codigo"] == "saldo_inicial_supuesto"
    assert "saldoInicial: null" in warning["detalle"]
    assert got(despacho, "?saldoInicial=0")["advertencias"] == []


@pytest.mark.parametrize("saldo", ["NaN", "1e9", "0.001", "", "1,000", "9999999999999"])
@pytest.mark.parametrize("path", ["", "/1/detalle"])
def test_refuses_a_balance_that_is_no_amount(despacho: Despacho, path: str, saldo: str) -> None:
    assert got(despacho, f"{path}?saldoInicial={saldo}", 400)["status"] == 400


@pytest.mark.parametrize("semana", ["0", "14", "-1", "99999999999"])
def test_a_week_that_is_not_forecast_is_not_found(despacho: Despacho, semana: str) -> None:
    assert got(despacho, f"/{semana}/detalle", 404)["code"] == "semana-missing"


def test_without_the_feature_or_a_role_there_is_none(despacho: Despacho) -> None:
    for path in ("", "/1/detalle"):
        assert got(despacho, path, 403, role=None)["code"] == "action-forbidden"
    with despacho.control.transaction() as tables:
        tables["subscriptions"].clear()
        tables["tenants"][despacho.tenant] = replace(tables["tenants"][despacho.tenant], plan=Plan.BUSINESS)
    for path in ("", "/1/detalle"):
        assert got(despacho, path, 403)["code"] == "feature-not-in-plan"
