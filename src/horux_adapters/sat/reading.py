"""The door: the bytes of a file become a CFDI, or a reason why not. A pure function, run in worker processes."""

from lxml.etree import _Element

from horux_adapters.sat import retenciones
from horux_adapters.sat.atributos import texto
from horux_adapters.sat.comprobante import lee_comprobante
from horux_adapters.sat.comprobante32 import lee_comprobante32
from horux_adapters.sat.cotas import acotado
from horux_adapters.sat.encoding import arbol
from horux_core.fiscal.cfdi import advertencias as aviso
from horux_core.fiscal.cfdi.advertencias import advertido
from horux_core.fiscal.cfdi.errors import (
    ContabilidadElectronica,
    NamespaceDesconocido,
    NoEsCfdi,
    PaginaHtml,
    VersionNoAdmitida,
)
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi

_CFD_3 = "{http://www.sat.gob.mx/cfd/3}"
_CFD_4 = "{http://www.sat.gob.mx/cfd/4}"
_COMPROBANTES = {_CFD_3 + "Comprobante": _CFD_3, _CFD_4 + "Comprobante": _CFD_4}
_RETENCIONES = {ns + "Retenciones": ns for ns in (retenciones.NS_10, retenciones.NS_20)}


def read_cfdi(content: bytes) -> Cfdi:
    """What the XML says, with warnings for what had to be repaired or looks wrong.

    Decided by namespace and local name, never by prefix; the Addenda is ignored. Raises CfdiRejected.
    """
    return advertido(acotado(_leido(content)))


def _leido(content: bytes) -> Cfdi:
    raiz, avisos = arbol(content)
    nombre = str(raiz.tag)
    if nombre in _COMPROBANTES:
        ns = _COMPROBANTES[nombre]
        version = _version(raiz, ns, avisos)
        lee_32 = version == "3.2"
        return lee_comprobante32(raiz, ns, avisos) if lee_32 else lee_comprobante(raiz, ns, version, avisos)
    if nombre in _RETENCIONES:
        return retenciones.lee_retenciones(raiz, _RETENCIONES[nombre], avisos)
    namespace, _, local = nombre[1:].rpartition("}") if nombre.startswith("{") else ("", "", nombre)
    if "/ContabilidadE/" in namespace:
        raise ContabilidadElectronica
    if local.lower() == "html":
        raise PaginaHtml
    if local in ("Comprobante", "Retenciones"):
        raise NamespaceDesconocido(namespace[:200])
    raise NoEsCfdi(local[:80])


def _version(raiz: _Element, ns: str, avisos: list[Advertencia]) -> str:
    """3.2 writes `version`, later ones `Version`; without either, the way the other attributes are written decides."""
    nueva, antigua = texto(raiz, "Version"), texto(raiz, "version")
    if nueva is None and antigua is None:
        asumida = "4.0" if ns == _CFD_4 else "3.2" if raiz.get("total") is not None else "3.3"
        detalle = f"El XML no dice su versión: por su namespace se tomó como CFDI {asumida}."
        avisos.append(Advertencia(aviso.VERSION_ASUMIDA, detalle))
        return asumida
    if ns == _CFD_4 and nueva == "4.0":
        return "4.0"
    if ns == _CFD_3 and nueva == "3.3":
        return "3.3"
    if ns == _CFD_3 and nueva is None and antigua == "3.2":
        return "3.2"
    raise VersionNoAdmitida((nueva or antigua or "")[:20])
