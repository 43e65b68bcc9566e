from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import a_cfdi, recibido, uuid
from horux_core.identity.model import Role
from tests.despacho import Despacho
from tests.http.fiscal_app import fiscal_client

MEMBERS = {
    "anio", "mes", "ivaTrasladado", "ivaRetenido", "ivaAcreditable", "ivaNoAcreditable", "factor",
    "resultado", "saldoAFavorAplicado", "saldoAFavor", "aPagar", "aPagarPesos", "base16", "iva16", "base8",
    "iva8", "base0", "baseExento", "baseNoObjeto", "advertencias",
}  # fmt: skip


def got(despacho: Despacho, path: str, status: int = 200, role: Role | None = Role.VISOR) -> Any:
    with fiscal_client(despacho, role) as client:
        answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_year_is_twelve_months_with_exactly_these_members() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, "41373.39"), recibido(a_cfdi(2, "1.00", fecha_emision=datetime(2026, 2, 1))))
    year = got(despacho, "/api/iva?anio=2026")
    assert set(year) == {"anio", "meses"}
    assert [(m["anio"], m["mes"]) for m in year["meses"]] == [(2026, n) for n in range(1, 13)]
    for month in year["meses"]:
        assert set(month) == MEMBERS
    enero, febrero, marzo = year["meses"][:3]
    assert (enero["ivaTrasladado"], enero["aPagar"], enero["aPagarPesos"]) == ("5706.67", "5706.67", "5707")
    assert (enero["factor"], enero["base16"], enero["saldoAFavor"]) == ("1.0000", "35666.72", "0.00")
    assert (febrero["resultado"], febrero["saldoAFavor"], febrero["aPagarPesos"]) == ("-0.14", "0.14", "0")
    assert marzo["saldoAFavor"] == "0.14"


@pytest.mark.parametrize(("mes", "trasladado"), [(1, "2400.00"), (2, "4160.00"), (3, "9400.00")])
def test_collects_what_the_worked_scenario_collects(mes: int, trasladado: str) -> None:
    despacho = Despacho()
    despacho.enter_samples("escenario")
    with fiscal_client(despacho) as client:
        cancel = client.patch("/api/cfdi/9BA40DD2-C9E8-58A7-A20C-01EB314FABFE", json={"estado": "cancelado"})
        assert cancel.status_code == 200
    assert got(despacho, "/api/iva?anio=2025")["meses"][mes - 1]["ivaTrasladado"] == trasladado


def test_the_detail_names_the_documents_of_each_figure() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1), a_cfdi(2, "0.29"))
    figures = got(despacho, "/api/iva/2026/1/detalle")
    assert set(figures[0]) == {"figura", "total", "documentos"}
    assert figures[0]["figura"] == "ivaTrasladado"
    assert figures[0]["total"] == "160.04"
    (first, second) = figures[0]["documentos"]
    assert set(first) == {"uuid", "fecha", "importe", "regla", "articulo"}
    assert (first["uuid"], first["fecha"], first["importe"]) == (uuid(1), "2026-01-15", "160.00")
    assert second["importe"] == "0.04"
    for figure in figures:
        assert sum((Decimal(d["importe"]) for d in figure["documentos"]), Decimal(0)) == Decimal(figure["total"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/iva", 400),
        ("/api/iva?anio=x", 400),
        ("/api/iva?anio=1989", 422),
        ("/api/iva/2026/13/detalle", 422),
        ("/api/iva/2026/0/detalle", 422),
        ("/api/iva/2026/x/detalle", 404),
    ],
)
def test_refuses_a_month_that_cannot_be(path: str, status: int) -> None:
    assert got(Despacho(), path, status)["status"] == status


@pytest.mark.parametrize("path", ["/api/iva?anio=2026", "/api/iva/2026/1/detalle"])
def test_who_has_no_role_sees_nothing(path: str) -> None:
    assert got(Despacho(), path, 403, role=None)["code"] == "action-forbidden"
