"""The stamp: what makes an XML a CFDI."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lxml.etree import _Element

from horux_adapters.sat.atributos import es_uuid, fecha_hora_opcional, texto
from horux_core.fiscal.cfdi.errors import SinTimbre, UuidMalFormado, VariosTimbres

_TFD = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"


@dataclass(frozen=True, slots=True)
class Timbre:
    """`TimbreFiscalDigital` 1.0 or 1.1. The UUID is lower-case."""

    uuid: str
    fecha: datetime | None
    rfc_pac: str | None


def lee_timbre(complementos: Iterable[_Element]) -> Timbre:
    """The stamp among the direct children of all Complemento nodes. Raises SinTimbre, VariosTimbres, UuidMalFormado."""
    elegido: _Element | None = None
    uuid = ""
    for complemento in complementos:
        for hijo in complemento:
            if hijo.tag == _TFD:
                propio = (texto(hijo, "UUID") or "").lower()
                if elegido is not None and propio != uuid:
                    raise VariosTimbres
                elegido, uuid = hijo, propio
    if elegido is None:
        raise SinTimbre
    if not es_uuid(uuid):
        raise UuidMalFormado
    return Timbre(uuid, fecha_hora_opcional(elegido, "FechaTimbrado"), texto(elegido, "RfcProvCertif"))
