"""Which of a taxpayer's régimenes a document belongs to (FISCAL.md 4)."""

from collections.abc import Mapping

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.isr.model import SUELDOS, DocumentoIsr, OpcionesIsr
from horux_core.fiscal.iva.model import Documento, Evento, Lado
from horux_core.fiscal.iva.saldos import RELACIONES_DE_NOTA, mismo_lado


def regimen_de(documento: DocumentoIsr, origen: DocumentoIsr, lado: Lado, opciones: OpcionesIsr) -> str:
    """That which the invoice behind the movement names, or the document itself; if the taxpayer has neither, that of
    the settings. Empty when nobody knows."""
    emitido = lado is Lado.EMITIDO
    de_origen = origen.regimen_emisor if emitido else origen.regimen_receptor
    if de_origen in opciones.regimenes:
        return de_origen or ""
    propio = documento.regimen_emisor if emitido else documento.regimen_receptor
    if propio in opciones.regimenes:
        return propio or ""
    elegido = opciones.regimen_ingresos if emitido else opciones.regimen_gastos
    if elegido is not None:
        return elegido
    con_actividad = [r for r in opciones.regimenes if r != SUELDOS] or list(opciones.regimenes)
    return next((r for r in (*con_actividad, de_origen, propio) if r), "")


def origen_de(evento: Evento, documentos: Mapping[str, DocumentoIsr]) -> DocumentoIsr:
    """The document that an event takes its judgement and régimen from: the invoice paid or corrected, else itself."""
    documento = documentos[evento.uuid]
    if documento.flujo.tipo is Tipo.PAGO:
        docto = documento.flujo.pagos[evento.pago].doctos[evento.docto]
        return factura(docto.id_documento, documento.flujo, documentos) or documento
    if documento.flujo.tipo is Tipo.EGRESO:
        for relacion in documento.flujo.relaciones:
            hallada = factura(relacion.uuid, documento.flujo, documentos)
            if relacion.tipo in RELACIONES_DE_NOTA and hallada is not None and hallada.flujo.vigente:
                return hallada
    return documento


def factura(uuid: str, desde: Documento, documentos: Mapping[str, DocumentoIsr]) -> DocumentoIsr | None:
    """The invoice that a payment or a note names, if it is known and on the same side."""
    hallada = documentos.get(uuid)
    if hallada is None or hallada.flujo.tipo is not Tipo.INGRESO or not mismo_lado(hallada.flujo, desde):
        return None
    return hallada
