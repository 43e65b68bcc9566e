"""What the books come to for a month that is declared: kept with its return, to be told when it changes."""

from collections.abc import Collection
from decimal import Decimal

from horux_core.fiscal.iva.consulting import meses_mostrados
from horux_core.fiscal.iva.recomputing import IVA
from horux_core.fiscal.ports import OpenBooks
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo


def calculado(books: OpenBooks, impuesto: str, periodo: Periodo) -> Decimal:
    """Below zero, the balance in favour that the month ends with; of ISR, of all régimenes together."""
    return calculados(books, impuesto, [periodo])[periodo]


def calculados(books: OpenBooks, impuesto: str, periodos: Collection[Periodo]) -> dict[Periodo, Decimal]:
    """`calculado` of each of those months."""
    if not periodos:
        return {}
    if impuesto == IVA:
        meses = meses_mostrados(books, min(periodos), max(periodos))
        return {periodo: meses[periodo].a_pagar - meses[periodo].saldo_a_favor for periodo in periodos}
    por_mes = dict.fromkeys(periodos, CERO)
    for anio in {periodo.anio for periodo in periodos}:
        for mes in books.isr.meses(anio):
            if mes.periodo in por_mes:
                por_mes[mes.periodo] += mes.isr_a_pagar
    return por_mes
