"""A sheet of figures with live formulas that name each other, and the columns of the sheet that they add up."""

from collections.abc import Sequence
from decimal import Decimal

from horux_core.fiscal.reportes.hojas import Celda, Formato, Formula, Renglones


def letra(columna: int) -> str:
    """The name of a column, from 0; there are fewer than 26."""
    return chr(ord("A") + columna)


class Columnas:
    """The columns of a sheet of documents, as the ranges that formulas read."""

    __slots__ = ("_hasta", "_nombre", "_orden", "_primera")

    def __init__(self, nombre: str, orden: Sequence[str], primera: int, lineas: int) -> None:
        self._nombre, self._primera = nombre, primera
        self._hasta = primera + max(lineas, 1) - 1
        self._orden = {clave: letra(i) for i, clave in enumerate(orden)}

    def suma(self, clave: str, **donde: object) -> str:
        """SUMIFS of a column where others are what is said, in cents."""
        pares = "".join(f",{self._rango(c)},{_criterio(valor)}" for c, valor in donde.items())
        return f"ROUND(SUMIFS({self._rango(clave)}{pares}),2)"

    def _rango(self, clave: str) -> str:
        columna = self._orden[clave]
        return f"{self._nombre}!${columna}${self._primera}:${columna}${self._hasta}"


def _criterio(valor: object) -> str:
    return f'"{valor}"' if isinstance(valor, str) else str(valor)


class Cuadro:
    """Lines of a label and a figure per column; a figure is a formula, or what nobody can work out here."""

    __slots__ = ("_filas", "_formatos", "_lugares", "_primera")

    def __init__(self, primera: int) -> None:
        self._primera = primera
        self._filas: list[tuple[Celda, ...]] = []
        self._formatos: dict[tuple[int, int], Formato] = {}
        self._lugares: dict[str, int] = {}

    def ref(self, clave: str, columna: int = 0) -> str:
        """The cell of a figure."""
        return f"{letra(columna + 1)}{self._lugares[clave]}"

    def debajo(self, lineas: int, columna: int) -> str:
        """The cell of a line that is not here yet: that many below the next."""
        return f"{letra(columna + 1)}{self._primera + len(self._filas) + lineas}"

    def hasta(self, clave: str, desde: int, columna: int) -> str:
        """The cells of a figure from one column to another."""
        return f"{self.ref(clave, desde)}:{self.ref(clave, columna)}"

    def pone(
        self,
        clave: str,
        etiqueta: str,
        valores: Sequence[Decimal],
        formulas: Sequence[str] | None = None,
        formato: Formato = Formato.IMPORTE,
    ) -> None:
        """A line more; without `formulas` its figures are given."""
        i = len(self._filas)
        self._lugares[clave] = self._primera + i
        if formulas is None:
            celdas: tuple[Celda, ...] = tuple(valores)
        else:
            celdas = tuple(Formula(f, v) for f, v in zip(formulas, valores, strict=True))
        self._filas.append((etiqueta, *celdas))
        self._formatos.update({(i, j): formato for j in range(1, len(celdas) + 1)})

    def renglones(self) -> Renglones:
        return Renglones(tuple(self._filas), self._formatos)


def por_factor(factor: str, importe: str) -> str:
    """A factor of four decimals times an amount, to cents: whole numbers until the last step, so that a half cent is
    one and is taken away from zero, as the rules do."""
    return f"ROUND(ROUND({factor}*10000,0)*ROUND(({importe})*100,0)/10000,0)/100"


def en_pesos(importe: str) -> str:
    """Whole pesos: 1 to 50 cents down, 51 to 99 up (CFF 20)."""
    return f"INT((ROUND({importe}*100,0)+49)/100)"
