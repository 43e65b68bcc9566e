"""An entry too long to be held, inflated a piece at a time, within the limits that hold for any entry of a ZIP."""

import hashlib
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from horux_adapters.sat.zips import BARE, DEFLATED, MAX_RATIO, PLAIN, Member, skip_local_header
from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.upload_errors import (
    CompresionNoAdmitida,
    EntradaDanada,
    EntradaSospechosa,
    ZipConContrasena,
)

_PIECE = 64 * 1024


def fingerprint(file: BinaryIO, member: Member) -> str:
    """The SHA-256 of an entry in hex, once it has proved whole. Raises what `pieces` raises."""
    digest = hashlib.sha256()
    for piece in pieces(file, member):
        digest.update(piece)
    return digest.hexdigest()


def pieces(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """The bytes of an entry; the file must not be read elsewhere meanwhile. Never more than its directory says.

    Raises ZipConContrasena, EntradaSospechosa, CompresionNoAdmitida or EntradaDanada; what is damaged may show at the
    end only.
    """
    if member.encrypted:
        raise ZipConContrasena
    if member.size > MIB and member.size > MAX_RATIO * member.packed:
        raise EntradaSospechosa
    if member.method not in (BARE, PLAIN, DEFLATED):
        raise CompresionNoAdmitida
    size = check = 0
    for piece in _inflated(file, member) if member.method == DEFLATED else _packed(file, member):
        size += len(piece)
        if size > member.size:
            raise EntradaDanada
        check = zlib.crc32(piece, check)
        yield piece
    if size != member.size or (member.method != BARE and check != member.crc):
        raise EntradaDanada


def _packed(file: BinaryIO, member: Member) -> Iterator[bytes]:
    file.seek(member.at)
    if member.method != BARE:
        skip_local_header(file)
    left = member.packed
    while left:
        piece = file.read(min(_PIECE, left))
        if not piece:
            raise EntradaDanada
        left -= len(piece)
        yield piece


def _inflated(file: BinaryIO, member: Member) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for packed in _packed(file, member):
            rest = packed
            while rest and not inflater.eof:
                piece = inflater.decompress(rest, _PIECE)
                rest = inflater.unconsumed_tail
                if piece:
                    yield piece
    except zlib.error as error:
        raise EntradaDanada from error
    if not inflater.eof:
        raise EntradaDanada
