"""The form in which an e.firma arrives: two files and a password."""

from collections.abc import Collection, Mapping

from multipart import MultipartError, MultipartSegment, PushMultipartParser  # type: ignore[import-untyped]

from horux_core.fiel.errors import FielFormIncomplete
from horux_core.fiel.model import Upload
from horux_http.problems import Told

FORM = "multipart/form-data"
PARTS = ("cer", "key", "password")
_MOST_PARTS = 20


def uploaded(body: bytes, kind: str, options: Mapping[str, str]) -> Upload:
    """What else the form brings is passed over. Raises FielFormIncomplete; HTTPException: 415 for what is no form."""
    if kind != FORM:
        raise Told(415, "Envía `cer`, `key` y `password` como multipart/form-data.")
    try:
        found = read(body, options.get("boundary", ""), PARTS)
    except MultipartError:
        # Its message may quote what was sent, and a password is in it.
        raise FielFormIncomplete("El formulario está incompleto o mal formado.") from None
    return made(found)


def made(found: Mapping[str, bytes]) -> Upload:
    """Raises FielFormIncomplete."""
    for part in PARTS:
        if part not in found:
            raise FielFormIncomplete(f"Al formulario le falta `{part}`.", part)
    return Upload(found["cer"], found["key"], _text(found["password"]))


def read(body: bytes, boundary: str, wanted: Collection[str]) -> dict[str, bytes]:
    """The parts of those names, each once. Nothing of them is written to disk. Raises MultipartError."""
    found: dict[str, bytearray] = {}
    name = None
    with PushMultipartParser(boundary, max_segment_count=_MOST_PARTS) as parser:
        for event in parser.parse(body):
            if isinstance(event, MultipartSegment):
                name = event.name if event.name in wanted else None
                if name in found:
                    raise FielFormIncomplete(f"El formulario trae `{name}` dos veces.", name)
                if name is not None:
                    found[name] = bytearray()
            elif event and name is not None:
                found[name] += event
    return {name: bytes(content) for name, content in found.items()}


def _text(password: bytes) -> str:
    try:
        return password.decode("utf-8")
    except UnicodeDecodeError:
        return password.decode("latin-1")
