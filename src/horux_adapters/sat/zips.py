"""ZIP files of strangers: their directory walked, and single entries inflated, within limits.

Written for this because the standard library's reader holds the whole directory, however long, before anybody can
refuse it, believes its sizes, and accepts entries that share bytes.
"""

import stat
import zlib
from collections.abc import Iterator
from itertools import pairwise
from struct import Struct
from typing import BinaryIO, NamedTuple

from horux_core.fiscal.cfdi.errors import ArchivoDemasiadoGrande
from horux_core.fiscal.cfdi.limites import MAX_ENTRY, MIB
from horux_core.fiscal.cfdi.upload_errors import (
    CompresionNoAdmitida,
    EntradaDanada,
    EntradaSospechosa,
    TooManyFiles,
    ZipConContrasena,
    ZipDanado,
    ZipSospechoso,
)

# APPNOTE 6.3: end of directory 4.3.16, its 64-bit form and locator 4.3.14 and 4.3.15, entry 4.3.12, local header 4.3.7.
_END = Struct("<4s4H2LH")
_LOCATOR = Struct("<4sLQL")
_END_64 = Struct("<4sQ2H2L4Q")
_ENTRY = Struct("<4s6H3L5H2L")
_LOCAL = Struct("<4s5H3L2H")
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_LONGEST_COMMENT = 0xFFFF
_LONGEST_NAME = 1000
_INSIDE_A_LETTER = bytes(range(0x80, 0xC0))
_UNIX = 3

PLAIN, DEFLATED, BARE = 0, 8, -1
"""How an entry is packed; `BARE` marks a file that lies in the upload by itself, in no ZIP."""

MAX_RATIO = 200
"""Deflate reaches 1032:1; XML of any length stays below 60:1, and what is small needs no guard."""


class Member(NamedTuple):
    """An entry as the directory tells of it; `at` is where its local header begins in the file."""

    name: str
    at: int
    packed: int
    size: int
    method: int
    crc: int = 0
    encrypted: bool = False
    link: bool = False

    @property
    def folder(self) -> bool:
        return self.name.endswith(("/", "\\"))


def is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


class ZipListing:
    """The entries of a ZIP in its directory's order, read anew each time: none is kept, however long their names."""

    def __init__(self, file: BinaryIO, place: tuple[int, int, int], count: int, locked: bool) -> None:
        self._file = file
        self._first, self._last, self._base = place
        self._count = count
        self.locked = locked
        """Whether there are files in it, and all of them are encrypted."""

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Member]:
        """The file may be read elsewhere between one entry and the next."""
        at = self._first
        while at < self._last:
            self._file.seek(at)
            member, length = _entry(self._file, self._base)
            at += length
            yield member


def members(file: BinaryIO, start: int, end: int, room: int) -> ZipListing:
    """The entries of the ZIP that lies in those bytes of the file.

    Raises ZipDanado, ZipSospechoso for entries that share bytes, and TooManyFiles for more than `room`.
    """
    first, last, base, announced = _directory(file, start, end)
    if announced > room:
        raise TooManyFiles
    spans: list[tuple[int, int]] = []
    encrypted: set[bool] = set()
    file.seek(first)
    at = first
    while at < last:
        if len(spans) == room:
            raise TooManyFiles
        member, length = _entry(file, base)
        spans.append((member.at, member.at + _LOCAL.size + member.packed))
        if not member.folder:
            encrypted.add(member.encrypted)
        at += length
    if at != last or len(spans) & _FULL_16 != announced & _FULL_16:
        raise ZipDanado
    _refuse_overlaps(spans, base, first)
    return ZipListing(file, (first, last, base), len(spans), encrypted == {True})


def content(file: BinaryIO, member: Member) -> bytes:
    """The bytes of one entry, never more than its directory says nor than the limit of one document.

    Raises ZipConContrasena, ArchivoDemasiadoGrande, EntradaSospechosa, CompresionNoAdmitida or EntradaDanada.
    """
    if member.encrypted:
        raise ZipConContrasena
    if member.size > MAX_ENTRY:
        raise ArchivoDemasiadoGrande(MAX_ENTRY)
    if member.size > MIB and member.size > MAX_RATIO * member.packed:
        raise EntradaSospechosa
    if member.packed > member.size + member.size // 100 + 1024:
        raise EntradaDanada
    file.seek(member.at)
    if member.method != BARE:
        skip_local_header(file)
    packed = file.read(member.packed)
    if len(packed) != member.packed:
        raise EntradaDanada
    if member.method == BARE:
        return packed
    data = packed if member.method == PLAIN else _inflated(packed, member)
    if len(data) != member.size or zlib.crc32(data) != member.crc:
        raise EntradaDanada
    return data


def _inflated(packed: bytes, member: Member) -> bytes:
    if member.method != DEFLATED:
        raise CompresionNoAdmitida
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(packed, member.size + 1)
    except zlib.error as error:
        raise EntradaDanada from error
    if not inflater.eof:
        raise EntradaDanada
    return data


def skip_local_header(file: BinaryIO) -> None:
    header = file.read(_LOCAL.size)
    if len(header) != _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise EntradaDanada
    *_, name, extra = _LOCAL.unpack(header)
    file.seek(name + extra, 1)


def _directory(file: BinaryIO, start: int, end: int) -> tuple[int, int, int, int]:
    """Where the directory begins and ends, what its offsets count from, and how many entries it announces."""
    tail_at = max(start, end - _END.size - _LONGEST_COMMENT)
    file.seek(tail_at)
    tail = file.read(end - tail_at)
    found = _end_record(tail)
    if found < 0:
        raise ZipDanado
    _, _, _, _, announced, length, offset, _ = _END.unpack_from(tail, found)
    last = tail_at + found
    if announced == _FULL_16 or length == _FULL_32 or offset == _FULL_32:
        last, announced, length, offset = _end_64(file, start, last) or (last, announced, length, offset)
    first = last - length
    base = first - offset
    if first < start or base < start:
        raise ZipDanado
    return first, last, base, announced


def _end_record(tail: bytes) -> int:
    """The last end record whose comment reaches the end exactly, else the last of all, else -1."""
    latest = found = tail.rfind(b"PK\x05\x06", 0, max(0, len(tail) - _END.size + 4))
    while found >= 0:
        comment = _END.unpack_from(tail, found)[-1]
        if found + _END.size + comment == len(tail):
            return found
        found = tail.rfind(b"PK\x05\x06", 0, found + 3)
    return latest


def _end_64(file: BinaryIO, start: int, end_at: int) -> tuple[int, int, int, int] | None:
    at = end_at - _LOCATOR.size
    if at < start:
        return None
    file.seek(at)
    if not file.read(_LOCATOR.size).startswith(b"PK\x06\x07"):
        return None
    at -= _END_64.size
    if at < start:
        raise ZipDanado
    file.seek(at)
    record = file.read(_END_64.size)
    if not record.startswith(b"PK\x06\x06"):
        raise ZipDanado
    *_, announced, length, offset = _END_64.unpack(record)
    return at, announced, length, offset


def _entry(file: BinaryIO, base: int) -> tuple[Member, int]:
    header = file.read(_ENTRY.size)
    if len(header) != _ENTRY.size or not header.startswith(b"PK\x01\x02"):
        raise ZipDanado
    (_, made, _, flags, method, _, _, crc, packed, size, names, extras, comments, _, _, attributes, offset) = (
        _ENTRY.unpack(header)
    )
    rest = file.read(names + extras + comments)
    if len(rest) != names + extras + comments:
        raise ZipDanado
    size, packed, offset = _widened(rest[names : names + extras], size, packed, offset)
    member = Member(
        _name(rest[:names], "utf-8" if flags & 0x800 else "cp437"),
        base + offset,
        packed,
        size,
        method,
        crc,
        encrypted=bool(flags & 0x1),
        link=made >> 8 == _UNIX and stat.S_ISLNK(attributes >> 16),
    )
    return member, _ENTRY.size + len(rest)


def _name(raw: bytes, encoding: str) -> str:
    """Of an endless name only the end, which tells what kind of file it is."""
    if len(raw) > _LONGEST_NAME:
        raw = raw[-_LONGEST_NAME:].lstrip(_INSIDE_A_LETTER if encoding == "utf-8" else b"")
    return raw.decode(encoding, "replace")


_MOST_FIELDS = 32
"""Extra fields of an entry that are looked through: programs write five or six."""


def _widened(extra: bytes, *values: int) -> list[int]:
    """Size, packed size and offset, each from the 64-bit extra field (4.5.3) where the entry has no room for it."""
    wide = list(values)
    if _FULL_32 not in wide:
        return wide
    at = 0
    for _ in range(_MOST_FIELDS):
        if at + 4 > len(extra):
            break
        kind, length = int.from_bytes(extra[at : at + 2], "little"), int.from_bytes(extra[at + 2 : at + 4], "little")
        field = extra[at + 4 : at + 4 + length]
        at += 4 + length
        if kind != 1:
            continue
        for position, value in enumerate(wide):
            if value == _FULL_32:
                if len(field) < 8:
                    raise ZipDanado
                wide[position], field = int.from_bytes(field[:8], "little"), field[8:]
    return wide


def _refuse_overlaps(spans: list[tuple[int, int]], base: int, directory: int) -> None:
    """Entries that share bytes let a small file inflate without end; no program makes them."""
    spans.sort()
    if any(ends > begins for (_, ends), (begins, _) in pairwise(spans)):
        raise ZipSospechoso
    if spans and (spans[0][0] < base or spans[-1][1] > directory):
        raise ZipDanado
