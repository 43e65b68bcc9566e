"""Reports of books in memory, and what is asked of all of them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from horux_core.fiscal.iva.model import Figura
from horux_core.fiscal.reportes.consultando import ShowReport
from horux_core.fiscal.reportes.exportando import ExportReport
from horux_core.fiscal.reportes.hojas import Hoja
from horux_core.fiscal.reportes.model import BaseReporte, Fila, Reporte
from horux_core.fiscal.reportes.nombres import NombreReporte, Pedido
from tests.core.fiscal.reportes.formulas import Cuaderno
from tests.despacho import Despacho

D = Decimal


def mostrado(despacho: Despacho, nombre: str, anio: int = 2026, mes: int | None = 1, **mas: Any) -> Reporte:
    pedido = Pedido(NombreReporte(nombre), anio, mes, **mas)
    return ShowReport(despacho.books, despacho.entitlements, despacho.clock)(despacho.actor(), pedido)


def totales(figuras: Iterable[Figura]) -> dict[str, str]:
    """Of those that are not zero."""
    return {f.figura: str(f.total) for f in figuras if f.total}


def de(reporte: Reporte | Fila, nombre: str) -> Figura:
    return next(f for f in reporte.figuras if f.figura == nombre)


def fila(reporte: Reporte, clave: str) -> Fila:
    return next(f for f in reporte.filas if f.clave == clave)


class Apuntadas:
    """Stands for the writer of workbooks: keeps the sheets it was given."""

    def __init__(self) -> None:
        self.hojas: Sequence[Hoja] = ()

    def libro(self, hojas: Sequence[Hoja]) -> bytes:
        self.hojas = hojas
        return b""


def hojas(despacho: Despacho, nombre: str, anio: int, mes: int | None) -> Sequence[Hoja]:
    apuntadas = Apuntadas()
    ExportReport(despacho.books, despacho.entitlements, apuntadas, despacho.clock)(
        despacho.actor(), Pedido(NombreReporte(nombre), anio, mes)
    )
    return apuntadas.hojas


def cuadran(reporte: Reporte) -> None:
    """Every figure is what its documents add up to."""
    for f in (*reporte.figuras, *(f for fila in reporte.filas for f in fila.figuras)):
        assert sum((r.importe for r in f.documentos), D(0)) == f.total, f.figura


def recalculan(hojas: Sequence[Hoja]) -> int:
    """Every formula gives the value that came with it, to the last digit; how many there are."""
    cuaderno = Cuaderno(hojas)
    formulas = list(cuaderno.formulas())
    for lugar, formula in formulas:
        assert round(D(cuaderno.valor(*lugar)), 6) == formula.valor, (lugar, formula)
    return len(formulas)


TODOS = [(nombre, base) for nombre in NombreReporte for base in BaseReporte]
