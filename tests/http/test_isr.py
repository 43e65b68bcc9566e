from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import a_cfdi, a_payment, a_ppd, uuid
from horux_core.identity.model import Role
from tests.core.fiscal.isr.cargados import a_fisica, adjust
from tests.despacho import Despacho
from tests.http.fiscal_app import fiscal_client

MEMBERS = {
    "periodo", "anio", "mes", "regimen", "ingresosMes", "ingresosAcum", "deduccionesMes", "deduccionesAcum",
    "coeficiente", "base", "isrCausado", "pagosPrevios", "retenciones", "isrAPagar", "aPagarPesos", "tasaPct", "ptu",
    "perdidas", "retencionExcedente", "advertencias",
}  # fmt: skip


def got(despacho: Despacho, path: str, status: int = 200, role: Role | None = Role.VISOR) -> Any:
    with fiscal_client(despacho, role) as client:
        answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_year_is_twelve_months_of_the_regime_with_exactly_these_members() -> None:
    despacho = Despacho()
    adjust(despacho, coeficientes=((2024, Decimal("0.1523")), (2025, Decimal("0.1871"))), perdidas=Decimal("50000.00"))
    ingresos = ("580000.00", "719200.00", "556800.00")
    despacho.enter(*(a_cfdi(n, total, fecha_emision=datetime(2026, n, 3)) for n, total in enumerate(ingresos, 1)))
    year = got(despacho, "/api/isr?anio=2026")
    assert set(year) == {"anio", "meses", "retenidoATerceros", "advertencias"}
    assert [(m["periodo"], m["regimen"]) for m in year["meses"]] == [(f"2026-{n:02d}", "601") for n in range(1, 13)]
    for month in year["meses"]:
        assert set(month) == MEMBERS
    # The example of FISCAL.md 4.2, to the cent.
    assert [m["isrAPagar"] for m in year["meses"][:3]] == ["7845.00", "28327.80", "38635.20"]
    assert [m["coeficiente"] for m in year["meses"][:3]] == ["0.1523", "0.1523", "0.1871"]
    febrero = year["meses"][1]
    assert (febrero["base"], febrero["pagosPrevios"], febrero["aPagarPesos"]) == ("120576.00", "7845.00", "28328")
    assert (febrero["tasaPct"], febrero["perdidas"], febrero["advertencias"]) == ("30.00", "50000.00", [])
    assert year["retenidoATerceros"] == ["0.00"] * 12


def test_a_fisica_has_the_months_of_each_regime() -> None:
    despacho = a_fisica("612", "606")
    despacho.enter(a_ppd(1, regimen_emisor="612"), a_payment(2, 1), a_cfdi(3, regimen_emisor="606"))
    meses = got(despacho, "/api/isr?anio=2026")["meses"]
    assert [m["regimen"] for m in meses] == ["612"] * 12 + ["606"] * 12
    assert (meses[1]["ingresosMes"], meses[12]["ingresosMes"]) == ("500.00", "1000.00")
    assert (meses[1]["coeficiente"], meses[1]["tasaPct"]) == (None, None)


def test_a_regime_that_is_not_worked_out_is_told() -> None:
    year = got(a_fisica("621"), "/api/isr?anio=2026")
    assert year["meses"] == []
    assert year["advertencias"] == [
        {
            "codigo": "regimen_no_calculado",
            "detalle": "El ISR del régimen 621 (Incorporación fiscal) no se calcula aquí.",
        }
    ]


def test_the_detail_names_the_documents_of_each_figure() -> None:
    despacho = a_fisica("612", "606")
    despacho.enter(a_cfdi(1, regimen_emisor="612"), a_cfdi(2, "0.29", regimen_emisor="606"))
    figures = got(despacho, "/api/isr/2026/1/detalle")
    assert {f["regimen"] for f in figures} == {"612", "606"}
    assert set(figures[0]) == {"regimen", "figura", "total", "documentos"}
    assert (figures[0]["figura"], figures[0]["total"]) == ("ingresosMes", "1000.00")
    (document,) = figures[0]["documentos"]
    assert document == {
        "uuid": uuid(1),
        "fecha": "2026-01-15",
        "importe": "1000.00",
        "regla": "pue",
        "articulo": "LISR 101, 102",
    }
    for figure in figures:
        assert sum((Decimal(d["importe"]) for d in figure["documentos"]), Decimal(0)) == Decimal(figure["total"])
    alone = got(despacho, "/api/isr/2026/1/detalle?regimen=606")
    assert alone == [f for f in figures if f["regimen"] == "606"]


@pytest.mark.parametrize("mes", [1, 2, 3])
def test_the_worked_scenario_s_figures_are_the_sum_of_their_documents(mes: int) -> None:
    despacho = Despacho()
    adjust(despacho, 2025, regimenes=("626",))
    despacho.enter_samples("escenario")
    figures = {f["figura"]: f for f in got(despacho, f"/api/isr/2025/{mes}/detalle")}
    month = got(despacho, "/api/isr?anio=2025")["meses"][mes - 1]
    for figura in ("ingresosMes", "ingresosAcum", "deduccionesMes", "deduccionesAcum", "base", "retenciones"):
        assert figures[figura]["total"] == month[figura]
        assert sum(Decimal(d["importe"]) for d in figures[figura]["documentos"]) == Decimal(month[figura])
    assert Decimal(month["ingresosMes"]) > 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/isr", 400),
        ("/api/isr?anio=x", 400),
        ("/api/isr?anio=1989", 422),
        ("/api/isr/2026/13/detalle", 422),
        ("/api/isr/2026/x/detalle", 404),
        ("/api/isr/2026/1/detalle?regimen=612", 404),
        ("/api/isr/2026/1/detalle?regimen=muylargo", 400),
    ],
)
def test_refuses_what_cannot_be(path: str, status: int) -> None:
    assert got(Despacho(), path, status)["status"] == status


@pytest.mark.parametrize("path", ["/api/isr?anio=2026", "/api/isr/2026/1/detalle"])
def test_who_has_no_role_sees_nothing(path: str) -> None:
    assert got(Despacho(), path, 403, role=None)["code"] == "action-forbidden"
