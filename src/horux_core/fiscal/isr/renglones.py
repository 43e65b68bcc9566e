"""The row of a tariff behind a month's tax."""

from horux_core.fiscal.isr.model import ACTIVIDAD_EMPRESARIAL, ARRENDAMIENTO, MesIsr
from horux_core.fiscal.isr.tarifas import Renglon, Tarifa, acumulada, isr, mensual, renglon

_TRIMESTRE = 3


def renglon_de(mes: MesIsr) -> Renglon | None:
    """None where no tariff says the tax, or there is nothing to tax. Raises EjercicioSinTarifa."""
    for tarifa in _tarifas(mes):
        if mes.isr_causado and isr(tarifa, mes.base) == mes.isr_causado:
            return renglon(tarifa, mes.base)
    return None


def _tarifas(mes: MesIsr) -> tuple[Tarifa, ...]:
    """Rent is paid by the month, or by the quarter: the tax of a month says which (LISR 116)."""
    anio = mes.periodo.anio
    if mes.regimen == ACTIVIDAD_EMPRESARIAL:
        return (acumulada(anio, mes.periodo.mes),)
    return (mensual(anio), acumulada(anio, _TRIMESTRE)) if mes.regimen == ARRENDAMIENTO else ()
