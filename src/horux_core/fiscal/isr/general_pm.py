"""601, régimen general de ley of a moral: an estimate of profit by coefficient (LISR 9, 14)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from horux_core.fiscal.isr.acumulado import acumular, con_base, por_pagar
from horux_core.fiscal.isr.model import GENERAL_PM, Cuenta, MesIsr, OpcionesIsr
from horux_core.fiscal.isr.tarifas import PORCIENTO_PM
from horux_core.kernel.importe import CERO, centavos, diezmilesimos
from horux_core.kernel.periodo import Periodo

_CIEN = Decimal(100)
_ANTIGUEDAD_MAXIMA = 5
"""Years back that a coefficient is looked for (LISR 14-I)."""
_PARTES_DE_PTU = 8
"""May to December (LISR 14-II-a)."""


def coeficiente(utilidad: Decimal, ingresos_nominales: Decimal) -> Decimal:
    """The coefficient an annual return gives, cut to four decimals; zero of a loss (LISR 14-I; CFF 17-A)."""
    if utilidad <= 0 or ingresos_nominales <= 0:
        return diezmilesimos(CERO)
    return diezmilesimos(utilidad / ingresos_nominales)


def coeficiente_de(periodo: Periodo, opciones: OpcionesIsr) -> Decimal:
    """That of the last year before which has one, up to five back; zero in the first year of activity.

    Before March that of last year is not known yet, unless its return was filed.
    """
    ultimo = periodo.anio - (1 if periodo.mes >= opciones.coeficiente_nuevo_desde else 2)
    utiles = [(e, c) for e, c in opciones.coeficientes if c > 0 and periodo.anio - _ANTIGUEDAD_MAXIMA <= e <= ultimo]
    return diezmilesimos(max(utiles, default=(0, CERO))[1])


def mes(periodo: Periodo, cuenta: Cuenta, previos: Sequence[MesIsr], opciones: OpcionesIsr) -> MesIsr:
    """The month after `previos`, those of the year before it."""
    propio = acumular(periodo, GENERAL_PM, cuenta, previos)
    propio = replace(propio, coeficiente=CERO, tasa_pct=PORCIENTO_PM)
    if sin_pago(periodo, opciones.inicio):
        return propio
    factor = coeficiente_de(periodo, opciones)
    utilidad = centavos(propio.ingresos_acum * factor)
    propio = con_base(replace(propio, coeficiente=factor), utilidad, _ptu(periodo, opciones), opciones.perdidas)
    return por_pagar(replace(propio, isr_causado=centavos(propio.base * PORCIENTO_PM / _CIEN)))


def _ptu(periodo: Periodo, opciones: OpcionesIsr) -> Decimal:
    partes = max(periodo.mes - 4, 0)
    return centavos(opciones.ptu * partes / _PARTES_DE_PTU)


def sin_pago(periodo: Periodo, inicio: Periodo | None) -> bool:
    """The first year has no payments; the first of the second year covers January to March (LISR 14-I)."""
    if inicio is None:
        return False
    return periodo.anio <= inicio.anio or (periodo.anio == inicio.anio + 1 and periodo.mes < 3)
