"""What was collected and paid: the cash moments of IVA, with the amounts of LISR (LISR 102, 105-I, 113-E, 207)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from horux_core.fiscal.cfdi.model import Cubetas, DoctoPagado, Pago, Tipo
from horux_core.fiscal.isr.articulos import DE_MOTIVO, INVERSION, PAGO_SIN_FACTURA, articulo
from horux_core.fiscal.isr.asignacion import factura, origen_de, regimen_de
from horux_core.fiscal.isr.model import GENERAL_PM, RESICO, SUELDOS, Clase, DocumentoIsr, Movimiento, OpcionesIsr
from horux_core.fiscal.iva.acreditamiento import PCT
from horux_core.fiscal.iva.alcance import alcanzados
from horux_core.fiscal.iva.conversion import pagados
from horux_core.fiscal.iva.eventos import eventos
from horux_core.fiscal.iva.model import Documento, Evento, Lado, OpcionesIva
from horux_core.kernel.importe import centavos

_CIEN = Decimal(100)
_USOS_DE_INVERSION = frozenset(f"I{n:02d}" for n in range(1, 9))
_CON_FLUJO = frozenset({Tipo.INGRESO, Tipo.EGRESO, Tipo.PAGO})


def movimientos_de_flujo(
    documentos: Mapping[str, DocumentoIsr], uuids: Iterable[str] | None, opciones: OpcionesIsr, de_iva: OpcionesIva
) -> Iterator[Movimiento]:
    """What the documents named, or all, collected, spent and withheld; each on the cash moment its IVA has."""
    pedidos = documentos if uuids is None else [u for u in uuids if u in documentos]
    elegidos = [u for u in pedidos if documentos[u].flujo.tipo in _CON_FLUJO]
    alcance: Iterable[str] = documentos
    if _sin_flujo(opciones):
        elegidos = [u for u in elegidos if _retiene(documentos[u], documentos)]
        alcance = alcanzados({u: d.flujo for u, d in documentos.items()}, elegidos)
    vestidos = {u: _vestido(documentos[u], documentos) for u in alcance if documentos[u].flujo.tipo in _CON_FLUJO}
    hechos, _ = eventos(vestidos, elegidos, de_iva)
    for evento in hechos:
        de_lado = _cobrado if evento.lado is Lado.EMITIDO else _gastado
        for movimiento in de_lado(evento, documentos, opciones):
            if movimiento.importe:
                yield movimiento


def _sin_flujo(opciones: OpcionesIsr) -> bool:
    """Whether of what was collected and paid nothing counts but the ISR withheld: over a year, few documents."""
    posibles = {*opciones.regimenes, opciones.regimen_ingresos, opciones.regimen_gastos} - {None}
    return bool(opciones.regimenes) and posibles <= {GENERAL_PM, SUELDOS}


def _retiene(documento: DocumentoIsr, documentos: Mapping[str, DocumentoIsr]) -> bool:
    """Whether it bears ISR withheld, or a document that it pays or corrects does."""
    flujo = documento.flujo
    if not (flujo.pagos or flujo.relaciones):
        return bool(flujo.cubetas.ret_isr)
    doctos = [docto for pago in flujo.pagos for docto in pago.doctos]
    nombrados = {relacion.uuid for relacion in flujo.relaciones} | {docto.id_documento for docto in doctos}
    return (
        bool(flujo.cubetas.ret_isr)
        or any(docto.cubetas.ret_isr for docto in doctos)
        or any(u in documentos and documentos[u].flujo.cubetas.ret_isr for u in nombrados)
    )


def deduce(regimen: str, opciones: OpcionesIsr) -> bool:
    """Whether what was spent lowers the payments of a régimen (not in 601, whose base is an estimate: LISR 14)."""
    return regimen not in (GENERAL_PM, SUELDOS) and (regimen != RESICO or opciones.moral)


def _vestido(documento: DocumentoIsr, documentos: Mapping[str, DocumentoIsr]) -> Documento:
    """A document as its cash moments see it, with SubTotal − Descuento for its only base.

    `base_no_objeto` is the bucket that a payment always takes in proportion from its invoice, never from ImpuestosDR
    (FISCAL.md 4.3). The accountant's percentage is applied later, and overrides the UsoCFDI as in IVA; what an expense
    is for (`destino`) is a matter of IVA alone.
    """
    d = documento.flujo
    # `replace` would read every field by its name: twice the time of all that follows, over a year of documents.
    return Documento(
        *(d.uuid, d.tipo, d.emitido, d.recibido, d.vigente, d.fecha, d.moneda, d.tipo_cambio, d.total),
        Cubetas(base_no_objeto=documento.neto, ret_isr=d.cubetas.ret_isr, ret_iva=d.cubetas.ret_iva),
        *(d.metodo_pago, d.forma_pago, d.uso_cfdi if d.acreditable_pct is None else None),
        *(d.combustible, d.efos_definitivo, d.periodo_global),
        relaciones=d.relaciones,
        pagos=tuple(_pago_vestido(pago, d, documentos) for pago in d.pagos),
    )


def _pago_vestido(pago: Pago, flujo: Documento, documentos: Mapping[str, DocumentoIsr]) -> Pago:
    """Of an invoice that is known, its own retención if it brings taxes, and a share of everything else."""
    doctos = []
    for k, docto in enumerate(pago.doctos):
        if factura(docto.id_documento, flujo, documentos) is None:
            doctos.append(_docto_suelto(docto, pagados(pago)[k]))
        else:
            doctos.append(docto if docto.con_impuestos else replace(docto, objeto_imp=None))
    return replace(pago, doctos=tuple(doctos))


def _docto_suelto(docto: DoctoPagado, pagado: Decimal) -> DoctoPagado:
    """Of an invoice that nobody kept: what was paid without the taxes it says, ImpPagado − traslados + retenciones."""
    c = docto.cubetas
    neto = pagado - c.iva_16 - c.iva_8 - c.iva_otra_tasa - c.ieps + c.ret_isr + c.ret_iva + c.ret_ieps
    return replace(docto, con_impuestos=True, cubetas=Cubetas(base_no_objeto=neto, ret_isr=c.ret_isr))


def _cobrado(evento: Evento, documentos: Mapping[str, DocumentoIsr], opciones: OpcionesIsr) -> Iterator[Movimiento]:
    documento, origen = documentos[evento.uuid], origen_de(evento, documentos)
    regimen = regimen_de(documento, origen, Lado.EMITIDO, opciones)
    regla = _regla(evento, documento, origen)
    if regimen == SUELDOS:
        return
    if regimen != GENERAL_PM:
        yield _movimiento(evento, Clase.INGRESO, regimen, evento.cubetas.base_no_objeto, regla, opciones)
    yield _movimiento(evento, Clase.RETENCION, regimen, evento.cubetas.ret_isr, regla, opciones)


def _gastado(evento: Evento, documentos: Mapping[str, DocumentoIsr], opciones: OpcionesIsr) -> Iterator[Movimiento]:
    documento, origen = documentos[evento.uuid], origen_de(evento, documentos)
    regimen = regimen_de(documento, origen, Lado.RECIBIDO, opciones)
    regla = _regla(evento, documento, origen)
    retenido = evento.cubetas.ret_isr
    yield _movimiento(evento, Clase.RETENIDO_A_TERCEROS, regimen, retenido, regla, opciones)
    if not deduce(regimen, opciones):
        return
    importe, motivo = evento.cubetas.base_no_objeto, _motivo(evento, origen)
    deducible = centavos(importe * _pct(origen) / _CIEN) if motivo is None else importe * 0
    yield _movimiento(evento, Clase.DEDUCCION, regimen, deducible, regla, opciones)
    resto = _movimiento(evento, Clase.NO_DEDUCIBLE, regimen, importe - deducible, motivo or PCT, opciones)
    yield replace(resto, articulo=DE_MOTIVO[motivo or PCT])


def _motivo(evento: Evento, origen: DocumentoIsr) -> str | None:
    """Why nothing of an expense is deducted at once: an investment goes by its annual per cent (LISR 31, 104)."""
    if evento.motivo is None and origen.flujo.uso_cfdi in _USOS_DE_INVERSION:
        return INVERSION
    return evento.motivo


def _pct(origen: DocumentoIsr) -> Decimal:
    pct = origen.flujo.acreditable_pct
    return _CIEN if pct is None else pct


def _regla(evento: Evento, documento: DocumentoIsr, origen: DocumentoIsr) -> str:
    suelto = documento.flujo.tipo is Tipo.PAGO and origen is documento
    return PAGO_SIN_FACTURA if suelto else evento.regla


def _movimiento(
    evento: Evento, clase: Clase, regimen: str, importe: Decimal, regla: str, opciones: OpcionesIsr
) -> Movimiento:
    return Movimiento(
        evento.uuid,
        evento.pago,
        evento.docto,
        clase,
        regimen,
        evento.periodo,
        evento.fecha,
        importe,
        regla,
        articulo(clase, regimen, opciones.moral),
    )
