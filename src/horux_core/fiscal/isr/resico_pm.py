"""626 of a moral: cash in less cash out, year to date, at the general rate and without coefficient (LISR 206-215)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from horux_core.fiscal.isr.acumulado import acumular, con_base, deducidas, por_pagar, ptu_pagada
from horux_core.fiscal.isr.model import RESICO, Cuenta, MesIsr, OpcionesIsr
from horux_core.fiscal.isr.tarifas import PORCIENTO_PM
from horux_core.kernel.importe import centavos
from horux_core.kernel.periodo import Periodo


def mes(periodo: Periodo, cuenta: Cuenta, previos: Sequence[MesIsr], opciones: OpcionesIsr) -> MesIsr:
    """The month after `previos`, those of the year before it."""
    propio = acumular(periodo, RESICO, cuenta, previos, deducidas(periodo, RESICO, cuenta, opciones))
    utilidad = propio.ingresos_acum - propio.deducciones_acum
    propio = con_base(propio, utilidad, ptu_pagada(periodo, opciones), opciones.perdidas)
    causado = centavos(propio.base * PORCIENTO_PM / Decimal(100))
    return por_pagar(replace(propio, tasa_pct=PORCIENTO_PM, isr_causado=causado))
