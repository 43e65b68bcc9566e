"""A workbook as values: what its sheets hold, whatever writes them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Formato(StrEnum):
    TEXTO = "texto"
    IMPORTE = "importe"
    PESOS = "pesos"
    ENTERO = "entero"
    FACTOR = "factor"
    PORCIENTO = "porciento"
    FECHA = "fecha"


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula, without its equals sign, and the value it has now: only rules write one, never a document."""

    texto: str
    valor: Decimal


Celda = str | int | Decimal | date | datetime | Formula | None


@dataclass(frozen=True, slots=True)
class Columna:
    titulo: str
    formato: Formato = Formato.TEXTO
    ancho: int = 16


@dataclass(frozen=True, slots=True)
class Renglones:
    """The lines of a sheet. A cell has its column's format, or that of `formatos` by line and column, from 0."""

    filas: Iterable[tuple[Celda, ...]]
    formatos: dict[tuple[int, int], Formato] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hoja:
    """A sheet: `titulo` lines above its headings, which stay in sight. `nombre` of at most 31 letters."""

    nombre: str
    titulo: tuple[str, ...]
    columnas: tuple[Columna, ...]
    renglones: Renglones

    @property
    def primera(self) -> int:
        """The line, from 1, of its first row: below the title and the headings."""
        return len(self.titulo) + 2
