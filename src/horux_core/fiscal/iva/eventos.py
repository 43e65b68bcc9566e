"""The cash events of the books: when IVA was collected, and when it was paid (LIVA 1-B, 5-III; FISCAL.md 3.1)."""

from collections.abc import Iterable, Mapping
from datetime import date

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.iva.acreditamiento import Juicio, juicio, rechazo_por_efectivo
from horux_core.fiscal.iva.asientos import GLOBAL, PUE, asentar
from horux_core.fiscal.iva.conversion import cambio_de, en_mxn
from horux_core.fiscal.iva.model import Aviso, Documento, Evento, OpcionesIva
from horux_core.fiscal.iva.notas_credito import eventos_de_nota
from horux_core.fiscal.iva.pagos import TC_SOSPECHOSO, eventos_de_pago
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.kernel.periodo import Periodo

SUSTITUIDO_VIGENTE = "SUSTITUIDO_VIGENTE"
SUSTITUCION = "04"

_SIN_JUICIO = Juicio()


def eventos(
    documentos: Mapping[str, Documento],
    uuids: Iterable[str] | None,
    opciones: OpcionesIva,
    saldos: Saldos | None = None,
) -> tuple[list[Evento], list[Aviso]]:
    """The events of the documents named, of all when None, and what the accountant should look at in them.

    `documentos`, by UUID, holds with each one everything that it relates to and that relates to it, as far as that
    goes; `saldos` are theirs when they are known. A cancelled document has no event, nor have N, T and R; a foreign one
    without a rate waits for it (CFF 20).
    """
    saldos = saldos or Saldos(documentos)
    hechos: list[Evento] = []
    avisos: list[Aviso] = []
    elegidos = documentos.values() if uuids is None else (documentos[u] for u in uuids if u in documentos)
    for documento in elegidos:
        if not documento.vigente:
            continue
        if documento.relaciones:
            avisos += _sustituidos(documento, documentos)
        if documento.tipo is Tipo.INGRESO:
            if not saldos.por_pagos(documento):
                _ingreso(documento, opciones, hechos, avisos)
        elif documento.tipo is Tipo.PAGO or documento.tipo is Tipo.EGRESO:
            de_tipo = eventos_de_pago if documento.tipo is Tipo.PAGO else eventos_de_nota
            nuevos, notados = de_tipo(documento, saldos, opciones)
            hechos += nuevos
            avisos += notados
    return hechos, avisos


def _sustituidos(documento: Documento, documentos: Mapping[str, Documento]) -> list[Aviso]:
    """A CFDI that takes another's place while that one is vigente too: both count (FISCAL.md 2.8)."""
    originales = dict.fromkeys(r.uuid for r in documento.relaciones if r.tipo == SUSTITUCION)
    return [
        Aviso(
            SUSTITUIDO_VIGENTE,
            documento.uuid,
            f"Sustituye al CFDI {uuid}, que sigue vigente: los dos cuentan. Si el SAT ya lo canceló, márcalo cancelado "
            "aquí; si no, cancélalo con motivo 01.",
        )
        for uuid in originales
        if uuid != documento.uuid and uuid in documentos and documentos[uuid].vigente
    ]


def _ingreso(documento: Documento, opciones: OpcionesIva, hechos: list[Evento], avisos: list[Aviso]) -> None:
    """A PUE is collected whole on its Fecha; a global invoice, in the month it sums up."""
    cambio = cambio_de(documento)
    if cambio is None:
        detalle = f"Falta el tipo de cambio de la factura en {documento.moneda}: captúralo."
        avisos.append(Aviso(TC_SOSPECHOSO, documento.uuid, detalle))
        return
    veredicto = _SIN_JUICIO
    if documento.recibido:
        por_forma = rechazo_por_efectivo(documento, documento.forma_pago, cambio(documento.total), opciones)
        veredicto = juicio(documento, por_forma, opciones)
    dia: date = documento.fecha.date()
    periodo, regla = documento.periodo_global, GLOBAL
    if periodo is None:
        periodo, regla = Periodo.of(dia), PUE
    hechos.extend(asentar(documento, (0, 0), (periodo, dia), en_mxn(documento.cubetas, cambio), regla, veredicto))
