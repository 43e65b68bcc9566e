"""The metadata of an e.firma as it is sealed with it."""

import json
from datetime import datetime
from typing import Any

from horux_core.fiel.model import Cadena, Certificado


def dumped(certificado: Certificado, uploaded_at: datetime) -> bytes:
    c = certificado
    values = {
        "rfc": c.rfc,
        "nombre": c.nombre,
        "rfcRepresentante": c.rfc_representante,
        "numeroCertificado": c.numero,
        "validoDesde": c.valido_desde.isoformat(),
        "validoHasta": c.valido_hasta.isoformat(),
        "cadena": c.cadena,
        "subidaEn": uploaded_at.isoformat(),
    }
    return json.dumps(values).encode()


def loaded(octets: bytes | bytearray) -> tuple[Certificado, datetime]:
    """What `dumped` was given."""
    v: dict[str, Any] = json.loads(octets)
    certificado = Certificado(
        v["rfc"],
        v["nombre"],
        v["rfcRepresentante"],
        v["numeroCertificado"],
        datetime.fromisoformat(v["validoDesde"]),
        datetime.fromisoformat(v["validoHasta"]),
        Cadena(v["cadena"]),
    )
    return certificado, datetime.fromisoformat(v["subidaEn"])
