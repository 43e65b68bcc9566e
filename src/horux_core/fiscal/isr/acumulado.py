"""What all régimenes share: the year to date, what is taken from a base, and what is left to pay."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from horux_core.fiscal.isr.model import Cuenta, MesIsr, OpcionesIsr
from horux_core.kernel.importe import CERO, pesos
from horux_core.kernel.periodo import Periodo

_PTU_MORAL, _PTU_FISICA = 5, 6
"""Month in which the share of profits must be paid at the latest (LFT 122)."""


def acumular(
    periodo: Periodo,
    regimen: str,
    cuenta: Cuenta,
    previos: Sequence[MesIsr],
    deducciones: Decimal = CERO,
) -> MesIsr:
    """The month with its income, deductions, withholdings and payments from January on; its tax is yet to come."""
    antes = previos[-1] if previos else MesIsr(periodo, regimen)
    return MesIsr(
        periodo,
        regimen,
        ingresos_mes=cuenta.ingresos,
        ingresos_acum=antes.ingresos_acum + cuenta.ingresos,
        deducciones_mes=deducciones,
        deducciones_acum=antes.deducciones_acum + deducciones,
        pagos_previos=antes.pagos_previos + antes.isr_a_pagar,
        retenciones=antes.retenciones + cuenta.retenciones,
    )


def con_base(mes: MesIsr, utilidad: Decimal, ptu: Decimal, perdidas: Decimal) -> MesIsr:
    """The base: the profit less the PTU, up to it, and the losses of other years, up to what is left."""
    ganado = max(utilidad, CERO)
    de_ptu = min(ptu, ganado)
    de_perdidas = min(perdidas, ganado - de_ptu)
    return replace(mes, base=ganado - de_ptu - de_perdidas, ptu=de_ptu, perdidas=de_perdidas)


def por_pagar(mes: MesIsr) -> MesIsr:
    """What is left to pay of the tax, never below zero; in whole pesos too (CFF 20)."""
    a_pagar = max(mes.isr_causado - mes.pagos_previos - mes.retenciones, CERO)
    return replace(mes, isr_a_pagar=a_pagar, a_pagar_pesos=pesos(a_pagar))


def ptu_pagada(periodo: Periodo, opciones: OpcionesIsr) -> Decimal:
    """The PTU paid in the year up to a month, whole (LISR 106, 211)."""
    desde = opciones.ptu_mes or (_PTU_MORAL if opciones.moral else _PTU_FISICA)
    return opciones.ptu if periodo.mes >= desde else CERO


def deducidas(periodo: Periodo, regimen: str, cuenta: Cuenta, opciones: OpcionesIsr) -> Decimal:
    """The month's deductions: those of its documents, and those the accountant gave."""
    otras = (i for r, m, i in opciones.otras_deducciones if (r, m) == (regimen, periodo.mes))
    return sum(otras, cuenta.deducciones)
