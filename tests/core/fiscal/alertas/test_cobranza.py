"""What was collected or paid, against the documents that should say so."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from horux_core.fiscal.alertas.model import Severidad
from horux_core.fiscal.cfdi.model import Tipo
from tests.core.fiscal.alertas.libros import HOY, abono, banco, comprobante, hallados, mes, ppd, uuid


def test_a_collected_ppd_without_complement_once_its_5th_has_passed() -> None:
    cobro = banco(abono(1, "2026-09-20", "500"))
    (h,) = hallados("PPD_SIN_REP", ppd(1), banco=cobro, abonos=[], hoy=date(2026, 10, 6))
    assert (h.entidad, h.periodo, h.limite) == (uuid(1), mes("2026-09"), date(2026, 10, 5))
    assert "500.00 MXN" in h.detalle
    assert hallados("PPD_SIN_REP", ppd(1), banco=cobro, abonos=[], hoy=date(2026, 10, 5)) == []


def test_a_payment_to_a_supplier_whose_complement_has_not_come() -> None:
    pago = banco(abono(1, "2026-09-20", "500"))
    (h,) = hallados("REP_NO_RECIBIDO", ppd(1, "recibido"), banco=pago, abonos=[])
    assert h.limite == date(2026, 10, 22)
    assert hallados("PPD_SIN_REP", ppd(1, "recibido"), banco=pago, abonos=[]) == []
    assert hallados("REP_NO_RECIBIDO", ppd(1), banco=pago, abonos=[]) == []


@pytest.mark.parametrize(
    ("cubierto", "moneda", "falta"),
    [("499.99", "MXN", False), ("499.98", "MXN", True), ("495", "USD", False), ("494.99", "USD", True)],
)
def test_covered_but_for_a_cent_or_what_exchange_rates_round(cubierto: str, moneda: str, falta: bool) -> None:
    pago = {"banco": banco(abono(1, "2026-09-20", "500")), "abonos": [abono(1, "2026-09-20", cubierto)]}
    assert bool(hallados("PPD_SIN_REP", ppd(1, moneda=moneda), **pago)) is falta


def test_each_month_is_told_of_what_it_lacks() -> None:
    cobros = banco(*[abono(1, f"2026-0{m}-20", "100") for m in (7, 8, 9)])
    for cubierto, faltas in (
        ("0", {7: "100.00", 8: "100.00", 9: "100.00"}),
        ("150", {8: "50.00", 9: "100.00"}),
        ("300", {}),
    ):
        hechos = hallados("PPD_SIN_REP", ppd(1), banco=cobros, abonos=[abono(1, "2026-07-31", cubierto)])
        assert {h.periodo.mes: h.detalle.split()[2] for h in hechos if h.periodo} == faltas


def test_nothing_is_said_of_what_is_not_a_vigente_ppd() -> None:
    cobro: dict[str, Any] = {"banco": banco(abono(1, "2026-09-20", "500")), "abonos": []}
    for c in (comprobante(1), ppd(1, vigente=False), ppd(1, tipo=Tipo.EGRESO), ppd(2)):
        assert hallados("PPD_SIN_REP", c, **cobro) == []


@pytest.mark.parametrize(
    ("edad", "severidad"), [(30, None), (31, Severidad.MEDIA), (90, Severidad.MEDIA), (91, Severidad.ALTA)]
)
def test_a_balance_grows_graver_with_age(edad: int, severidad: Severidad | None) -> None:
    c = ppd(1, fecha=(HOY - timedelta(days=edad)).isoformat())
    hechos = hallados("PPD_VENCIDA", c, saldos={uuid(1): Decimal("0.02")})
    assert [h.severidad for h in hechos] == ([severidad] if severidad else [])
    assert hallados("PPD_VENCIDA", c, saldos={uuid(1): Decimal("0.01")}) == []
    assert hallados("PPD_VENCIDA", comprobante(1, fecha="2026-01-10"), saldos={uuid(1): Decimal(5)}) == []
    assert hallados("PPD_VENCIDA", ppd(1, vigente=False), saldos={uuid(1): Decimal(5)}) == []


def test_issued_as_paid_and_not_paid_in_its_month() -> None:
    (h,) = hallados("PUE_NO_PAGADA", comprobante(1), banco=banco(abono(1, "2026-10-01", "1001")))
    assert (h.limite, h.periodo) == (date(2026, 9, 30), mes("2026-09"))
    assert hallados("PUE_NO_PAGADA", comprobante(1), banco=banco(abono(1, "2026-09-30", "1"))) == []


@pytest.mark.parametrize(
    "c",
    [
        comprobante(1, "recibido"),
        comprobante(1, vigente=False),
        comprobante(1, tipo=Tipo.EGRESO),
        comprobante(1, forma_pago="01"),
        comprobante(1, forma_pago="17"),
        comprobante(1, fecha="2026-08-31"),
        ppd(1),
    ],
)
def test_nothing_is_said_of_what_the_bank_could_not_show(c: Any) -> None:
    assert hallados("PUE_NO_PAGADA", c, banco=banco()) == []


def test_nothing_is_said_before_the_month_ends() -> None:
    c, octubre = comprobante(1, fecha="2026-10-10"), banco(meses=("2026-10",))
    assert hallados("PUE_NO_PAGADA", c, banco=octubre, hoy=date(2026, 10, 31)) == []
    assert len(hallados("PUE_NO_PAGADA", c, banco=octubre, hoy=date(2026, 11, 1))) == 1
