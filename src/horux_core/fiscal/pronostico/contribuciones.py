"""The taxes of a forecast: what each month came to, on the due dates of the calendar (FISCAL.md 5, 7.3)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from horux_core.fiscal.calendario.consultando import que_vencen
from horux_core.fiscal.calendario.generando import Vencimiento
from horux_core.fiscal.isr.consulting import mostrado
from horux_core.fiscal.isr.model import ACTIVIDAD_EMPRESARIAL, ARRENDAMIENTO, GENERAL_PM, RESICO
from horux_core.fiscal.isr.recomputing import opciones_por_anio
from horux_core.fiscal.isr.year import retenido_a_terceros
from horux_core.fiscal.iva.consulting import meses_mostrados
from horux_core.fiscal.ports import OpenBooks
from horux_core.fiscal.pronostico.model import Contribucion
from horux_core.kernel.importe import CERO, pesos
from horux_core.kernel.periodo import Periodo

_IVA, _IVA_RETENIDO, _ISR_RETENIDO = "iva", "iva_retenido", "isr_retenido"
IMPUESTOS = {
    "IVA_MENSUAL": _IVA,
    "RET_IVA": _IVA_RETENIDO,
    "RET_ISR_SALARIOS": _ISR_RETENIDO,
    "RET_ISR_TERCEROS": _ISR_RETENIDO,
    "ISR_PROV_PM": f"isr_{GENERAL_PM}",
    "ISR_PROV_RESICO_PM": f"isr_{RESICO}",
    "ISR_MENSUAL_RESICO_PF": f"isr_{RESICO}",
    "ISR_PROV_612": f"isr_{ACTIVIDAD_EMPRESARIAL}",
    "ISR_PROV_606": f"isr_{ARRENDAMIENTO}",
}
"""What each obligation pays. IMSS, INFONAVIT and annual returns are not worked out from CFDI: no forecast has them.

The ISR withheld in a month is one amount, whoever it was withheld from.
"""

_Calculado = dict[tuple[str, Periodo], Decimal]


def contribuciones(books: OpenBooks, hoy: date, hasta: date, cerrados: Sequence[Periodo]) -> tuple[Contribucion, ...]:
    """What falls due from today to `hasta`, and what the closed months of each of those taxes came to."""
    vencen = [v for v in que_vencen(books, hoy, hasta, hoy) if v.clave.obligacion in IMPUESTOS]
    if not vencen:
        return ()
    ultimo = cerrados[-1]
    pedidos = {*cerrados, *(m for v in vencen for m in v.periodicidad.meses(v.clave.periodo) if m <= ultimo)}
    impuestos = {IMPUESTOS[v.clave.obligacion] for v in vencen}
    calculado = _calculado(books, sorted(pedidos), impuestos)
    por_vencer = _por_vencer(vencen, calculado, ultimo)
    mensuales = {(c.impuesto, c.periodo) for c in por_vencer if c.meses == 1}
    previas = [
        Contribucion(impuesto, periodo, hoy, calculado.get((impuesto, periodo), CERO), pagada=True)
        for impuesto in sorted(impuestos)
        for periodo in cerrados
        if (impuesto, periodo) not in mensuales
    ]
    return (*por_vencer, *previas)


def _por_vencer(vencen: Iterable[Vencimiento], calculado: _Calculado, ultimo: Periodo) -> list[Contribucion]:
    """One of each tax and period, paid when nothing of it is left to file."""
    hechas: dict[tuple[str, Periodo], Contribucion] = {}
    for v in vencen:
        impuesto, periodo = IMPUESTOS[v.clave.obligacion], v.clave.periodo
        otra = hechas.get((impuesto, periodo))
        if otra is not None:
            hechas[impuesto, periodo] = replace(otra, pagada=otra.pagada and not v.abierta)
            continue
        meses = v.periodicidad.meses(periodo)
        a_pagar = None
        if periodo <= ultimo:
            a_pagar = sum((calculado.get((impuesto, mes), CERO) for mes in meses), CERO)
        hechas[impuesto, periodo] = Contribucion(
            impuesto, periodo, v.limite, a_pagar, not v.abierta, len(meses), v.fundamento
        )
    return list(hechas.values())


def _calculado(books: OpenBooks, meses: Sequence[Periodo], impuestos: Collection[str]) -> _Calculado:
    """What is to be paid of each tax and month, in whole pesos (CFF 20)."""
    hecho: _Calculado = {}
    for periodo, mes in meses_mostrados(books, meses[0], meses[-1]).items():
        hecho[_IVA, periodo] = mes.a_pagar_pesos
        hecho[_IVA_RETENIDO, periodo] = pesos(mes.retenido_a_terceros)
    opciones_de = opciones_por_anio(books)
    for anio in sorted({periodo.anio for periodo in meses}):
        for isr in mostrado(books, anio, opciones_de(anio)).meses:
            hecho[f"isr_{isr.regimen}", isr.periodo] = isr.a_pagar_pesos
        if _ISR_RETENIDO in impuestos:
            retenido = retenido_a_terceros(anio, books.isr.cuentas(anio))
            hecho |= {(_ISR_RETENIDO, Periodo(anio, n)): pesos(importe) for n, importe in enumerate(retenido, 1)}
    return hecho
