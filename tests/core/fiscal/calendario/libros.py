"""Books of a made-up taxpayer, as the calendar sees them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from horux_core.fiscal.calendario.generando import Clave, LibrosDelCalendario, Vencimiento
from horux_core.fiscal.calendario.obligaciones import Condicion, Periodicidad, Situacion
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc

MORAL = Rfc("EKU9003173C9")
FISICA = Rfc("ROEM691011EZ4")
TODAS = frozenset(Condicion)
_ANIOS = range(2023, 2031)


def unos_libros(
    regimenes: tuple[str, ...] = ("601",),
    por_anio: Mapping[int, Situacion] | None = None,
    meses: Mapping[Periodo, frozenset[Condicion]] | None = None,
    siempre: frozenset[Condicion] = frozenset(),
    campos: Mapping[str, Any] | None = None,
) -> LibrosDelCalendario:
    """The same situation every year unless `por_anio` says; conditions by month, `siempre` in every one."""
    situacion = Situacion(regimenes, **(campos or {}))
    todos = (Periodo(anio, n) for anio in _ANIOS for n in range(1, 13))
    return LibrosDelCalendario(
        dict.fromkeys(_ANIOS, situacion) | dict(por_anio or {}),
        {periodo: siempre | (meses or {}).get(periodo, frozenset()) for periodo in todos},
    )


def mes(texto: str) -> Periodo:
    return Periodo.parse(texto)


def un_vencimiento(
    limite: str = "2026-11-17", obligacion: str = "IVA_MENSUAL", periodo: str = "2026-10", **campos: Any
) -> Vencimiento:
    valores: dict[str, Any] = {
        "nombre": "Pago mensual IVA (definitivo)",
        "periodicidad": Periodicidad.MENSUAL,
        "regimenes": ("601",),
        "fundamento": "LIVA 5-D",
        **campos,
    }
    return Vencimiento(Clave(obligacion, mes(periodo)), limite=date.fromisoformat(limite), **valores)
