"""The shape of every report on the wire. Amounts are strings, never floats."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from msgspec import Meta, Struct

from horux_core.fiscal.iva.model import Figura
from horux_core.fiscal.reportes.model import BaseReporte, Fila, Reporte
from horux_core.fiscal.reportes.nombres import NombreReporte
from horux_http.fiscal.wire import AdvertenciaOut, PesosOut, mxn

Figuras = Annotated[
    dict[str, PesosOut],
    Meta(description="Importes en MXN por el nombre de la cifra; detalle trae los CFDI que suman cada una."),
]
Razones = Annotated[
    dict[str, str | None],
    Meta(description="Proporciones con cuatro decimales; null cuando no hay con qué compararla."),
]


class FilaReporteOut(Struct, rename="camel"):
    clave: Annotated[str, Meta(description="Para pedir su detalle.", examples=["recibido:URE180429TM6"])]
    datos: dict[str, str]
    figuras: Figuras
    razones: Razones

    @classmethod
    def of(cls, fila: Fila) -> Self:
        return cls(fila.clave, dict(fila.datos), _figuras(fila.figuras), _razones(fila.razones))


class ReporteOut(Struct, rename="camel"):
    """Figures of a period, without what is cancelled; `filas` break them down."""

    reporte: NombreReporte
    base: Annotated[BaseReporte, Meta(description="devengado: al facturarse; flujo: al cobrarse o pagarse.")]
    desde: Annotated[date, Meta(examples=["2026-01-01"])]
    hasta: Annotated[date, Meta(examples=["2026-01-31"])]
    contra_desde: Annotated[date | None, Meta(description="De comparativo: desde cuándo es B.")]
    contra_hasta: Annotated[date | None, Meta(description="De comparativo: hasta cuándo es B.")]
    al: Annotated[date | None, Meta(description="De antiguedad-saldos: el día al que se cuenta la edad de cada saldo.")]
    moneda: Annotated[str, Meta(examples=["MXN"])]
    figuras: Figuras
    razones: Razones
    filas: list[FilaReporteOut]
    advertencias: list[AdvertenciaOut]

    @classmethod
    def of(cls, reporte: Reporte) -> Self:
        return cls(
            NombreReporte(reporte.nombre),
            reporte.base,
            reporte.desde,
            reporte.hasta,
            None if reporte.contra is None else reporte.contra.primer_dia,
            None if reporte.contra is None else reporte.contra.ultimo_dia,
            reporte.al,
            "MXN",
            _figuras(reporte.figuras),
            _razones(reporte.razones),
            [FilaReporteOut.of(fila) for fila in reporte.filas],
            [AdvertenciaOut.of(a) for a in reporte.advertencias],
        )


def _figuras(figuras: Iterable[Figura]) -> dict[str, str]:
    return {f.figura: _importe(f.total) for f in figuras}


def _importe(total: Decimal) -> str:
    """Whole pesos as such, the rest with its cents."""
    return format(total, "f") if total.as_tuple().exponent == 0 else mxn(total)


def _razones(razones: Iterable[tuple[str, Decimal | None]]) -> dict[str, str | None]:
    return {nombre: None if valor is None else format(valor, ".4f") for nombre, valor in razones}
