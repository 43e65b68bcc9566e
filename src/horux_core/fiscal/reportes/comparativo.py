"""The results of two periods side by side: A, B, A − B, and that in per cent of |B|."""

from decimal import Decimal

from horux_core.fiscal.iva.model import Figura
from horux_core.fiscal.reportes.estado_resultados import proporcion
from horux_core.fiscal.reportes.model import Calculo, Fila, figura, negados

_CENTESIMO_PCT = Decimal("0.0001")
_CIEN = Decimal(100)


def comparativo(a: Calculo, b: Calculo) -> Calculo:
    """A line for each figure that both have, in their order; the totals are those of `utilidad`."""
    de_b = {f.figura: f for f in b.figuras}
    filas = tuple(_fila(f, de_b[f.figura]) for f in a.figuras if f.figura in de_b)
    propia = next(f for f in filas if f.clave == "utilidad")
    return Calculo(propia.figuras, propia.razones, filas)


def _fila(a: Figura, b: Figura) -> Fila:
    diferencia = figura("diferencia", (*a.documentos, *negados(b.documentos)))
    fraccion = proporcion(diferencia.total, abs(b.total), _CENTESIMO_PCT)
    pct = None if fraccion is None else fraccion * _CIEN
    figuras = (Figura("a", a.total, a.documentos), Figura("b", b.total, b.documentos), diferencia)
    return Fila(a.figura, (("figura", a.figura),), figuras, (("diferenciaPct", pct),))
