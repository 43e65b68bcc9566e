"""605, a worker's pay: for information, the employer pays the tax (LISR 94-98)."""

from collections.abc import Sequence
from dataclasses import replace

from horux_core.fiscal.isr.acumulado import acumular
from horux_core.fiscal.isr.model import SUELDOS, Cuenta, MesIsr, OpcionesIsr
from horux_core.kernel.periodo import Periodo


def mes(periodo: Periodo, cuenta: Cuenta, previos: Sequence[MesIsr], _opciones: OpcionesIsr) -> MesIsr:
    """Income with its exempt part; `base` is the taxed one of the month, `retenciones` what was withheld in it."""
    completa = replace(cuenta, ingresos=cuenta.ingresos + cuenta.exentos)
    propio = acumular(periodo, SUELDOS, completa, previos)
    return replace(propio, base=cuenta.ingresos, retenciones=cuenta.retenciones)
