"""CFDIs as text in JSON, `{"xml": "..."}` each: taken out one by one, so that none is read in vain."""

import re
from collections.abc import Iterator

import msgspec

from horux_core.fiscal.cfdi.upload_errors import UploadEmpty, UploadMalformed

_SPACE = rb"[ \t\n\r]*+"
_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
_DOCUMENT = re.compile(
    rb"%b(\{%b%b%b:%b%b%b\})%b" % (_SPACE, _SPACE, _TEXT, _SPACE, _SPACE, _TEXT, _SPACE, _SPACE), re.DOTALL
)
"""An object of one member, whose name and value are texts; how they are written is for the decoder to judge."""
_OPENS = re.compile(_SPACE + rb"\[" + _SPACE)
_ENDS = re.compile(_SPACE + rb"\Z")


class _Xml(msgspec.Struct):
    xml: str


_decoder = msgspec.json.Decoder(_Xml)


def single(body: bytes) -> Iterator[str]:
    """The document of an object. Raises UploadMalformed."""
    yield _read(_DOCUMENT.fullmatch(body))


def several(body: bytes) -> Iterator[str]:
    """The documents of a list. Raises UploadMalformed, UploadEmpty."""
    opened = _OPENS.match(body)
    if opened is None:
        raise _malformed()
    at = opened.end()
    if body[at : at + 1] == b"]" and _ENDS.match(body, at + 1):
        raise UploadEmpty
    more = True
    while more:
        found = _DOCUMENT.match(body, at)
        yield _read(found)
        at = found.end() + 1 if found else at
        more = body[at - 1 : at] == b","
    if body[at - 1 : at] != b"]" or not _ENDS.match(body, at):
        raise _malformed()


def _read(found: re.Match[bytes] | None) -> str:
    if found is None:
        raise _malformed()
    try:
        start, end = found.span(1)
        return _decoder.decode(memoryview(found.string)[start:end]).xml
    except UnicodeDecodeError as error:
        raise UploadMalformed("El JSON no está en UTF-8. Envíalo de nuevo en UTF-8.") from error
    except msgspec.MsgspecError as error:
        raise _malformed() from error


def _malformed() -> UploadMalformed:
    return UploadMalformed('El JSON no tiene la forma esperada: cada CFDI va como {"xml": "..."} y nada más.')
