"""A year of ISR: the twelve months of each of a taxpayer's régimenes, apart (FISCAL.md 4)."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from horux_core.fiscal.isr import actividad_empresarial, arrendamiento, general_pm, resico_pf, resico_pm, sueldos
from horux_core.fiscal.isr.model import (
    ACTIVIDAD_EMPRESARIAL,
    ARRENDAMIENTO,
    CALCULADOS,
    GENERAL_PM,
    RESICO,
    SUELDOS,
    Cuenta,
    MesIsr,
    OpcionesIsr,
)
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo

_Regla = Callable[[Periodo, Cuenta, Sequence[MesIsr], OpcionesIsr], MesIsr]

_REGLAS: Mapping[str, _Regla] = {
    GENERAL_PM: general_pm.mes,
    SUELDOS: sueldos.mes,
    ARRENDAMIENTO: arrendamiento.mes,
    ACTIVIDAD_EMPRESARIAL: actividad_empresarial.mes,
}
_NADA = Cuenta()


def year(
    anio: int, cuentas: Mapping[tuple[str, Periodo], Cuenta], opciones: OpcionesIsr
) -> dict[str, tuple[MesIsr, ...]]:
    """The twelve months of each régimen of `opciones` that is worked out, in the order given.

    Raises EjercicioSinTarifa when one needs the tariff of a year older than those kept.
    """
    return {
        regimen: _meses(anio, regimen, cuentas, opciones)
        for regimen in dict.fromkeys(opciones.regimenes)
        if regimen in CALCULADOS
    }


def retenido_a_terceros(anio: int, cuentas: Mapping[tuple[str, Periodo], Cuenta]) -> tuple[Decimal, ...]:
    """ISR withheld from others in each month, to be paid over with it (LISR 96, 106, 113-J, 116)."""
    return tuple(
        sum((c.retenido_a_terceros for (_, p), c in cuentas.items() if p == Periodo(anio, mes)), CERO)
        for mes in range(1, 13)
    )


def _meses(
    anio: int, regimen: str, cuentas: Mapping[tuple[str, Periodo], Cuenta], opciones: OpcionesIsr
) -> tuple[MesIsr, ...]:
    resico = resico_pm.mes if opciones.moral else resico_pf.mes
    regla = resico if regimen == RESICO else _REGLAS[regimen]
    meses: list[MesIsr] = []
    for numero in range(1, 13):
        periodo = Periodo(anio, numero)
        meses.append(regla(periodo, cuentas.get((regimen, periodo), _NADA), meses, opciones))
    return tuple(meses)
