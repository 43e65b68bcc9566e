"""Income less costs and expenses of a period, invoiced or collected and paid."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from horux_core.fiscal.iva.model import Figura, Renglon
from horux_core.fiscal.reportes.apuntes import Apunte, Concepto
from horux_core.fiscal.reportes.model import Calculo, figura, negados

_DIEZMILESIMO = Decimal("0.0001")
DE_INGRESO = (("facturado", Concepto.INGRESO), ("notasEmitidas", Concepto.NOTA_EMITIDA))
DE_GASTO = (
    ("compras", Concepto.GASTO),
    ("notasRecibidas", Concepto.NOTA_RECIBIDA),
    ("nomina", Concepto.NOMINA),
)


def estado_resultados(apuntes: Iterable[Apunte]) -> Calculo:
    """Amounts without taxes; notes are below zero, and the margin is None without income."""
    por_concepto: dict[Concepto, list[Renglon]] = {concepto: [] for concepto in Concepto}
    for apunte in apuntes:
        por_concepto[apunte.concepto].append(apunte.neto)
    de_ingreso = [figura(nombre, por_concepto[c]) for nombre, c in DE_INGRESO]
    de_gasto = [figura(nombre, por_concepto[c]) for nombre, c in DE_GASTO]
    ingresos = figura("ingresos", _de_todas(de_ingreso))
    gastos = figura("costosYGastos", _de_todas(de_gasto))
    utilidad = figura("utilidad", (*ingresos.documentos, *negados(gastos.documentos)))
    return Calculo(
        (*de_ingreso, ingresos, *de_gasto, gastos, utilidad),
        (("margen", proporcion(utilidad.total, ingresos.total, _DIEZMILESIMO)),),
    )


def proporcion(parte: Decimal, todo: Decimal, hasta: Decimal) -> Decimal | None:
    """None of nothing."""
    return (parte / todo).quantize(hasta, ROUND_HALF_UP) if todo else None


def _de_todas(figuras: Iterable[Figura]) -> list[Renglon]:
    return [renglon for f in figuras for renglon in f.documentos]
