"""Documents made wrong in the ways that readers stumble over: blindly, and with an eye for what a field is."""

import re
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[bytes, Random], bytes]

_LONGEST = 1_000_000
_BYTES = (0x00, 0x01, 0x0A, 0x22, 0x26, 0x3C, 0x3E, 0x7F, 0x80, 0xC0, 0xED, 0xFE, 0xFF)
_NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63, 2**64 - 1)
VALUES = (
    *("", " ", "0", "-0", "-1", "00.00", "1e5", "1E+400", "9" * 18, "9" * 40, "9" * 5_000, "0." + "1" * 60, "1.0.0"),
    *("NaN", "sNaN", "Infinity", "-Infinity", "0x10", "1_000", "1,000.00", "$1.00", "١٢٣", "１２", "½", "²"),
    *("0000-00-00", "0001-01-01T00:00:00", "9999-12-31T23:59:59", "10000-01-01", "2025-02-30T00:00:00"),
    *("2025-01-15T25:00:00", "2025-01-15T10:00:60", "2025-01-15T10:00:00Z", "2025-01-15T10:00:00+99:99", "31/02/2025"),
    *("20250115", "2025-W03-3", "2025-01-15T10:00:00.123456789", "-2025-01-15", "99999999", "45000.5", "1e308"),
    *(
        "AAA010101AAA",
        "XEXX010101000",
        "ÑÑÑ010101AAA",
        "ı" * 13,
        "a" * 300,
        "Ω" * 3_000,
        "\u202e\u200b",
        "\ufeff",
        "\ufffe",
    ),
    *(
        "\x00",
        "\x1b[2J",
        "=1+1",
        "@SUM(A1)",
        "../../etc/passwd",
        "C:\\x",
        "{}",
        "[]",
        "null",
        "true",
        '"',
        "'",
        "~",
        ";",
    ),
    *("&#0;", "&#xD800;", "&#x110000;", "&a;", "&amp;", "<![CDATA[x]]>", "<!--", "-->", "]]>", "<?x?>", "<!DOCTYPE x>"),
    *("V", "v", "INF", "P1Y", "4.0", "3.3", "5.0", "N", "P", "R", "MXN", "XXX", "00000000-0000-0000-0000-000000000000"),
)
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)=("[^"]*"|'[^']*')""")
_ELEMENT = re.compile(rb"<[\w:.-]+[^<>]*/?>")
_ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-7", "latin-1", "cp1252", "utf-8-sig", "cp037")
_NAMED = ("UTF-8", "UTF-16", "ISO-8859-1", "windows-1252", "US-ASCII", "UTF-7", "utf8", "x", "")


def flipped(octets: bytes, by: Random) -> bytes:
    changed = bytearray(octets)
    for _ in range(by.choice((1, 1, 2, 8))):
        at = by.randrange(len(changed)) if changed else 0
        if changed:
            changed[at] = changed[at] ^ (1 << by.randrange(8)) if by.random() < 0.5 else by.choice(_BYTES)
    return bytes(changed)


def cut(octets: bytes, by: Random) -> bytes:
    return octets[: by.randrange(len(octets) + 1)]


def spliced(octets: bytes, by: Random) -> bytes:
    """A piece taken out, said twice, moved, or repeated many times."""
    start = by.randrange(len(octets) + 1)
    end = min(len(octets), start + by.choice((1, 4, 16, 64, 512, 4096)))
    piece, place = octets[start:end], by.randrange(len(octets) + 1)
    way = by.randrange(4)
    if way == 0:
        return octets[:start] + octets[end:]
    if way == 1:
        return octets[:end] + piece * by.choice((1, 2, 50)) + octets[end:]
    if way == 2:
        return octets[:place] + piece + octets[place:]
    return octets[:start] + by.randbytes(by.choice((1, 2, 8, 40))) + octets[end:]


def numbered(octets: bytes, by: Random) -> bytes:
    """A field of two, four or eight bytes that holds another number: sizes, offsets, counts."""
    width = by.choice((1, 2, 4, 8))
    marks = [found.start() for found in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06|\x06\x06|\x06\x07)", octets)]
    at = by.choice(marks) + by.randrange(46) if marks and by.random() < 0.8 else by.randrange(len(octets) + 1)
    number = by.choice(_NUMBERS) % (1 << (8 * width))
    field = number.to_bytes(width, "little")
    return octets[:at] + (field if by.random() < 0.5 else field[::-1]) + octets[at + width :]


def valued(octets: bytes, by: Random) -> bytes:
    """Some attributes of an XML with other values, swapped, twice, or gone."""
    found = list(_ATTRIBUTE.finditer(octets))
    if not found:
        return flipped(octets, by)
    one, other = by.choice(found), by.choice(found)
    way = by.randrange(6)
    if way == 0:
        put = one[1] + b"=" + other[2]
    elif way == 1:
        put = b""
    elif way == 2:
        put = one[0] + b" " + one[0]
    elif way == 3:
        put = other[1] + b"=" + one[2]
    else:
        put = one[1] + b'="' + by.choice(VALUES).encode("utf-8", "surrogatepass") + b'"'
    return octets[: one.start()] + put + octets[one.end() :]


def grown(octets: bytes, by: Random) -> bytes:
    """Elements of an XML out of their place: gone, twice, in each other, renamed, with what no CFDI has between."""
    found = list(_ELEMENT.finditer(octets))
    if not found:
        return spliced(octets, by)
    one, other = by.choice(found), by.choice(found)
    put = by.choice(
        (b"", one[0] * 2, one[0] * 300, other[0], other[0] + one[0], b"<x>" + one[0] + b"</x>",
         one[0].replace(b":", b"", 1), one[0].lower(), one[0] + by.choice(VALUES).encode("utf-8", "surrogatepass"))
    )  # fmt: skip
    return octets[: one.start()] + put + octets[one.end() :]


def encoded(octets: bytes, by: Random) -> bytes:
    """In another encoding than it says, or saying another than it has."""
    text = octets.decode("utf-8", "replace")
    if by.random() < 0.6:
        text = re.sub(r'encoding="[^"]*"', f'encoding="{by.choice(_NAMED)}"', text, count=1)
    return text.encode(by.choice(_ENCODINGS) if by.random() < 0.7 else "utf-8", "replace")


def celled(octets: bytes, by: Random) -> bytes:
    """A cell of a text in columns with another value, lines in another order, or another separator."""
    lines = octets.splitlines(keepends=True)
    if not lines:
        return octets
    at = by.randrange(len(lines))
    mark = next((each for each in (b"~", b"\t", b";", b",") if each in lines[at]), b",")
    cells = lines[at].split(mark)
    way = by.randrange(5)
    if way == 0:
        lines[at], lines[-1] = lines[-1], lines[at]
    elif way == 1:
        lines[at] = lines[at].replace(mark, by.choice((b",", b";", b"\t", b"|", b"~", b"")))
    elif way == 2:
        lines[at] = lines[at] * by.choice((0, 2, 400))
    else:
        cells[by.randrange(len(cells))] = by.choice(VALUES).encode("utf-8", "surrogatepass")
        lines[at] = mark.join(cells)
    return b"".join(lines)


BLIND: tuple[Mutation, ...] = (flipped, cut, spliced, numbered)
XML: tuple[Mutation, ...] = (*BLIND, valued, valued, valued, grown, grown, encoded)
COLUMNS: tuple[Mutation, ...] = (*BLIND, celled, celled, celled, encoded)


def changed(seeds: Sequence[bytes], ways: Sequence[Mutation], by: Random) -> bytes:
    """One of them, changed once or a few times over."""
    octets = by.choice(seeds)
    for _ in range(by.choice((1, 1, 1, 2, 4))):
        octets = by.choice(ways)(octets, by)[:_LONGEST]
    return octets
