"""Which side of a CFDI the taxpayer is on."""

from horux_core.fiscal.cfdi.errors import CfdiAjeno
from horux_core.fiscal.cfdi.model import Cfdi, Direccion
from horux_core.kernel.rfc import normalizado


def direccion(cfdi: Cfdi, rfc: str) -> Direccion:
    """Emitido when the taxpayer issued it, recibido when it is the receiver, ambas for an auto-factura.

    RFCs are compared normalised. Raises CfdiAjeno when the taxpayer is neither.
    """
    propio = normalizado(rfc)
    emitido = normalizado(cfdi.rfc_emisor) == propio
    recibido = normalizado(cfdi.rfc_receptor) == propio
    if emitido:
        return Direccion.AMBAS if recibido else Direccion.EMITIDO
    if recibido:
        return Direccion.RECIBIDO
    raise CfdiAjeno(propio, cfdi.rfc_emisor, cfdi.rfc_receptor)
