"""626 of a física: a rate on all that was collected in the month; the payment is definitive (LISR 113-E, 113-J)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from horux_core.fiscal.isr.acumulado import acumular, por_pagar
from horux_core.fiscal.isr.model import RESICO, Cuenta, MesIsr, OpcionesIsr
from horux_core.fiscal.isr.tarifas import tasa_resico
from horux_core.kernel.importe import CERO, centavos
from horux_core.kernel.periodo import Periodo


def mes(periodo: Periodo, cuenta: Cuenta, previos: Sequence[MesIsr], _opciones: OpcionesIsr) -> MesIsr:
    """The month alone: no deductions, and only what was withheld in it."""
    base = max(cuenta.ingresos, CERO)
    tasa = tasa_resico(base)
    propio = replace(
        acumular(periodo, RESICO, cuenta, previos),
        base=base,
        tasa_pct=tasa,
        isr_causado=centavos(base * tasa / Decimal(100)),
        pagos_previos=CERO,
        retenciones=cuenta.retenciones,
    )
    return por_pagar(propio)
