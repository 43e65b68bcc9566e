"""A ZIP of a stranger that is looked at before any library opens it."""

import io
import re
import zlib
from zipfile import BadZipFile, ZipFile

from horux_adapters.hojas.cotas import MAX_ENTRADAS, MAX_ETIQUETAS, MAX_INFLADO, MAX_RENGLONES
from horux_core.fiscal.conciliacion.errors import (
    DemasiadosRenglones,
    EstadoCuentaDemasiadoGrande,
    EstadoCuentaRechazado,
    XlsxDanado,
    XlsxSospechoso,
)

# APPNOTE 4.3.16: end of central directory; its 64-bit locator (4.3.15) stands right before it.
_FIN, _LARGO_DEL_FIN = b"PK\x05\x06", 22
_LOCALIZADOR_64, _LARGO_DEL_LOCALIZADOR = b"PK\x06\x07", 20
_MAX_DIRECTORIO = MAX_ENTRADAS * 400
_CIFRADA = 0x1
_LARGO_DE_CABEZA = 512
_DECLARADA = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s{0,20}=\s{0,20}[\"']([^\"'>]{0,40})")
_CODIFICACIONES = frozenset({b"utf-8", b"us-ascii", b"iso-8859-1", b"windows-1252"})
_EBCDIC = b"\x4c\x6f\xa7\x94"


def revisar(content: bytes) -> None:
    """Raises XlsxDanado, XlsxSospechoso, EstadoCuentaDemasiadoGrande or DemasiadosRenglones.

    Every part is inflated here, one at a time.
    """
    _directorio(content)
    etiquetas = 0
    try:
        with ZipFile(io.BytesIO(content)) as libro:
            partes = libro.infolist()
            if len(partes) > MAX_ENTRADAS or len({parte.filename for parte in partes}) != len(partes):
                raise XlsxSospechoso
            if sum(parte.file_size for parte in partes) > MAX_INFLADO:
                raise EstadoCuentaDemasiadoGrande(MAX_INFLADO)
            for parte in partes:
                if parte.flag_bits & _CIFRADA:
                    raise XlsxSospechoso
                etiquetas += _etiquetas(libro.read(parte))
                if etiquetas > MAX_ETIQUETAS:
                    raise DemasiadosRenglones(MAX_RENGLONES)
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise XlsxDanado from error


def inflado(content: bytes) -> int:
    """The bytes of all its parts as it says them; 0 when it is no ZIP that can be read."""
    try:
        _directorio(content)
        with ZipFile(io.BytesIO(content)) as libro:
            return sum(parte.file_size for parte in libro.infolist())
    except (EstadoCuentaRechazado, BadZipFile, EOFError, OSError, ValueError, NotImplementedError):
        return 0


def _directorio(content: bytes) -> None:
    """The directory is short: the library reads it whole before it can be asked anything."""
    fin = content.rfind(_FIN)
    if fin < 0 or len(content) < fin + _LARGO_DEL_FIN:
        raise XlsxDanado
    if content[max(fin - _LARGO_DEL_LOCALIZADOR, 0) : fin].startswith(_LOCALIZADOR_64):
        raise XlsxSospechoso
    if int.from_bytes(content[fin + 12 : fin + 16], "little") > _MAX_DIRECTORIO:
        raise XlsxSospechoso


def _etiquetas(parte: bytes) -> int:
    """How many a library could find in it, whatever its name says it is. Raises XlsxSospechoso.

    No program writes a DTD in a workbook, which is how entities get in, nor an encoding that would hide one. Without
    its zeros, what is in UTF-16 or UTF-32 shows.
    """
    texto = parte.replace(b"\0", b"")
    declarada = _DECLARADA.match(texto[:_LARGO_DE_CABEZA].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n"))
    if declarada is not None and declarada[1].lower() not in _CODIFICACIONES:
        raise XlsxSospechoso
    if b"<!DOCTYPE" in texto or b"<!ENTITY" in texto or parte.startswith(_EBCDIC):
        raise XlsxSospechoso
    return texto.count(b"<")
