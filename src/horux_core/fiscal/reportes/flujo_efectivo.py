"""Money in and out of a period, month by month: what was collected and paid with its taxes, payroll, and taxes paid."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.fiscal.iva.model import Figura, Renglon
from horux_core.fiscal.reportes.apuntes import Apunte, Concepto
from horux_core.fiscal.reportes.model import Calculo, Fila, Rango, figura, negados
from horux_core.kernel.periodo import Periodo

_ENTRA = frozenset({Concepto.INGRESO, Concepto.NOTA_EMITIDA})
_PAGA = frozenset({Concepto.GASTO, Concepto.NOTA_RECIBIDA})


def flujo_efectivo(
    apuntes: Iterable[Apunte], declaraciones: Iterable[Declaracion], rango: Rango, inicial: Decimal
) -> Calculo:
    """`inicial` is the money there was before the period. A return counts as paid on the day it was filed.

    A line with no UUID is what no document says: the opening balance, or a return.
    """
    propios = [a for a in apuntes if a.periodo in rango]
    impuestos = [d for d in declaraciones if Periodo.of(d.presentada_en) in rango]
    filas, saldo = [], inicial
    for mes in rango.meses():
        del_mes = [a for a in propios if a.periodo == mes]
        pagados = [d for d in impuestos if Periodo.of(d.presentada_en) == mes]
        figuras = _figuras(del_mes, pagados, date(mes.anio, mes.mes, 1), saldo)
        saldo = figuras[-1].total
        filas.append(Fila(str(mes), (("mes", str(mes)),), figuras))
    return Calculo(_figuras(propios, impuestos, rango.primer_dia, inicial), filas=tuple(filas))


def _figuras(
    apuntes: Sequence[Apunte], declaraciones: Sequence[Declaracion], dia: date, inicial: Decimal
) -> tuple[Figura, ...]:
    cobrado = figura("cobrado", (a.total for a in apuntes if a.concepto in _ENTRA))
    pagado = figura("pagado", (a.total for a in apuntes if a.concepto in _PAGA))
    nomina = figura("nominaNeta", (a.total for a in apuntes if a.concepto is Concepto.NOMINA))
    impuestos = figura("impuestosPagados", map(_de_declaracion, declaraciones))
    salidas = figura("salidas", (*pagado.documentos, *nomina.documentos, *impuestos.documentos))
    saldo = Renglon("", dia, inicial, "saldo_inicial", "")
    return (
        figura("saldoInicial", (saldo,)),
        cobrado,
        figura("entradas", cobrado.documentos),
        pagado,
        nomina,
        impuestos,
        salidas,
        figura("saldoFinal", (saldo, *cobrado.documentos, *negados(salidas.documentos))),
    )


def _de_declaracion(declaracion: Declaracion) -> Renglon:
    regla = f"declaracion_{declaracion.impuesto}_{declaracion.periodo}"
    return Renglon("", declaracion.presentada_en, declaracion.monto, regla, "CFF 6")
