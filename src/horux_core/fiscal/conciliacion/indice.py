"""Documents and rows by amount and day, so that each row is compared with few of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from horux_core.fiscal.cfdi.model import MXN
from horux_core.fiscal.conciliacion.model import Candidato, Clase, Parametros, Renglon, Signo
from horux_core.fiscal.conciliacion.puntaje import tolerancia

_CERCANOS = 40
"""Of the documents of one amount and class, how many on each side of the row's day are compared with it."""
_PARECIDOS = 200
"""How many documents of like amounts are compared with a row, the likest first: 2 % of an amount may hold thousands."""


class Fechado(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def fecha(self) -> date: ...


T = TypeVar("T", bound=Fechado)


class PorMonto(Generic[T]):
    """Things by amount, and those of one amount by day."""

    __slots__ = ("_dias", "_montos", "_por_monto")

    def __init__(self, cosas: Iterable[tuple[Decimal, T]]) -> None:
        self._por_monto: dict[Decimal, list[T]] = {}
        for monto, cosa in cosas:
            self._por_monto.setdefault(monto, []).append(cosa)
        self._montos = sorted(self._por_monto)
        self._dias: dict[Decimal, list[date]] = {}
        for monto, iguales in self._por_monto.items():
            iguales.sort(key=lambda cosa: (cosa.fecha, cosa.id))
            self._dias[monto] = [cosa.fecha for cosa in iguales]

    def entre(self, monto: Decimal, margen: Decimal, desde: date, hasta: date, centro: date | None) -> Iterator[T]:
        """Those within the margin and the days; with a `centro`, the likest amounts and of each the nearest to it."""
        desde_i, hasta_i = bisect_left(self._montos, monto - margen), bisect_right(self._montos, monto + margen)
        hallados = self._montos[desde_i:hasta_i]
        dados = 0
        for hallado in sorted(hallados, key=lambda m: (abs(m - monto), m)):
            dias = self._dias[hallado]
            a, b = bisect_left(dias, desde), bisect_right(dias, hasta)
            if centro is not None and b - a > 2 * _CERCANOS:
                medio = bisect_left(dias, centro)
                a, b = max(a, medio - _CERCANOS), min(b, medio + _CERCANOS)
            yield from self._por_monto[hallado][a:b]
            dados += b - a
            if centro is not None and dados >= _PARECIDOS:
                return


class Documentos:
    """The candidates with something left, asked by row."""

    __slots__ = ("_indices", "_parametros")

    def __init__(self, candidatos: Iterable[Candidato], saldos: Mapping[str, Decimal], parametros: Parametros) -> None:
        grupos: dict[tuple[Signo, Clase, bool], list[tuple[Decimal, Candidato]]] = {}
        for candidato in candidatos:
            clave = (candidato.signo, candidato.clase, candidato.moneda != MXN)
            grupos.setdefault(clave, []).append((saldos[candidato.id], candidato))
        self._indices = {clave: PorMonto(grupo) for clave, grupo in grupos.items()}
        self._parametros = parametros

    def exactos(self, renglon: Renglon, clase: Clase) -> Iterator[Candidato]:
        """Of this class, all whose amount is the row's to the cent and in whose window it lies."""
        for divisas in (False, True):
            yield from self._buscar(renglon, clase, divisas, self._parametros.tolerancia_monto, cercanos=False)

    def parecidos(self, renglon: Renglon) -> Iterator[Candidato]:
        """Of every class, those within the suggested tolerance and the window; of many alike, the nearest in time."""
        for clase in Clase:
            for divisas in (False, True):
                margen = tolerancia(renglon, divisas or renglon.moneda != MXN, self._parametros)
                yield from self._buscar(renglon, clase, divisas, margen, cercanos=True)

    def _buscar(
        self, renglon: Renglon, clase: Clase, divisas: bool, margen: Decimal, *, cercanos: bool
    ) -> Iterator[Candidato]:
        indice = self._indices.get((renglon.signo, clase, divisas))
        if indice is None:
            return iter(())
        antes, despues = self._parametros.ventana(clase)
        desde, hasta = renglon.fecha - timedelta(days=despues), renglon.fecha + timedelta(days=antes)
        return indice.entre(renglon.monto, margen, desde, hasta, renglon.fecha if cercanos else None)
