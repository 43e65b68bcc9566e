"""The amounts of a statement: 1,234.56 or 1.234,56, with sign before or behind, or between brackets."""

import re
from collections.abc import Iterable
from decimal import Decimal

from horux_core.kernel.importe import CENTAVO, centavos

_ADORNO = re.compile(r"(?:MXN|MXP|M\.N\.|MN|USD|EUR|\$|\s|')", re.IGNORECASE)
_PARTES = re.compile(r"([+-]?)(\(?)([+-]?)([0-9][0-9.,]*|[.,][0-9]+)(\)?)([+-]?)", re.ASCII)
_CON = {
    punto: re.compile(rf"(?:[0-9]{{1,3}}(?:\{coma}[0-9]{{3}})+|[0-9]*)(?:\{punto}([0-9]*))?", re.ASCII)
    for punto, coma in ((".", ","), (",", "."))
}
_MAXIMO = Decimal(10) ** 15
VACIOS = frozenset({"", "-", "--", "N/A"})


class Importes:
    """Reads amounts once it knows which sign parts the cents: the point unless the file shows it is the comma."""

    __slots__ = ("_punto",)

    def __init__(self, celdas: Iterable[object]) -> None:
        decididos = (_decimal_de(celda) for celda in celdas if isinstance(celda, str))
        self._punto = next((punto for punto in decididos if punto is not None), ".")

    def leer(self, celda: object) -> Decimal | None:
        """In cents; None when it is no amount. Three decimals that are not zeros are none: they may be thousands."""
        if isinstance(celda, Decimal):
            return centavos(celda) if celda.is_finite() and abs(celda) < _MAXIMO else None
        partes = _PARTES.fullmatch(_ADORNO.sub("", str(celda)))
        if partes is None or bool(partes[2]) != bool(partes[5]):
            return None
        signos = partes[1] + partes[3] + partes[6] + ("-" if partes[2] else "")
        cifras = _CON[self._punto].fullmatch(partes[4])
        if cifras is None or len(signos) > 1:
            return None
        decimales = (cifras[1] or "").rstrip("0")
        if len(decimales) > 2:
            return None
        entero = partes[4].split(self._punto)[0].replace("," if self._punto == "." else ".", "")
        monto = Decimal(f"{entero or 0}.{decimales or 0}").quantize(CENTAVO) if len(entero) <= 15 else None
        return -monto if monto is not None and signos == "-" else monto


def _decimal_de(celda: str) -> str | None:
    """The sign that can only part the cents in this amount, or None when it may be read both ways."""
    cifras = re.sub(r"[^0-9.,]", "", celda)
    usados = [c for c in cifras if c in ".,"]
    if len(set(usados)) == 2:
        return usados[-1] if usados.count(usados[-1]) == 1 else None
    if len(usados) > 1:
        return "," if usados[0] == "." else "."
    if len(usados) == 1 and len(cifras.rpartition(usados[0])[2]) != 3:
        return usados[0]
    return None
