"""From the bytes of a file to the root of its XML tree: hostile files refused, common damage repaired and told."""

import re
import threading

from lxml import etree

from horux_core.fiscal.cfdi import advertencias as aviso
from horux_core.fiscal.cfdi.errors import (
    ArchivoDemasiadoGrande,
    ArchivoPdf,
    ArchivoVacio,
    ArchivoZip,
    CfdiRejected,
    CodificacionNoAdmitida,
    DocumentoDemasiadoComplejo,
    DtdNoPermitido,
    PaginaHtml,
    XmlMalFormado,
    XmlTruncado,
)
from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.model import Advertencia

MAX_BYTES = 20 * MIB
# A node of the tree weighs some 200 bytes: these keep one document below 100 MB of memory.
_MAX_ETIQUETAS = 250_000
_MAX_ATRIBUTOS = 400_000
_SIN_RIESGO_DE_NODOS = 400_000
# The parser keeps every name it meets as long as its thread lives; a CFDI has a few hundred.
_MAX_NOMBRES = 256 * 1024

_BOM = b"\xef\xbb\xbf"
_UTF8 = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_DE_UN_BYTE = frozenset({b"iso-8859-1", b"iso8859-1", b"latin1", b"latin-1", b"windows-1252", b"cp1252"})
_DE_DOS_BYTES = frozenset({b"utf-16", b"utf-16le", b"utf-16be"})
_DECLARADA = re.compile(rb"""<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_PRIMERA_ETIQUETA = re.compile(rb"<([A-Za-z_][^\s/>]*)")
_ADDENDA = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?Addenda)(?=[\s/>])")
_SCHEMALOCATION = re.compile(rb"""\sxmlns:schemaLocation\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_NOMBRE = re.compile(rb"""<\??[^\s/>?!]++|\s[^\s=<>"'/]++(?=\s*+=)""")
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)

# A parser for each thread: making one costs more than reading a document, sharing one makes threads wait.
_del_hilo = threading.local()


def arbol(content: bytes) -> tuple[etree._Element, list[Advertencia]]:
    """The root element, without comments nor instructions, and what had to be repaired to read it.

    Never expands an entity, opens a file or the network, nor takes a cut document for a shorter one.
    Raises CfdiRejected.
    """
    if len(content) > MAX_BYTES:
        raise ArchivoDemasiadoGrande(MAX_BYTES)
    avisos: list[Advertencia] = []
    texto = content if _directo(content) else _en_utf8(content, avisos)
    _rechaza_peligros(texto)
    try:
        return etree.fromstring(texto, _parser()), avisos
    except etree.XMLSyntaxError as error:
        reparado = _reparado(texto, avisos)
        if reparado is None:
            raise _motivo(texto, error) from error
    try:
        return etree.fromstring(reparado, _parser()), avisos
    except etree.XMLSyntaxError as error:
        raise _motivo(texto, error) from error


def _parser() -> etree.XMLParser:
    parser: etree.XMLParser | None = getattr(_del_hilo, "parser", None)
    if parser is None:
        # The encoding is decided before, so that what the file declares cannot hide a DTD from the search for it.
        parser = _del_hilo.parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            recover=False,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
            encoding="utf-8",
        )
    return parser


def _directo(content: bytes) -> bool:
    """Whether the bytes are UTF-8 and say so, as nearly all are."""
    if content[:1] != b"<":
        return False
    declarada = _DECLARADA.match(content)
    if declarada is not None and declarada[1].lower() not in _UTF8:
        return False
    return (content.isascii() and b"\0" not in content[:64]) or _es_utf8(content)


def _es_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in content[:64]


def _en_utf8(content: bytes, avisos: list[Advertencia]) -> bytes:
    ancho = _utf16(content)
    if ancho is not None:
        try:
            content = content.decode(ancho).encode()
        except UnicodeError as error:
            raise CodificacionNoAdmitida from error
    return _de_bytes(_desde_la_raiz(content, avisos), avisos, reconocida=ancho is not None)


def _utf16(content: bytes) -> str | None:
    if content[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"<\0\0\0", b"\0\0\0<"):
        raise CodificacionNoAdmitida
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(content[:2])


def _desde_la_raiz(content: bytes, avisos: list[Advertencia]) -> bytes:
    """Without what stands before the XML: a BOM is fine, anything else is told."""
    limpio = content.removeprefix(_BOM)
    if limpio[:1] == b"<":
        return limpio
    _rechaza_otros_formatos(limpio)
    inicio = limpio.find(b"<?xml", 0, 2048)
    if inicio < 0:
        inicio = limpio.find(b"<", 0, 2048)
    if inicio < 0:
        raise XmlMalFormado
    avisos.append(Advertencia(aviso.TEXTO_ANTES_DEL_XML, "Se ignoró texto que estaba antes del inicio del XML."))
    return limpio[inicio:]


def _de_bytes(content: bytes, avisos: list[Advertencia], *, reconocida: bool) -> bytes:
    """UTF-8 if it is that, else Windows-1252: an accent in UTF-8 is never a plausible pair of Windows-1252 letters."""
    encontrada = _DECLARADA.match(content)
    declarada = encontrada[1].lower() if encontrada else b"utf-8"
    if declarada not in _UTF8 and declarada not in _DE_UN_BYTE and declarada not in _DE_DOS_BYTES:
        raise CodificacionNoAdmitida
    if _es_utf8(content):
        if not (reconocida or declarada in _UTF8 or content.isascii()):
            avisos.append(_codificacion(declarada, "UTF-8"))
        return content
    if b"\0" in content[:64]:
        raise CodificacionNoAdmitida
    if declarada not in _DE_UN_BYTE:
        avisos.append(_codificacion(declarada, "Windows-1252"))
    try:
        return content.decode("cp1252").encode()
    except UnicodeDecodeError:
        return content.decode("latin-1").encode()


def _codificacion(declarada: bytes, real: str) -> Advertencia:
    return Advertencia(
        aviso.CODIFICACION_CORREGIDA, f"El XML declara {declarada.decode().upper()}, pero está en {real}: se leyó así."
    )


def _rechaza_otros_formatos(content: bytes) -> None:
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise ArchivoVacio
    if b"%PDF-" in content[:1024]:
        raise ArchivoPdf
    if content[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        raise ArchivoZip


def _rechaza_peligros(texto: bytes) -> None:
    if b"<!DOCTYPE" in texto and _dtd_en_prologo(texto):
        raise PaginaHtml if _HTML.match(texto) else DtdNoPermitido
    if len(texto) > _SIN_RIESGO_DE_NODOS and (texto.count(b"<") > _MAX_ETIQUETAS or texto.count(b"=") > _MAX_ATRIBUTOS):
        raise DocumentoDemasiadoComplejo
    if len(texto) > _MAX_NOMBRES and _demasiados_nombres(texto):
        raise DocumentoDemasiadoComplejo


def _demasiados_nombres(texto: bytes) -> bool:
    """Whether the distinct names of elements and attributes weigh more than those of any CFDI."""
    nombres: set[bytes] = set()
    for inicio in range(0, len(texto), MIB):
        nombres.update(_NOMBRE.findall(texto, inicio, inicio + MIB))
        if sum(map(len, nombres)) > _MAX_NOMBRES:
            return True
    return False


def _dtd_en_prologo(texto: bytes) -> bool:
    """Whether a DTD comes before the root; inside a comment or CDATA the word is only text."""
    inicio = texto.find(b"<")
    while inicio >= 0:
        if texto.startswith(b"<!--", inicio):
            inicio = texto.find(b"-->", inicio + 4)
        elif texto.startswith(b"<?", inicio):
            inicio = texto.find(b"?>", inicio + 2)
        else:
            return texto.startswith(b"<!DOCTYPE", inicio)
        inicio = texto.find(b"<", inicio) if inicio >= 0 else -1
    return True


def _reparado(texto: bytes, avisos: list[Advertencia]) -> bytes | None:
    """The document without what stamping programs often damage; None when there is nothing to mend."""
    reparado, veces = _SCHEMALOCATION.subn(b"", texto)
    if veces:
        detalle = "El XML declara xmlns:schemaLocation en vez de xsi:schemaLocation: se ignoró."
        avisos.append(Advertencia(aviso.SCHEMALOCATION_CORREGIDO, detalle))
    sin_addenda = _sin_addenda(reparado)
    if sin_addenda is not None:
        detalle = "La Addenda no es XML válido: se ignoró. El sello no la cubre y el CFDI no cambia."
        avisos.append(Advertencia(aviso.ADDENDA_RETIRADA, detalle))
        return sin_addenda
    return reparado if veces else None


def _sin_addenda(texto: bytes) -> bytes | None:
    """Without the Addenda, if it is whole and nothing but the root's end follows it."""
    inicio = _ADDENDA.search(texto)
    raiz = _raiz(texto)
    if inicio is None or raiz is None:
        return None
    cierre = b"</" + inicio[1]
    fin = texto.rfind(cierre)
    despues = texto.find(b">", fin) + 1
    if fin < inicio.end() or not despues or texto[fin + len(cierre) : despues - 1].strip():
        return None
    cola = texto[despues:].strip()
    if not cola.startswith(b"</" + raiz):
        return None
    return texto[: inicio.start()] + texto[despues:]


def _raiz(texto: bytes) -> bytes | None:
    encontrada = _PRIMERA_ETIQUETA.search(texto)
    return encontrada[1] if encontrada else None


def _motivo(texto: bytes, error: etree.XMLSyntaxError) -> CfdiRejected:
    if _HTML.match(texto):
        return PaginaHtml()
    raiz = _raiz(texto)
    if raiz is None or texto.rfind(b"</" + raiz) < 0 or not texto.rstrip().endswith(b">"):
        return XmlTruncado()
    return XmlMalFormado(error.lineno)
