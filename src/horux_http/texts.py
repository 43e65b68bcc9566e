"""Texts that come in a request: only what can be shown, and kept."""

import re
from collections.abc import Iterator

from horux_core.kernel.errors import Invalid

_UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Controls but tabs and line ends, what turns the direction of a text around, and what is no character."""


class TextUnprintable(Invalid):
    """A text holds a control character or half of one: no screen shows it. Fact: `campo`, where it is."""

    code = "texto-no-imprimible"
    title = "Texto con caracteres invisibles"

    def __init__(self, campo: str) -> None:
        super().__init__(
            "Un texto trae caracteres que no se pueden mostrar. Escríbelo de nuevo sin ellos.", campo=campo
        )


def printable(text: str) -> bool:
    return _UNSHOWN.search(text) is None


def require_printable(sent: object) -> None:
    """`sent` is a JSON as it came. Raises TextUnprintable."""
    for campo in _odd(sent, ""):
        raise TextUnprintable(campo)


def _odd(sent: object, at: str) -> Iterator[str]:
    if isinstance(sent, str):
        if not printable(sent):
            yield at or "cuerpo"
    elif isinstance(sent, dict):
        for name, value in sent.items():
            if not printable(name):
                yield at or "cuerpo"
            yield from _odd(value, f"{at}.{name}" if at else name)
    elif isinstance(sent, list):
        for number, value in enumerate(sent):
            yield from _odd(value, f"{at}[{number}]")
