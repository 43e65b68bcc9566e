"""The book of use (libro de uso) as a chain: each entry's hash covers the entry and the hash of the one before.

The hash shows what was changed, the MAC over it who wrote it.
"""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from hashlib import sha256
from uuid import UUID

from horux_core.fiel.model import EMPTY, SEALING, Destruction, Head, Use, UseKind
from horux_core.fiel.ports import EntryMacs

CERTIFICADO = "Certificado "
"""What the reason of an alta or a reemplazo begins with; the certificate's number follows."""


@dataclass(frozen=True, slots=True)
class Current:
    """The seal that counts, as the book names it."""

    id: UUID
    number: int


def chained(use: Use, macs: EntryMacs) -> Use:
    """The entry with its hash and, under the current key, its MAC."""
    hashed = replace(use, key_version=macs.version)
    hashed = replace(hashed, hash=_hash(hashed))
    return replace(hashed, mac=macs.mac(macs.version, hashed.hash) or "")


def sound(uses: Sequence[Use], anchor: Head | None, macs: EntryMacs) -> bool:
    """Whether nothing was changed, removed or put in between, all is ours, and the anchored entry is there.

    What was written after the anchor may be there: the process may have died before it could anchor it. An entry
    whose key is gone is vouched for by the chain, when it is the anchored one or one that is proved comes after it.
    A destruction vouches for nothing before it: its owner may have it beside any book.
    """
    last, ours = EMPTY, True
    anchored = (anchor is None and not uses) or anchor == EMPTY
    for use in uses:
        if use.seq != last.seq + 1 or use.previous_hash != last.hash or use.hash != _hash(use):
            return False
        mac = macs.mac(use.key_version, use.hash)
        if mac is not None and not hmac.compare_digest(mac.encode(), use.mac.encode()):
            return False
        last = use.head
        anchored = anchored or last == anchor
        ours = last == anchor or (mac is not None and (ours or use.kind is not UseKind.DESTRUCCION))
    return anchored and ours


def current(uses: Sequence[Use]) -> Current | None:
    """None before the first e.firma, and once it was destroyed."""
    for use in reversed(uses):
        if use.kind in SEALING:
            return Current(use.seal_id, use.seq)
        if use.kind is UseKind.DESTRUCCION:
            return None
    return None


def follows(uses: Sequence[Use], number: int, done: Destruction) -> bool:
    """Whether the seal of that number came after that destruction, or after the book was accepted since."""
    before = (use for use in uses if use.seq < number)
    return any(
        (use.kind is UseKind.ACEPTACION and use.at > done.destroyed_at)
        or (use.kind is UseKind.DESTRUCCION and use.seal_id == done.seal_id)
        for use in before
    )


def numero_certificado(uses: Sequence[Use], anchor: Head) -> str:
    """That of the seal that counts, as a sound book says it; empty for what came after its anchor, which none vouches
    for."""
    for use in reversed(uses):
        if use.kind in (UseKind.ALTA, UseKind.REEMPLAZO):
            return use.reason.removeprefix(CERTIFICADO) if use.seq <= anchor.seq else ""
    return ""


def _hash(use: Use) -> str:
    written = (
        "horux-libro|2",
        str(use.tenant),
        use.seq,
        use.at.astimezone(UTC).isoformat(timespec="microseconds"),
        use.kind,
        "" if use.who is None else str(use.who),
        use.who_name,
        use.reason,
        list(use.components),
        use.origin,
        str(use.seal_id),
        use.previous_hash,
        use.key_version,
    )
    return sha256(json.dumps(written, separators=(",", ":")).encode()).hexdigest()
