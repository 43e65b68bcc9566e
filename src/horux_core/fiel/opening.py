"""Opening the copies of an e.firma, one piece from whichever copy has it whole; and making a damaged copy whole."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

from horux_core.fiel import metadata
from horux_core.fiel.chaining import Current
from horux_core.fiel.errors import FielUnreadable
from horux_core.fiel.events import FielHealed
from horux_core.fiel.keeping import Book, Note, Safe, entry, noted, sealed_copy
from horux_core.fiel.model import WHOLE, Component, Copy, Head, Seal, Sealed, SealedPiece, Use, UseKind, wipe
from horux_core.tenancy.model import Tenant


class Damaged(StrEnum):
    CARPETA = "carpeta"
    BASE = "base"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Opened:
    """The pieces asked for, the seal they had, and the copies that are not whole as far as it was looked."""

    seal: Seal
    pieces: dict[Component, bytearray]
    damaged: frozenset[Damaged]

    def wipe(self) -> None:
        for piece in self.pieces.values():
            wipe(piece)


def opened(safe: Safe, tenant: Tenant, book: Book, sealed: Current, components: frozenset[Component]) -> Opened:
    """Only what the book has noted before may be asked for. Raises FielUnreadable when a piece opens in no copy.

    Every piece there is has to be of the seal that counts: those of an older one are never opened.
    """
    copies = _copies(safe, tenant, book)
    damaged = {which for which, copy in copies.items() if not whole(copy, sealed)}
    pieces: dict[Component, bytearray] = {}
    seal: Seal | None = None
    try:
        for component in (one for one in Component if one in components):
            for which, copy in copies.items():
                found = _piece(safe, tenant, sealed, component, copy.get(component))
                if found is None:
                    damaged.add(which)
                    continue
                seal = copy[component].seal
                if component in pieces:
                    wipe(found)
                else:
                    pieces[component] = found
        if seal is None or pieces.keys() != components:
            raise FielUnreadable
        if book.row is not None and _misdescribed(book.row, pieces.get(Component.METADATA)):
            damaged.add(Damaged.BASE)
    except BaseException:
        for piece in pieces.values():
            wipe(piece)
        raise
    return Opened(seal, pieces, frozenset(damaged))


def whole(copy: Copy, sealed: Current) -> bool:
    """Whether every piece is there and of that seal, as far as can be told without opening it."""
    return copy.keys() == WHOLE and all(_of(piece, sealed) for piece in copy.values())


def heal(safe: Safe, tenant: Tenant, book: Book, after: Head, sealed: Current, note: Note, *, said: bool) -> None:
    """Make both copies whole under the same seal, and have the operator told.

    `after` is the end of the book. That they are opened for it is noted first, unless this act has just `said` so.
    Raises FielUnreadable when there is no piece to make one from, and VaultUnavailable when another is at work on it.
    """
    if not _mendable(safe, tenant, book, sealed):
        raise FielUnreadable
    if not said:
        after = noted(safe, tenant, after, UseKind.USO, note, sealed, WHOLE).head
    with wiped(opened(safe, tenant, book, sealed, WHOLE)) as found:
        if found.damaged:
            _made_whole(safe, tenant, found, entry(safe, tenant, after, UseKind.CURACION, note, sealed, WHOLE))


@contextmanager
def wiped(found: Opened) -> Iterator[Opened]:
    try:
        yield found
    finally:
        found.wipe()


def told_healed(safe: Safe, tenant: Tenant, seal: Seal, damaged: Iterable[Damaged]) -> FielHealed:
    which = sorted(damaged)
    return FielHealed(tenant.id, seal.id, "ambas" if len(which) > 1 else which[0].value, safe.clock().isoformat())


def _copies(safe: Safe, tenant: Tenant, book: Book) -> dict[Damaged, Copy]:
    return {Damaged.CARPETA: safe.folders.read(tenant), Damaged.BASE: {} if book.row is None else book.row.pieces}


def _mendable(safe: Safe, tenant: Tenant, book: Book, sealed: Current) -> bool:
    pieces = [copy.items() for copy in _copies(safe, tenant, book).values()]
    return {component for copy in pieces for component, piece in copy if _of(piece, sealed)} == WHOLE


def _made_whole(safe: Safe, tenant: Tenant, found: Opened, healed: Use) -> None:
    """The entry fails where the book has gone on, and all with it: what another has kept since is not undone.

    The folder's is not under the seal's name, so that a death before the entry promotes nothing that is not told.
    """
    seal, beside, in_folder = found.seal, uuid4(), Damaged.CARPETA in found.damaged
    certificado, uploaded_at = metadata.loaded(found.pieces[Component.METADATA])
    row = Sealed(tenant.id, seal, certificado, uploaded_at, sealed_copy(safe, tenant.id, seal, found.pieces))
    if in_folder:
        safe.folders.draft(tenant, beside, sealed_copy(safe, tenant.id, seal, found.pieces))
    try:
        with safe.vault.transaction() as tx:
            tx.uses.append(healed)
            if Damaged.BASE in found.damaged:
                tx.credentials.put(row)
            tx.outbox.put(told_healed(safe, tenant, seal, found.damaged))
    except Exception:
        safe.folders.discard(tenant, beside)
        raise
    safe.anchors.put(tenant.id, healed.head)
    if in_folder:
        safe.folders.promote(tenant, beside)


def says(use: Use, sealed: Current, note: Note) -> bool:
    """Whether it is that this one opens all of that seal, for this."""
    who = note.actor
    by = (use.who, use.who_name, use.reason, use.origin) == (who.user, who.email, note.reason, note.origin)
    return by and (use.kind, use.seal_id, frozenset(use.components)) == (UseKind.USO, sealed.id, WHOLE)


def _piece(
    safe: Safe, tenant: Tenant, sealed: Current, component: Component, piece: SealedPiece | None
) -> bytearray | None:
    if piece is None or not _of(piece, sealed):
        return None
    try:
        return safe.sealer.open(tenant.id, piece.seal, component, piece)
    except FielUnreadable:
        return None


def _of(piece: SealedPiece, sealed: Current) -> bool:
    return (piece.seal.id, piece.seal.number) == (sealed.id, sealed.number)


def _misdescribed(row: Sealed, described: bytearray | None) -> bool:
    return described is not None and metadata.loaded(described) != (row.certificado, row.uploaded_at)
