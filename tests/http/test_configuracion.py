from typing import Any

import pytest

from contracts.libros import a_cfdi, recibido
from horux_core.billing.model import SubscriptionStatus
from horux_core.identity.model import Role
from tests.despacho import Despacho
from tests.http.fiscal_app import fiscal_client

PATH = "/api/configuracion/fiscal?anio=2026"
FILED = "/api/declaraciones/iva/2026/1"
BODY = {"presentadaEn": "2026-02-17", "monto": "5707.00"}


def asked(
    despacho: Despacho, method: str, path: str, body: object = None, status: int = 200, role: Role = Role.CONTADOR
) -> Any:
    with fiscal_client(despacho, role) as client:
        answer = client.request(method, path, json=body) if method != "GET" else client.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_shows_the_defaults_until_somebody_decides() -> None:
    shown = asked(Despacho(), "GET", PATH)
    usos = ["CN01", "CP01", *(f"D{n:02d}" for n in range(1, 11)), "S01"]
    assert shown == {
        "anio": 2026,
        "regimenes": ["601"],
        "coeficienteUtilidad": None,
        "perdidas": "0.00",
        "ptu": "0.00",
        "sextoDigito": True,
        "notas": "flujo",
        "noObjetoEnFactor": True,
        "retencionEnterada": True,
        "efectivoTope": "2000.00",
        "usosNoAcreditables": usos,
        "apertura": None,
        "coeficientes": {},
        "coeficienteNuevoDesde": 3,
        "inicioActividades": None,
        "ptuMes": None,
        "regimenIngresos": None,
        "regimenGastos": None,
        "descuentoEnFactura": "resta",
        "prestacionesDisminuyeron": False,
        "clavesRetenciones": ["16"],
        "arrendamientoOpcional": True,
        "arrendamientoTrimestral": False,
        "predial": [],
        "otrasDeducciones": [],
        "codigoPostal": None,
        "ingresosAnteriores": None,
        "soloExentos": False,
        "prorrogaDesdeHabil": False,
        "viernesEnProrroga": True,
    }


def test_changes_what_is_sent_and_leaves_the_rest() -> None:
    despacho = Despacho()
    whole = {
        "regimenes": ["601", "601"],
        "coeficienteUtilidad": "0.2145",
        "perdidas": "10.50",
        "ptu": 5,
        "sextoDigito": False,
        "notas": "emision",
        "noObjetoEnFactor": False,
        "retencionEnterada": False,
        "efectivoTope": "1500.00",
        "usosNoAcreditables": ["S01"],
        "apertura": {"periodo": "2026-01", "saldoAFavor": "12500.00"},
    }
    shown = asked(despacho, "PATCH", PATH, whole)
    assert shown["regimenes"] == ["601"]
    assert (shown["ptu"], shown["coeficienteUtilidad"]) == ("5.00", "0.2145")
    assert shown["apertura"] == {"periodo": "2026-01", "saldoAFavor": "12500.00", "retenidoMesAnterior": "0.00"}
    changed = asked(despacho, "PATCH", PATH, {"ptu": "6.00", "coeficienteUtilidad": None})
    assert changed == {**shown, "ptu": "6.00", "coeficienteUtilidad": None}
    assert asked(despacho, "GET", PATH) == changed


def test_changes_the_settings_of_isr() -> None:
    despacho = Despacho()
    whole = {
        "regimenes": ["601", "626"],
        "coeficientes": {"2025": "0.1871", "2024": "0.1523"},
        "coeficienteNuevoDesde": 2,
        "inicioActividades": "2024-05",
        "ptuMes": 6,
        "regimenIngresos": "601",
        "regimenGastos": "626",
        "descuentoEnFactura": "no_resta",
        "prestacionesDisminuyeron": True,
        "clavesRetenciones": ["16", "06", "16"],
        "arrendamientoOpcional": False,
        "arrendamientoTrimestral": True,
        "predial": [{"mes": 1, "importe": "1200.00"}],
        "otrasDeducciones": [{"regimen": "626", "mes": 2, "importe": 2500}],
    }
    shown = asked(despacho, "PATCH", PATH, whole)
    assert {name: shown[name] for name in whole} == {
        **whole,
        "coeficientes": {"2024": "0.1523", "2025": "0.1871"},
        "clavesRetenciones": ["06", "16"],
        "otrasDeducciones": [{"regimen": "626", "mes": 2, "importe": "2500.00"}],
    }
    assert asked(despacho, "GET", PATH) == shown
    quitados: dict[str, object] = {"inicioActividades": None, "ptuMes": None, "regimenGastos": None, "coeficientes": {}}
    assert asked(despacho, "PATCH", PATH, quitados) == {**shown, **quitados}


def test_the_months_follow_the_settings() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1, "1160.00", forma_pago="01")))
    asked(despacho, "PATCH", PATH, {"efectivoTope": "1000.00"})
    enero = asked(despacho, "GET", "/api/iva?anio=2026")["meses"][0]
    assert (enero["ivaAcreditable"], enero["ivaNoAcreditable"]) == ("0.00", "160.00")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"regimenes": ["999"]}, 422),
        ({"apertura": {"periodo": "2025-12"}}, 422),
        ({"apertura": {"periodo": "enero"}}, 422),
        ({"ptu": "-1"}, 422),
        ({"ptu": None}, 400),
        ({"notas": "otra"}, 400),
        ({"otro": 1}, 400),
        ({"usosNoAcreditables": "S01"}, 400),
        ({"coeficientes": {"2026": "0.1"}}, 422),
        ({"inicioActividades": "mayo"}, 422),
        ({"regimenGastos": "612"}, 422),
        ({"coeficientes": {"x": "0.1"}}, 400),
        ({"descuentoEnFactura": "a veces"}, 400),
        ({"predial": [{"mes": 1}]}, 400),
        ({"coeficienteNuevoDesde": None}, 400),
    ],
)
def test_refuses_settings_that_cannot_be(body: object, status: int) -> None:
    assert asked(Despacho(), "PATCH", PATH, body, status)["status"] == status


def test_notes_a_return_and_shows_it() -> None:
    despacho = Despacho()
    assert asked(despacho, "PUT", FILED, BODY) == {
        "impuesto": "iva",
        "anio": 2026,
        "mes": 1,
        "presentadaEn": "2026-02-17",
        "monto": "5707.00",
        "saldoSolicitado": "0.00",
    }


def test_a_balance_asked_back_leaves_the_months() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    asked(despacho, "PUT", FILED, {**BODY, "monto": "0", "saldoSolicitado": "160.00"})
    meses = asked(despacho, "GET", "/api/iva?anio=2026")["meses"]
    assert [m["saldoAFavor"] for m in meses[:3]] == ["160.00", "0.00", "0.00"]


def test_asking_back_more_than_there_is_is_refused_or_told_if_it_shrinks_later() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    asked_back = {**BODY, "monto": "0", "saldoSolicitado": "160.01"}
    problem = asked(despacho, "PUT", FILED, asked_back, 422)
    assert (problem["code"], problem["campo"]) == ("declaracion-invalida", "saldoSolicitado")
    asked(despacho, "PUT", FILED, {**asked_back, "saldoSolicitado": "160.00"})
    despacho.enter(a_cfdi(2, "116.00"))
    meses = asked(despacho, "GET", "/api/iva?anio=2026")["meses"]
    assert [a["codigo"] for a in meses[0]["advertencias"]] == ["saldo_solicitado_excedido"]
    assert [m["saldoAFavor"] for m in meses[:2]] == ["144.00", "0.00"]
    assert meses[1]["advertencias"] == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/declaraciones/ieps/2026/1", BODY, 422),
        ("/api/declaraciones/iva/2026/13", BODY, 422),
        (FILED, {**BODY, "presentadaEn": "2027-01-01"}, 422),
        (FILED, {**BODY, "monto": "-1"}, 422),
        (FILED, {"monto": "1"}, 400),
        (FILED, {**BODY, "presentadaEn": "ayer"}, 400),
    ],
)
def test_refuses_a_return_that_cannot_be(path: str, body: object, status: int) -> None:
    assert asked(Despacho(), "PUT", path, body, status)["status"] == status


@pytest.mark.parametrize(("method", "path", "body"), [("GET", PATH, None), ("PATCH", PATH, {}), ("PUT", FILED, BODY)])
def test_who_only_reads_neither_sees_nor_changes_it(method: str, path: str, body: object) -> None:
    assert asked(Despacho(), method, path, body, 403, Role.VISOR)["code"] == "action-forbidden"


@pytest.mark.parametrize(("method", "path", "body"), [("PATCH", PATH, {}), ("PUT", FILED, BODY)])
def test_an_inactive_subscription_only_reads(method: str, path: str, body: object) -> None:
    despacho = Despacho()
    despacho.subscribe(SubscriptionStatus.PAUSED)
    assert asked(despacho, method, path, body, 403)["code"] == "subscription-inactive"
    assert asked(despacho, "GET", PATH)["anio"] == 2026
