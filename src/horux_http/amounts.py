"""Amounts that come as text: plain digits, and none of the other forms that a decimal can be read from."""

import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from horux_core.kernel.errors import Invalid

_PLAIN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")


class AmountMalformed(Invalid):
    """A text that is no plain decimal. Fact: `campo`, where it is."""

    code = "amount-malformed"
    title = "Importe mal escrito"

    def __init__(self, campo: str) -> None:
        super().__init__(
            "Un importe no se entiende. Escríbelo solo con dígitos y, si lleva decimales, un punto: 1600.00.",
            campo=campo,
        )


def amount(sent: str, campo: str) -> Decimal:
    """Raises AmountMalformed."""
    if not _PLAIN.fullmatch(sent):
        raise AmountMalformed(campo)
    return Decimal(sent)


def require_plain(sent: object, read: object) -> None:
    """`sent` is the JSON as it came, `read` what its type made of it. Raises AmountMalformed."""
    for campo in _odd(sent, msgspec.to_builtins(read, builtin_types=(Decimal,)), ""):
        raise AmountMalformed(campo)


def _odd(sent: object, read: object, at: str) -> Iterator[str]:
    if isinstance(read, Decimal) and isinstance(sent, str):
        if not _PLAIN.fullmatch(sent):
            yield at
    elif isinstance(sent, dict) and isinstance(read, dict):
        for name in sent:
            yield from _odd(sent[name], read.get(name), f"{at}.{name}" if at else name)
    elif isinstance(sent, list) and isinstance(read, list):
        for number, (one, other) in enumerate(zip(sent, read, strict=False)):
            yield from _odd(one, other, f"{at}[{number}]")
