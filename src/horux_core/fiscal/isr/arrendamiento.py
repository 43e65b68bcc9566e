"""606, rent of a física: each payment on its own, by the month or by the quarter (LISR 114-118)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from horux_core.fiscal.isr.acumulado import acumular, con_base, deducidas, por_pagar
from horux_core.fiscal.isr.model import ARRENDAMIENTO, Cuenta, MesIsr, OpcionesIsr
from horux_core.fiscal.isr.tarifas import acumulada, isr, mensual
from horux_core.kernel.importe import CERO, centavos
from horux_core.kernel.periodo import Periodo

FRACCION_OPCIONAL = Decimal("0.35")
"""LISR 115, second paragraph: deducted without vouchers, besides the predial."""
_TRIMESTRE = 3


def mes(periodo: Periodo, cuenta: Cuenta, previos: Sequence[MesIsr], opciones: OpcionesIsr) -> MesIsr:
    """The month after `previos`, those of the year before it. Raises EjercicioSinTarifa.

    What was withheld is credited only against its own payment (LISR 116). By quarters, a month that is not the last of
    its own has no base and no tax.
    """
    propio = acumular(periodo, ARRENDAMIENTO, cuenta, previos, _deducciones(periodo, cuenta, opciones))
    propio = replace(propio, pagos_previos=CERO, retenciones=cuenta.retenciones)
    abarca = meses_del_pago(periodo, opciones)
    if not abarca:
        return propio
    juntos = [m for m in previos if m.periodo in abarca]
    propio = replace(propio, retenciones=sum((m.retenciones for m in juntos), propio.retenciones))
    utilidad = sum((m.ingresos_mes - m.deducciones_mes for m in (*juntos, propio)), CERO)
    propio = con_base(propio, utilidad, CERO, CERO)
    tarifa = acumulada(periodo.anio, _TRIMESTRE) if opciones.arrendamiento_trimestral else mensual(periodo.anio)
    return por_pagar(replace(propio, isr_causado=isr(tarifa, propio.base)))


def meses_del_pago(periodo: Periodo, opciones: OpcionesIsr) -> list[Periodo]:
    """The months that the payment of a month covers; none when there is no payment in it."""
    if not opciones.arrendamiento_trimestral:
        return [periodo]
    if periodo.mes % _TRIMESTRE:
        return []
    return [Periodo(periodo.anio, periodo.mes - antes) for antes in (2, 1, 0)]


def predial_de(periodo: Periodo, opciones: OpcionesIsr) -> Decimal:
    """The predial paid in a month."""
    return sum((importe for mes, importe in opciones.predial if mes == periodo.mes), CERO)


def _deducciones(periodo: Periodo, cuenta: Cuenta, opciones: OpcionesIsr) -> Decimal:
    if not opciones.arrendamiento_opcional:
        return deducidas(periodo, ARRENDAMIENTO, cuenta, opciones)
    return centavos(cuenta.ingresos * FRACCION_OPCIONAL) + predial_de(periodo, opciones)
