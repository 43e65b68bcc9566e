"""What all documents share: who issued and received them, and the documents they relate to."""

from collections.abc import Iterable
from functools import lru_cache

from lxml.etree import _Element

from horux_adapters.sat.atributos import es_uuid
from horux_core.fiscal.cfdi import advertencias as aviso
from horux_core.fiscal.cfdi.errors import NodoFaltante
from horux_core.fiscal.cfdi.model import Advertencia, Relacion
from horux_core.kernel.rfc import Rfc, RfcMalformed

LARGO_DE_RFC = 40
"""With all the spaces and dashes somebody may put into one. Nothing longer is remembered, or kept."""


@lru_cache(maxsize=8192)
def _normalizado(escrito: str) -> str | None:
    try:
        return str.__str__(Rfc(escrito))
    except RfcMalformed:
        return None


def rfc(escrito: str, de_quien: str, avisos: list[Advertencia]) -> str:
    """Normalised. Without the form of an RFC it stays as written, with a warning: no stamped CFDI is refused for it."""
    limpio = _normalizado(escrito) if len(escrito) <= LARGO_DE_RFC else None
    if limpio is not None:
        return limpio
    avisos.append(Advertencia(aviso.RFC_MAL_FORMADO, f"El RFC del {de_quien} no tiene forma de RFC: «{escrito[:40]}»."))
    return escrito


def relaciones(pares: Iterable[tuple[str | None, str | None]], avisos: list[Advertencia]) -> tuple[Relacion, ...]:
    """From pairs of TipoRelacion and UUID, in document order."""
    filas = []
    for tipo, uuid in pares:
        if uuid is None:
            continue
        if not es_uuid(uuid):
            avisos.append(Advertencia(aviso.UUID_RELACIONADO_RARO, f"El CFDI relacionado «{uuid[:60]}» no es un UUID."))
        filas.append(Relacion(tipo or "", uuid.lower()))
    return tuple(filas)


def hijos(elemento: _Element, ns: str) -> dict[str, list[_Element]]:
    """Children of the element's own namespace by local name."""
    encontrados: dict[str, list[_Element]] = {}
    corte = len(ns)
    for hijo in elemento:
        nombre = str(hijo.tag)
        if nombre.startswith(ns):
            encontrados.setdefault(nombre[corte:], []).append(hijo)
    return encontrados


def nodo(partes: dict[str, list[_Element]], nombre: str) -> _Element:
    """The first of that name. Raises NodoFaltante."""
    encontrados = partes.get(nombre)
    if encontrados is None:
        raise NodoFaltante(nombre)
    return encontrados[0]
