"""The text of a file of a bank, whatever program wrote it."""

import unicodedata

from horux_core.fiscal.conciliacion.errors import CodificacionIlegible

_BOM_16 = (b"\xff\xfe", b"\xfe\xff")


def decodificado(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else Windows-1252. Raises CodificacionIlegible for what is no text."""
    try:
        texto = content.decode("utf-16") if content[:2] in _BOM_16 else _de_bytes(content)
    except UnicodeError as error:
        raise CodificacionIlegible from error
    if any(unicodedata.category(c) == "Cc" and c not in "\t\r\n\x0b\x0c\x1a\x85" for c in set(texto)):
        raise CodificacionIlegible
    return texto.removeprefix("\ufeff").removesuffix("\x1a")


def _de_bytes(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def llano(texto: str) -> str:
    """Upper case, without accents nor repeated spaces; Ñ becomes N."""
    descompuesto = unicodedata.normalize("NFD", texto.upper())
    return " ".join("".join(c for c in descompuesto if not unicodedata.combining(c)).split())
