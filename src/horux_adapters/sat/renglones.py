"""Lines of a SAT text file, from bytes that come in pieces: which line ends are rows' and which are noise."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_LARGO = 64 * 1024
"""Bytes of a row: no real one comes near, and a file without line ends is never held whole."""

_EMPIEZA = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}~")


class Renglon(NamedTuple):
    """A row without its end, and the number of the line it begins in, from 1."""

    linea: int
    texto: str


def renglones(piezas: Iterable[bytes]) -> Iterator[Renglon]:
    """The rows that are not blank.

    When the first line ends in CRLF a lone LF is noise inside a name and is taken out, unless a UUID follows it. Each
    row is UTF-8, or else Windows-1252.
    """
    con_crlf = None
    empezado, desde = b"", 1
    for linea, fisica in enumerate(_lineas(piezas), 1):
        if con_crlf is None:
            con_crlf = fisica.endswith(b"\r\n")
            fisica = fisica.removeprefix(b"\xef\xbb\xbf")
        if empezado and _EMPIEZA.match(fisica):
            yield from _hecho(desde, empezado)
            empezado = b""
        if not empezado:
            desde = linea
        empezado = (empezado + fisica.removesuffix(b"\n"))[:_LARGO]
        if not con_crlf or fisica.endswith(b"\r\n"):
            yield from _hecho(desde, empezado)
            empezado = b""
    yield from _hecho(desde, empezado)


def _hecho(linea: int, crudo: bytes) -> Iterator[Renglon]:
    texto = _texto(crudo)
    if texto.strip():
        yield Renglon(linea, texto)


def _texto(crudo: bytes) -> str:
    """Without signs that none can see and no database holds."""
    try:
        texto = crudo.decode("utf-8")
    except UnicodeDecodeError:
        texto = crudo.decode("cp1252", "replace")
    if texto.isprintable():
        return texto
    return "".join(letra for letra in texto if unicodedata.category(letra)[0] != "C")


def _lineas(piezas: Iterable[bytes]) -> Iterator[bytes]:
    """With their ends. Of one that is too long only the beginning, with its end."""
    resto = b""
    for pieza in piezas:
        *enteras, resto = (resto + pieza).split(b"\n")
        for entera in enteras:
            yield _acortada(entera) + b"\n"
        resto = _acortada(resto)
    if resto:
        yield resto


def _acortada(linea: bytes) -> bytes:
    """The last byte tells whether it ends in CRLF."""
    return linea if len(linea) <= _LARGO else linea[: _LARGO - 1] + linea[-1:]
