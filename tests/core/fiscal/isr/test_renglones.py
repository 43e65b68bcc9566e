"""The row of the tariff behind a month's tax."""

from decimal import Decimal

import pytest

from horux_core.fiscal.isr.model import MesIsr
from horux_core.fiscal.isr.renglones import renglon_de
from horux_core.fiscal.isr.tarifas import acumulada, isr, mensual
from horux_core.kernel.periodo import Periodo

D = Decimal
MARZO = Periodo(2026, 3)
BASE = D("90000.00")


@pytest.mark.parametrize(
    ("regimen", "tarifa"),
    [("612", acumulada(2026, 3)), ("606", mensual(2026)), ("606", acumulada(2026, 3))],
    ids=["612", "606 al mes", "606 al trimestre"],
)
def test_says_how_the_tax_came_out(regimen: str, tarifa: object) -> None:
    causado = isr(tarifa, BASE)  # type: ignore[arg-type]
    row = renglon_de(MesIsr(MARZO, regimen, base=BASE, isr_causado=causado))
    assert row is not None
    assert round(row.cuota_fija + (BASE - row.limite_inferior) * row.porciento / 100, 2) == causado


@pytest.mark.parametrize(
    "mes",
    [
        MesIsr(MARZO, "601", base=BASE, isr_causado=D("27000.00")),
        MesIsr(MARZO, "612"),
        MesIsr(MARZO, "606", base=BASE, isr_causado=D("1.00")),
    ],
)
def test_there_is_none_where_no_tariff_gave_it(mes: MesIsr) -> None:
    assert renglon_de(mes) is None
