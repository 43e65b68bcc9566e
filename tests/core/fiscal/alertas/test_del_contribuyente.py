"""What the whole of a taxpayer shows."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from horux_core.fiscal.alertas.decidiendo import decidir
from horux_core.fiscal.alertas.del_contribuyente import RECARGOS, TOPE_RESICO_PF, TOPE_RESICO_PM, TOPE_SUBSIDIO
from horux_core.fiscal.alertas.hechos import Cierre, UsoDelPlan
from horux_core.fiscal.alertas.model import Severidad
from horux_core.fiscal.calendario.generando import EstadoObligacion
from tests.core.fiscal.alertas.libros import FISICA, HOY, hallados, hechos, mes, recibo, uuid
from tests.core.fiscal.calendario.libros import un_vencimiento
from tests.samples import shared

MEDIA, ALTA, CRITICA = Severidad.MEDIA, Severidad.ALTA, Severidad.CRITICA


def test_the_constants_are_those_of_the_vectors() -> None:
    constantes = json.loads(shared("domain", "constantes.json").read_text())
    topes = {int(a): Decimal(v["tope_ingreso_mensual"]) for a, v in constantes["subsidio_empleo"].items()}
    assert topes == TOPE_SUBSIDIO
    assert {int(a): Decimal(v) for a, v in constantes["recargos_mora_mensual_pct"].items()} == RECARGOS
    assert (str(TOPE_RESICO_PF), str(TOPE_RESICO_PM)) == (
        constantes["resico"]["pf_tope"],
        constantes["resico"]["pm_tope"],
    )


def sin_nomina(*meses: str, hoy: date = HOY) -> list[str]:
    recibos = [recibo(n, f"{m}-15") for n, m in enumerate(meses)]
    return [str(h.periodo) for h in hallados("SIN_NOMINA", *recibos, hoy=hoy)]


def test_a_month_without_payroll_after_two_with_it() -> None:
    assert sin_nomina("2026-08", "2026-09") == ["2026-10"]
    assert sin_nomina("2026-09") == []
    assert sin_nomina("2026-08", "2026-09", hoy=date(2026, 10, 31)) == []
    assert sin_nomina("2026-05", "2026-06", "2026-08", "2026-09", "2026-10") == ["2026-07"]
    (h,) = hallados("SIN_NOMINA", recibo(1, "2026-08-15"), recibo(2, "2026-09-15"))
    assert h.limite == date(2026, 11, 17)


def test_payroll_is_of_the_month_it_was_paid_in() -> None:
    recibos = [recibo(1, "2026-08-31"), recibo(2, "2026-10-02", fecha_pago="2026-09-30")]
    assert [h.periodo for h in hallados("SIN_NOMINA", *recibos)] == [mes("2026-10")]


def test_the_payroll_of_others_and_the_cancelled_do_not_count() -> None:
    for campos in ({"lado": "recibido"}, {"vigente": False}, {"nomina": None}):
        otros = [recibo(n, f"2026-0{n}-15", **campos) for n in (8, 9)]
        assert hallados("SIN_NOMINA", *otros) == []


def test_a_worker_above_the_limit_of_the_month_without_isr() -> None:
    quincenas = [recibo(n, f"2026-09-{d}", "5746.33", "0") for n, d in ((1, 15), (2, 30))]
    assert hallados("NOMINA_ISR_CERO", *quincenas) == []
    (h,) = hallados("NOMINA_ISR_CERO", *quincenas, recibo(3, "2026-09-30", "0.01", "0"))
    assert (h.periodo, h.uuids) == (mes("2026-09"), (uuid(1), uuid(2), uuid(3)))
    assert hallados("NOMINA_ISR_CERO", *quincenas, recibo(3, "2026-09-30", "0.01", "1")) == []
    assert hallados("NOMINA_ISR_CERO", *quincenas, recibo(3, "2026-10-01", "0.01", "0")) == []
    assert hallados("NOMINA_ISR_CERO", recibo(1, "2027-01-15", "90000", "0")) == []
    otro = recibo(3, "2026-09-30", "0.01", "0", rfc_receptor=FISICA)
    assert hallados("NOMINA_ISR_CERO", *quincenas, otro) == []


@pytest.mark.parametrize(
    ("faltan", "severidad"),
    [(61, None), (60, MEDIA), (31, MEDIA), (30, ALTA), (8, ALTA), (7, CRITICA), (0, CRITICA)],
)
def test_the_efirma_grows_graver_as_its_end_nears(faltan: int, severidad: Severidad | None) -> None:
    vence = HOY + timedelta(days=faltan)
    hechos = hallados("FIEL_POR_VENCER", fieles=(vence,))
    assert [(h.severidad, h.limite) for h in hechos] == ([(severidad, vence)] if severidad else [])
    assert hallados("FIEL_VENCIDA", fieles=(vence,)) == []


def test_an_efirma_that_ended() -> None:
    (h,) = hallados("FIEL_VENCIDA", fieles=(HOY - timedelta(days=1),))
    assert h.severidad is CRITICA
    assert hallados("FIEL_POR_VENCER", fieles=(HOY - timedelta(days=1),)) == []


def test_nothing_is_told_of_an_efirma_that_is_not_kept_and_what_was_told_is_closed() -> None:
    decision = decidir(hechos(fieles=()))
    assert {"FIEL_POR_VENCER", "FIEL_VENCIDA"} <= decision.decididos
    assert decision.hallazgos == ()


def cierre(entonces: str, ahora: str, impuesto: str = "iva") -> Cierre:
    return Cierre(impuesto, mes("2026-09"), date(2026, 10, 19), Decimal(entonces), Decimal(ahora))


def test_a_closed_month_whose_figure_changed_is_told() -> None:
    assert hallados("DECLARADO_CAMBIADO", cierres=(cierre("100.00", "100.00"),)) == []
    (h,) = hallados("DECLARADO_CAMBIADO", cierres=(cierre("100.00", "-20.50"), cierre("1.00", "1.00", "isr")))
    assert (h.entidad, h.periodo, h.severidad) == ("iva", mes("2026-09"), Severidad.ALTA)
    assert h.detalle == (
        "La declaración de IVA de 2026-09 se presentó el 19/10/2026: los libros daban 100.00 a cargo y ahora dan "
        "20.50 a favor."
    )


def test_three_months_in_a_row_with_a_balance_in_favour() -> None:
    def saldos(*valores: int) -> list[str]:
        por_mes = {mes(f"2026-{n:02d}"): Decimal(v) / 100 for n, v in enumerate(valores, 1)}
        return [str(h.periodo) for h in hallados("SALDO_FAVOR_IVA", saldos_iva=por_mes)]

    assert saldos(0, 5, 5) == []
    assert saldos(0, 1, 5, 5) == saldos(0, 1, 5, 5, 9) == ["2026-02"]
    assert saldos(5, 5, 5, 0) == saldos() == []


@pytest.mark.parametrize(
    ("faltan", "codigo", "severidad"),
    [
        (6, None, None),
        (5, "OBLIGACION_PROXIMA", MEDIA),
        (3, "OBLIGACION_PROXIMA", MEDIA),
        (2, "OBLIGACION_PROXIMA", ALTA),
        (0, "OBLIGACION_PROXIMA", ALTA),
        (-1, "OBLIGACION_VENCIDA", CRITICA),
    ],
)
def test_an_obligation_near_or_past_due(faltan: int, codigo: str | None, severidad: Severidad | None) -> None:
    v = un_vencimiento((HOY + timedelta(days=faltan)).isoformat())
    hechos = [h for c in ("OBLIGACION_PROXIMA", "OBLIGACION_VENCIDA") for h in hallados(c, vencimientos=[v])]
    esperado = [(codigo, severidad, "IVA_MENSUAL", mes("2026-10"), v.limite)] if codigo else []
    assert [(h.codigo, h.severidad, h.entidad, h.periodo, h.limite) for h in hechos] == esperado
    assert all("2.07 % mensual" in h.detalle for h in hechos if codigo == "OBLIGACION_VENCIDA")


@pytest.mark.parametrize("estado", [EstadoObligacion.PRESENTADA, EstadoObligacion.NO_APLICA])
def test_nothing_is_said_of_an_obligation_that_is_done(estado: EstadoObligacion) -> None:
    v = un_vencimiento("2026-11-09", estado=estado)
    assert hallados("OBLIGACION_VENCIDA", vencimientos=[v]) == []


@pytest.mark.parametrize(
    ("ingresos", "severidad"),
    [
        ("2799999.99", None),
        ("2800000", MEDIA),
        ("3324999.99", MEDIA),
        ("3325000", ALTA),
        ("3499999.99", ALTA),
        ("3500000", CRITICA),
    ],
)
def test_the_income_of_a_resico_nears_its_limit(ingresos: str, severidad: Severidad | None) -> None:
    esperado = [severidad] if severidad else []
    de_pf = hallados("LIMITE_RESICO_PF", rfc=FISICA, ingresos={2026: Decimal(ingresos)}, regimenes=lambda _: ("626",))
    assert [h.severidad for h in de_pf] == esperado
    de_pm = hallados("LIMITE_RESICO_PM", ingresos={2026: Decimal(ingresos) * 10}, regimenes=lambda _: ("626",))
    assert [h.severidad for h in de_pm] == esperado
    assert hallados("LIMITE_RESICO_PM", ingresos={2026: Decimal(10**9)}, regimenes=lambda _: ("601",)) == []


@pytest.mark.parametrize(
    ("usado", "limite", "severidad"),
    [
        (79, 100, None),
        (80, 100, MEDIA),
        (95, 100, ALTA),
        (100, 100, CRITICA),
        (500, -1, None),
        (0, 0, None),
        (1, 1, CRITICA),
    ],
)
def test_the_plan_nears_its_limit(usado: int, limite: int, severidad: Severidad | None) -> None:
    hechos = hallados("LIMITE_PLAN", plan=[UsoDelPlan("cfdi", "CFDI", usado, limite)])
    assert [h.severidad for h in hechos] == ([severidad] if severidad else [])
