"""A small reader of formulas, apart from the product: what a recalculation of a workbook must give."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from horux_core.fiscal.reportes.hojas import Formula, Hoja

_TOKEN = re.compile(
    r'\s*(?:(?P<n>\d+\.?\d*)|"(?P<s>[^"]*)"|(?:(?P<h>\w+)!)?(?P<r>\$?[A-Z]{1,2}\$?\d+(?::\$?[A-Z]{1,2}\$?\d+)?)(?![(\w])'
    r"|(?P<f>[A-Z]+)(?=\()|(?P<k>TRUE)|(?P<o><=|>=|<>|[-+*/(),<>=]))"
)


class Cuaderno:
    """Sheets by name, whose formulas are worked out from their cells alone, in binary floating point as they are."""

    def __init__(self, hojas: Sequence[Hoja]) -> None:
        self._celdas: dict[tuple[str, str, int], Any] = {}
        self._hechas: dict[tuple[str, str, int], Any] = {}
        for hoja in hojas:
            for i, fila in enumerate(hoja.renglones.filas):
                for j, celda in enumerate(fila):
                    self._celdas[hoja.nombre, chr(ord("A") + j), hoja.primera + i] = celda

    def formulas(self) -> Iterator[tuple[tuple[str, str, int], Formula]]:
        return ((lugar, celda) for lugar, celda in self._celdas.items() if isinstance(celda, Formula))

    def valor(self, hoja: str, columna: str, n: int) -> Any:
        lugar = (hoja, columna, n)
        if lugar not in self._hechas:
            celda = self._celdas.get(lugar)
            if isinstance(celda, Formula):
                celda = _Lectura(celda.texto, hoja, self).todo()
            self._hechas[lugar] = float(celda) if isinstance(celda, Decimal | int) else celda
        return self._hechas[lugar]

    def rango(self, hoja: str, texto: str) -> list[Any]:
        """The cells, by line and then column."""
        (a, desde), (b, hasta) = (re.findall(r"([A-Z]+)(\d+)", t)[0] for t in texto.replace("$", "").split(":"))
        columnas = [chr(c) for c in range(ord(a), ord(b) + 1)]
        return [self.valor(hoja, c, n) for n in range(int(desde), int(hasta) + 1) for c in columnas]


class _Lectura:
    def __init__(self, texto: str, hoja: str, cuaderno: Cuaderno) -> None:
        self._hoja, self._cuaderno = hoja, cuaderno
        self._piezas: list[tuple[str, str, str]] = []
        lugar = 0
        while lugar < len(texto):
            m = _TOKEN.match(texto, lugar)
            assert m, texto[lugar:]
            tipo = m.lastgroup or ""
            self._piezas.append((tipo, m[tipo], m["h"] or hoja))
            lugar = m.end()
        self._i = 0

    def todo(self) -> Any:
        valor = self._comparacion()
        assert self._i == len(self._piezas), self._piezas[self._i :]
        return valor

    def _ve(self) -> tuple[str, str, str]:
        return self._piezas[self._i] if self._i < len(self._piezas) else ("", "", "")

    def _toma(self) -> tuple[str, str, str]:
        self._i += 1
        return self._piezas[self._i - 1]

    def _binaria(self, ops: Mapping[str, Callable[[Any, Any], Any]], siguiente: Callable[[], Any]) -> Any:
        valor = siguiente()
        while self._ve()[0] == "o" and self._ve()[1] in ops:
            operar = ops[self._toma()[1]]
            valor = operar(valor, siguiente())
        return valor

    def _comparacion(self) -> Any:
        return self._binaria(
            {"<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "<": lambda a, b: a < b, ">": lambda a, b: a > b},
            self._suma,
        )

    def _suma(self) -> Any:
        return self._binaria({"+": lambda a, b: a + b, "-": lambda a, b: a - b}, self._producto)

    def _producto(self) -> Any:
        return self._binaria({"*": lambda a, b: a * b, "/": _entre}, self._atomo)

    def _atomo(self) -> Any:
        tipo, texto, hoja = self._toma()
        if (tipo, texto) == ("o", "-"):
            return -self._atomo()
        if (tipo, texto) == ("o", "("):
            valor = self._comparacion()
            assert self._toma()[1] == ")"
            return valor
        if tipo == "r" and ":" not in texto:
            columna, n = re.findall(r"([A-Z]+)(\d+)", texto.replace("$", ""))[0]
            return self._cuaderno.valor(hoja, columna, int(n))
        if tipo == "f":
            return _FUNCIONES[texto](*self._argumentos())
        if tipo == "n":
            return float(texto)
        return {"s": texto, "k": True, "r": (hoja, texto)}[tipo]

    def _argumentos(self) -> list[Any]:
        assert self._toma()[1] == "("
        dados = []
        while True:
            valor = self._comparacion()
            es_rango = isinstance(valor, tuple)
            dados.append(self._cuaderno.rango(*valor) if es_rango else valor)
            if self._toma()[1] == ")":
                return dados


def _entre(a: float, b: float) -> float:
    """Not a number by zero, which whoever asks for it sees."""
    return a / b if b else math.nan


def _sumifs(sumados: list[Any], *pares: Any) -> float:
    criterios = list(zip(pares[::2], pares[1::2], strict=True))
    return math.fsum(x for i, x in enumerate(sumados) if x is not None and all(r[i] == c for r, c in criterios))


def _redondeado(valor: float, decimales: float) -> float:
    """Halves away from zero, of the shortest decimal that the number stands for, as spreadsheets do."""
    if math.isnan(valor):
        return valor
    exacto = Decimal(repr(float(f"{valor:.15g}")))
    return float(exacto.quantize(Decimal(1).scaleb(-int(decimales)), ROUND_HALF_UP))


def _buscado(valor: float, tabla: list[Any], columna: float, _cerca: bool) -> Any:
    filas = [tabla[i : i + 3] for i in range(0, len(tabla), 3)]
    return next((fila[int(columna) - 1] for fila in reversed(filas) if fila[0] <= valor), math.nan)


_FUNCIONES: Mapping[str, Callable[..., Any]] = {
    "SUMIFS": _sumifs,
    "SUM": lambda *v: math.fsum(x for y in v for x in (y if isinstance(y, list) else [y])),
    "ROUND": _redondeado,
    "IF": lambda condicion, si, no: si if condicion else no,
    "MIN": min,
    "MAX": max,
    "INT": lambda x: x if math.isnan(x) else math.floor(x),
    "VLOOKUP": _buscado,
}
