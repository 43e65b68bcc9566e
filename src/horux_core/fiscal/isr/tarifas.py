"""The tariffs of ISR of personas físicas (LISR 96, 106, 152; Anexo 8 of each year's RMF) and the rates of RESICO."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from horux_core.fiscal.isr.errors import EjercicioSinTarifa
from horux_core.kernel.importe import CENTAVO, CERO, centavos

_CIEN = Decimal(100)

PORCIENTO_PM = Decimal(30)
"""LISR 9."""


@dataclass(frozen=True, slots=True)
class Renglon:
    """A row of a tariff; `limite_superior` None is "en adelante". `porciento` applies to what exceeds the lower."""

    limite_inferior: Decimal
    limite_superior: Decimal | None
    cuota_fija: Decimal
    porciento: Decimal


Tarifa = tuple[Renglon, ...]

_PORCIENTOS = "1.92 6.40 10.88 16.00 17.92 21.36 23.52 30.00 32.00 34.00 35.00"
_MENSUAL_2023 = (
    "746.04 6332.05 11128.01 12935.82 15487.71 31236.49 49233.00 93993.90 125325.20 375975.61",
    "0.00 14.32 371.83 893.63 1182.88 1640.18 5004.12 9236.89 22665.17 32691.18 117912.32",
)
_ANUAL_2023 = (
    "8952.49 75984.55 133536.07 155229.80 185852.57 374837.88 590795.99 1127926.84 1503902.46 4511707.37",
    "0.00 171.88 4461.94 10723.55 14194.54 19682.13 60049.40 110842.74 271981.99 392294.17 1414947.85",
)
_MENSUAL_2026 = (
    "844.59 7168.51 12598.02 14644.64 17533.64 35362.83 55736.68 106410.50 141880.66 425641.99",
    "0.00 16.22 420.95 1011.68 1339.14 1856.84 5665.16 10457.09 25659.23 37009.69 133488.54",
)
_ANUAL_2026 = (
    "10135.11 86022.11 151176.19 175735.66 210403.69 424353.97 668840.14 1276925.98 1702567.97 5107703.92",
    "0.00 194.59 5051.37 12140.13 16069.64 22282.14 67981.92 125485.07 307910.81 444116.23 1601862.46",
)
"""Upper limits and fixed quotas; the lower limit of a row is a cent above the upper one before it."""

_PUBLICADAS = {2023: (_MENSUAL_2023, _ANUAL_2023), 2026: (_MENSUAL_2026, _ANUAL_2026)}
"""By the first year each was in force: Anexo 8 RMF 2023 (the same in 2024 and 2025); RMF 2026, DOF 2025-12-28."""

PRIMER_EJERCICIO = min(_PUBLICADAS)
ULTIMO_PUBLICADO = 2026
"""Later years use its tariff: it stays until inflation moves it (LISR 152) and somebody adds the new one here."""

_RESICO = (
    (Decimal("25000.00"), Decimal("1.00")),
    (Decimal("50000.00"), Decimal("1.10")),
    (Decimal("83333.33"), Decimal("1.50")),
    (Decimal("208333.33"), Decimal("2.00")),
)
_RESICO_MAS = Decimal("2.50")
"""LISR 113-E, since 2022: the rate falls on all the month's income."""


def mensual(anio: int) -> Tarifa:
    """The month's tariff (LISR 96). Raises EjercicioSinTarifa."""
    return _armada(*_publicada(anio)[0])


def anual(anio: int) -> Tarifa:
    """The year's tariff (LISR 152). Raises EjercicioSinTarifa."""
    return _armada(*_publicada(anio)[1])


def acumulada(anio: int, mes: int) -> Tarifa:
    """January to `mes` (LISR 106): limits and quotas of the month times the months; December's is the year's.

    That of March is the quarter's (LISR 116). Raises EjercicioSinTarifa.
    """
    return anual(anio) if mes == 12 else _por_meses(mensual(anio), mes)


def isr(tarifa: Tarifa, base: Decimal) -> Decimal:
    """The tax a tariff gives of a base, which is rounded to cents before it is looked up; none of nothing."""
    monto, fila = centavos(base), renglon(tarifa, base)
    if fila is None:
        return CERO
    return centavos(fila.cuota_fija + (monto - fila.limite_inferior) * fila.porciento / _CIEN)


def renglon(tarifa: Tarifa, base: Decimal) -> Renglon | None:
    """The row that a base falls in; None of nothing."""
    monto = centavos(base)
    if monto <= 0:
        return None
    return next(f for f in tarifa if f.limite_superior is None or monto <= f.limite_superior)


def tasa_resico(ingresos: Decimal) -> Decimal:
    """Per cent on all that a persona física of RESICO collected in a month (LISR 113-E)."""
    return next((tasa for hasta, tasa in _RESICO if ingresos <= hasta), _RESICO_MAS)


def _publicada(anio: int) -> tuple[tuple[str, str], tuple[str, str]]:
    if anio < PRIMER_EJERCICIO:
        raise EjercicioSinTarifa(
            f"No hay tarifa de ISR para {anio}: Horux calcula el ISR de personas físicas desde {PRIMER_EJERCICIO}."
        )
    return _PUBLICADAS[max(desde for desde in _PUBLICADAS if desde <= anio)]


@cache
def _armada(limites: str, cuotas: str) -> Tarifa:
    superiores = [*map(Decimal, limites.split())]
    inferiores = [CENTAVO, *(limite + CENTAVO for limite in superiores)]
    return tuple(
        Renglon(*fila)
        for fila in zip(
            inferiores,
            [*superiores, None],
            map(Decimal, cuotas.split()),
            map(Decimal, _PORCIENTOS.split()),
            strict=True,
        )
    )


@cache
def _por_meses(tarifa: Tarifa, meses: int) -> Tarifa:
    superiores = [None if f.limite_superior is None else f.limite_superior * meses for f in tarifa]
    inferiores = [CENTAVO, *(limite + CENTAVO for limite in superiores if limite is not None)]
    return tuple(
        Renglon(inferior, superior, fila.cuota_fija * meses, fila.porciento)
        for inferior, superior, fila in zip(inferiores, superiores, tarifa, strict=True)
    )
