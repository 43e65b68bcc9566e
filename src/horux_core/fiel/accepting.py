"""Accepting a book of use that its anchor does not know, as it is after an older database was restored."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from horux_core.fiel.chaining import Current, sound
from horux_core.fiel.errors import FielMissing, LedgerAltered, LedgerBroken, LedgerSound
from horux_core.fiel.finishing import ended_by, finished, held, ours
from horux_core.fiel.keeping import Book, Note, Safe, entry
from horux_core.fiel.model import EMPTY, Head, Receipt, UseKind
from horux_core.fiel.unsealing import reason_of
from horux_core.identity.model import Actor, Permission
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry

ACEPTADO = "fiel-libro-aceptado"
_NONE = Current(UUID(int=0), 0)
_STRANGE = "el recibo de su e.firma no es de esta bóveda"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was found, and whether the e.firma still opens; the client uploads it again where it does not."""

    found: str
    kept: bool


@dataclass(frozen=True, slots=True)
class AcceptBook:
    """Only a book whose every entry follows from the one before, though it may be cut; what was found is its next one.

    What it names as current is kept where the folder holds that very seal, or all outside the database was lost.
    Whatever else there is is destroyed: a later one may have taken its place, and been destroyed by the client.
    """

    safe: Safe
    registry: Registry
    destroy: Callable[[Actor, str, str | None], Receipt]

    def __call__(self, actor: Actor, reason: str, origin: str | None = None) -> Accepted:
        """Raises ActionForbidden, ReasonMissing, LedgerSound, LedgerAltered or VaultUnavailable."""
        actor.require(Permission.OPERATE)
        actor.require(Permission.OWN)
        reason = reason_of(reason)
        tenant = self.registry.get(actor.tenant)
        with held(self.safe, tenant) as book:
            found = self._found(tenant, book)
            kept = self._kept(tenant, book)
        if not kept:
            with suppress(FielMissing):
                self.destroy(actor, f"Libro aceptado: {found}", origin)
        note = Note.of(actor, f"Libro aceptado: {found}. {reason}", origin)
        with held(self.safe, tenant) as book:
            self._noted(tenant, book, note)
            still = kept and book.current is not None
        return Accepted(found, still)

    def _found(self, tenant: Tenant, book: Book) -> str:
        """What is wrong with the book, in words. Raises LedgerSound, LedgerAltered."""
        if book.sound:
            raise LedgerSound
        ends = f"llega hasta el asiento {book.head.seq}"
        try:
            anchor = self.safe.anchors.get(tenant.id)
        except LedgerBroken:
            self._require_whole(book, EMPTY)
            return f"{ends}; su ancla no es de esta bóveda"
        if anchor is None:
            # Where its key was lost for good the operator has taken the anchor away, which nobody else can.
            self._require_whole(book, book.head)
            return f"{ends}; no tiene ancla"
        self._require_whole(book, EMPTY)
        if sound(book.uses, anchor, self.safe.macs):
            return f"{ends}; {self._beside(tenant)}"
        return f"{ends}; su ancla dice {_told(anchor, book.head)}"

    def _beside(self, tenant: Tenant) -> str:
        """What else there is that a book which holds does not know."""
        try:
            receipt = self.safe.receipts.last(tenant.id)
        except LedgerBroken:
            return _STRANGE
        strange = receipt is not None and not ours(self.safe, tenant, receipt)
        return _STRANGE if strange else "hay una copia que el libro no nombra"

    def _require_whole(self, book: Book, vouched: Head) -> None:
        """Raises LedgerAltered when an entry does not follow, or is under no key that is held and not `vouched`."""
        if not sound(book.uses, vouched, self.safe.macs):
            raise LedgerAltered

    def _kept(self, tenant: Tenant, book: Book) -> bool:
        current, pieces = book.current, self.safe.folders.read(tenant)
        if current is None:
            return False
        try:
            if ended_by(self.safe, tenant, replace(book, sound=True)) is not None:
                return False
        except LedgerBroken:
            return False
        held_there = any(piece.seal.id == current.id for piece in pieces.values())
        return held_there or (not pieces and self._unanchored(tenant))

    def _unanchored(self, tenant: Tenant) -> bool:
        try:
            return self.safe.anchors.get(tenant.id) is None
        except LedgerBroken:
            return False

    def _noted(self, tenant: Tenant, book: Book, note: Note) -> None:
        of = book.current or _NONE
        use = entry(self.safe, tenant, book.head, UseKind.ACEPTACION, note, of, frozenset())
        told = {"motivo": note.reason, "asiento": use.seq}
        with self.safe.vault.transaction() as tx:
            tx.uses.append(use)
            tx.audit.record(note.deed(tenant.id, ACEPTADO, "POST", told))
        self.safe.anchors.put(tenant.id, use.head)
        finished(self.safe, tenant)


def _told(anchor: Head, head: Head) -> str:
    return f"otro asiento {anchor.seq}" if anchor.seq <= head.seq else str(anchor.seq)
