"""DER (X.690), as far as an e.firma needs it: `cryptography` does not show all that the SAT writes."""

from typing import NamedTuple

INTEGER, BIT_STRING, OCTET_STRING = 0x02, 0x03, 0x04
SEQUENCE, SET = 0x30, 0x31


class DerError(Exception):
    """Not DER."""


class DerTruncated(DerError):
    """It says it is longer than it is."""


class Value(NamedTuple):
    tag: int
    content: bytes
    whole: bytes


def read(octets: bytes) -> Value:
    """The one value the octets are. Raises DerError, DerTruncated."""
    value, end = _next(octets, 0)
    if end != len(octets):
        raise DerError
    return value


def items(value: Value, tag: int = SEQUENCE) -> list[Value]:
    """What a value of that tag is made of. Raises DerError."""
    if value.tag != tag:
        raise DerError
    found, at = [], 0
    while at < len(value.content):
        item, at = _next(value.content, at)
        found.append(item)
    return found


def whole_number(value: Value) -> int:
    """Raises DerError."""
    if value.tag != INTEGER or not value.content:
        raise DerError
    return int.from_bytes(value.content, "big", signed=True)


def _next(octets: bytes, at: int) -> tuple[Value, int]:
    header = octets[at : at + 2]
    if len(header) < 2:
        raise DerTruncated
    tag, length, start = header[0], header[1], at + 2
    if tag & 0x1F == 0x1F or length == 0x80:
        raise DerError
    if length > 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(octets[start : start + size], "big"), start + size
    if start + length > len(octets):
        raise DerTruncated
    end = start + length
    return Value(tag, octets[start:end], octets[at:end]), end
