"""612, actividad empresarial y profesional of a física: cash in less cash out, year to date (LISR 100-106)."""

from collections.abc import Sequence
from dataclasses import replace

from horux_core.fiscal.isr.acumulado import acumular, con_base, deducidas, por_pagar, ptu_pagada
from horux_core.fiscal.isr.model import ACTIVIDAD_EMPRESARIAL, Cuenta, MesIsr, OpcionesIsr
from horux_core.fiscal.isr.tarifas import acumulada, isr
from horux_core.kernel.periodo import Periodo


def mes(periodo: Periodo, cuenta: Cuenta, previos: Sequence[MesIsr], opciones: OpcionesIsr) -> MesIsr:
    """The month after `previos`, those of the year before it. Raises EjercicioSinTarifa."""
    deducciones = deducidas(periodo, ACTIVIDAD_EMPRESARIAL, cuenta, opciones)
    propio = acumular(periodo, ACTIVIDAD_EMPRESARIAL, cuenta, previos, deducciones)
    utilidad = propio.ingresos_acum - propio.deducciones_acum
    propio = con_base(propio, utilidad, ptu_pagada(periodo, opciones), opciones.perdidas)
    return por_pagar(replace(propio, isr_causado=isr(acumulada(periodo.anio, periodo.mes), propio.base)))
