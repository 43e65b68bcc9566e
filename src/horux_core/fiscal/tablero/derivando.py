"""What each document puts into the result of its month, and what is owed of each invoice month after month."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from horux_core.fiscal.calendario.vencimientos import ultimo_dia
from horux_core.fiscal.cfdi.model import PPD, Tipo
from horux_core.fiscal.isr.model import DocumentoIsr
from horux_core.fiscal.iva.alcance import alcanzados
from horux_core.fiscal.iva.conversion import cambio_de
from horux_core.fiscal.iva.model import Documento, Lado
from horux_core.fiscal.reportes.apuntes import Concepto, concepto, costo_de_nomina, en_resultado
from horux_core.fiscal.reportes.saldos_mxn import SaldosMxn, hasta_el
from horux_core.fiscal.tablero.model import Importe, SaldoInsoluto
from horux_core.kernel.periodo import Periodo

_Mensual = list[tuple[Periodo, Decimal]]
"""From each month on, what is owed."""


def importes(documentos: Iterable[DocumentoIsr]) -> Iterator[Importe]:
    """As the results show them when they are invoiced, one by one."""
    for documento in documentos:
        flujo = documento.flujo
        if not flujo.vigente:
            continue
        if flujo.tipo is Tipo.NOMINA:
            if flujo.emitido and documento.nomina is not None:
                costo = costo_de_nomina(documento.nomina)
                yield Importe(flujo.uuid, Concepto.NOMINA, Periodo.of(flujo.fecha), costo)
        elif flujo.tipo is Tipo.INGRESO or flujo.tipo is Tipo.EGRESO:
            cambio = cambio_de(flujo)
            importe = None if cambio is None else en_resultado(flujo.tipo, documento.neto, cambio)
            periodo = Periodo.of(flujo.fecha)
            for lado in _lados(flujo):
                yield Importe(flujo.uuid, concepto(flujo.tipo, lado), periodo, importe)


def saldos_insolutos(saldos: SaldosMxn) -> Iterator[SaldoInsoluto]:
    """The balances of the PPD at the end of each month (FISCAL.md 7.4).

    `saldos` knows with each invoice everything that ties to it. A balance does not change between what is paid and
    credited, so the months of those are enough; what a note lowers is the same seen from any later month, except in
    `_dudosos`, which are looked at from each month anew.
    """
    dudosos = _dudosos(saldos)
    for uuid, factura in saldos.documentos.items():
        if _es_ppd(factura) and uuid not in dudosos:
            yield from _de_factura(factura, _por_mes(factura, saldos))
    for uuid, mensual in _vistos_cada_mes(dudosos).items():
        yield from _de_factura(dudosos[uuid], mensual)


def _es_ppd(documento: Documento) -> bool:
    return documento.tipo is Tipo.INGRESO and documento.vigente and documento.metodo_pago == PPD


def _por_mes(factura: Documento, saldos: SaldosMxn) -> _Mensual:
    meses = [Periodo.of(factura.fecha)]
    meses += sorted({periodo for dia in saldos.dias(factura) if (periodo := Periodo.of(dia)) > meses[0]})
    antes = [(mes, saldos.de(factura, ultimo_dia(mes))) for mes in meses[:-1]]
    return [*antes, (meses[-1], saldos.de(factura))]


def _dudosos(saldos: SaldosMxn) -> dict[str, Documento]:
    """All that ties to a note of several invoices one of which is of a later day, or begins to be owed with its first
    payment: before that, the note lowers another's balance."""
    notas = [
        uuid
        for uuid, nota in saldos.documentos.items()
        if nota.tipo is Tipo.EGRESO and nota.vigente and len(nota.relaciones) > 1 and _cambia_de_factura(nota, saldos)
    ]
    return alcanzados(saldos.documentos, notas) if notas else {}


def _cambia_de_factura(nota: Documento, saldos: SaldosMxn) -> bool:
    facturas = saldos.relacionadas(nota)
    return len(facturas) > 1 and any(
        f.fecha.date() > nota.fecha.date() or (f.metodo_pago != PPD and saldos.abierta(f)) for f in facturas
    )


def _vistos_cada_mes(documentos: Mapping[str, Documento]) -> dict[str, _Mensual]:
    facturas = [d for d in documentos.values() if _es_ppd(d)]
    hechos: dict[str, _Mensual] = {factura.uuid: [] for factura in facturas}
    for mes in sorted({Periodo.of(dia) for d in documentos.values() for dia in _dias(d)}):
        fin = ultimo_dia(mes)
        saldos = SaldosMxn(hasta_el(documentos, fin))
        for factura in facturas:
            if factura.fecha.date() <= fin:
                hechos[factura.uuid].append((mes, saldos.saldo(factura.uuid)))
    return hechos


def _dias(documento: Documento) -> Iterator[date]:
    if documento.tipo is Tipo.PAGO:
        yield from (pago.fecha_pago.date() for pago in documento.pagos)
    else:
        yield documento.fecha.date()


def _de_factura(factura: Documento, mensual: _Mensual) -> Iterator[SaldoInsoluto]:
    distintos = [par for n, par in enumerate(mensual) if n == 0 or par[1] != mensual[n - 1][1]]
    for n, (desde, saldo) in enumerate(distintos, 1):
        if saldo > 0:
            hasta = distintos[n][0] if n < len(distintos) else None
            for lado in _lados(factura):
                yield SaldoInsoluto(factura.uuid, lado, desde, hasta, factura.fecha.date(), saldo)


def _lados(documento: Documento) -> tuple[Lado, ...]:
    return (Lado.EMITIDO,) * documento.emitido + (Lado.RECIBIDO,) * documento.recibido
