"""A sealed piece as octets: what its file or object holds."""

import re
from uuid import UUID

from horux_core.fiel.model import Seal, SealedPiece

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_HEADER = re.compile(
    f"HORUX-FIEL 1 AES-256-GCM ([0-9a-f]{{8}}) ({_UUID}) ([1-9][0-9]{{0,17}})"
    " ([0-9a-f]{24}) ([0-9a-f]{32})\n".encode()
)


def written(piece: SealedPiece) -> bytes:
    """One line that says how and under what it was sealed, and the sealed octets."""
    s = piece.seal
    line = f"HORUX-FIEL 1 AES-256-GCM {s.key_version} {s.id} {s.number} {piece.iv.hex()} {piece.tag.hex()}\n"
    return line.encode() + piece.data


def made_out(octets: bytes | None) -> SealedPiece | None:
    """What `written` was given; None for what it never wrote."""
    found = _HEADER.match(octets or b"")
    if octets is None or found is None:
        return None
    key_version, seal, number, iv, tag = (part.decode() for part in found.groups())
    return SealedPiece(
        Seal(UUID(seal), int(number), key_version), bytes.fromhex(iv), bytes.fromhex(tag), octets[found.end() :]
    )
