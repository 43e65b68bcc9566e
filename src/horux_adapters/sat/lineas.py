"""The lines of a document, to be shown: what adds them up is in `conceptos`."""

from lxml.etree import _Element

from horux_adapters.sat.atributos import importe, texto
from horux_adapters.sat.encoding import arbol
from horux_core.fiscal.cfdi.model import Concepto


def lee_conceptos(content: bytes) -> tuple[Concepto, ...]:
    """Of a Comprobante of any version; none of what has none. Raises CfdiRejected."""
    raiz, _ = arbol(content)
    ns = str(raiz.tag).rpartition("}")[0] + "}"
    return tuple(_concepto(nodo) for nodo in raiz.iterfind(f"{ns}Conceptos/{ns}Concepto"))


def _concepto(nodo: _Element) -> Concepto:
    """In 3.2 attributes begin in lower case, and there are no keys."""
    nuevo = nodo.get("Importe") is not None

    def nombre(atributo: str) -> str:
        return atributo if nuevo else atributo[0].lower() + atributo[1:]

    return Concepto(
        texto(nodo, nombre("Descripcion")) or "",
        texto(nodo, "ClaveProdServ"),
        importe(nodo, nombre("Cantidad")),
        texto(nodo, "ClaveUnidad"),
        texto(nodo, nombre("Unidad")),
        importe(nodo, nombre("ValorUnitario")),
        importe(nodo, nombre("Importe")),
        importe(nodo, nombre("Descuento")),
    )
