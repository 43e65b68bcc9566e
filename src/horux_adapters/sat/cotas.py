"""How long what the books look things up by may be, and how many children a document may have."""

from horux_adapters.sat.partes import LARGO_DE_RFC
from horux_core.fiscal.cfdi.errors import AtributoInvalido, DocumentoDemasiadoComplejo
from horux_core.fiscal.cfdi.model import Cfdi

MAXIMO_DE_HIJOS = 30_000
_LARGO_DE_DOCUMENTO = 100


def acotado(cfdi: Cfdi) -> Cfdi:
    """The document itself. Raises AtributoInvalido or DocumentoDemasiadoComplejo: no real one comes near."""
    for nodo, rfc in (("Emisor", cfdi.rfc_emisor), ("Receptor", cfdi.rfc_receptor)):
        if len(rfc) > LARGO_DE_RFC:
            raise AtributoInvalido(nodo, "Rfc")
    if any(len(relacion.uuid) > _LARGO_DE_DOCUMENTO for relacion in cfdi.relaciones):
        raise AtributoInvalido("CfdiRelacionado", "UUID")
    if any(len(docto.id_documento) > _LARGO_DE_DOCUMENTO for pago in cfdi.pagos for docto in pago.doctos):
        raise AtributoInvalido("DoctoRelacionado", "IdDocumento")
    hijos = (len(cfdi.impuestos), len(cfdi.relaciones), len(cfdi.pagos), sum(len(pago.doctos) for pago in cfdi.pagos))
    if max(hijos) > MAXIMO_DE_HIJOS:
        raise DocumentoDemasiadoComplejo
    return cfdi
