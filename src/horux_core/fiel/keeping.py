"""What every act on a client's e.firma has in common: the book it is written in, and the two copies it keeps.

An act holds the client first (`Vault.hold`), finishes what a crash left, and reads the book. What is sealed anew is
written beside the folder that counts, decided by one central transaction, and only then put in the folder's place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from horux_core.audit.model import Deed, legible
from horux_core.fiel import metadata
from horux_core.fiel.chaining import Current, chained, current, sound
from horux_core.fiel.errors import FielMissing, LedgerBroken, VaultUnavailable
from horux_core.fiel.model import (
    EMPTY,
    WHOLE,
    Component,
    Copy,
    Head,
    Seal,
    Sealed,
    Use,
    UseKind,
)
from horux_core.fiel.ports import (
    Anchors,
    EntryMacs,
    PlainFolders,
    Receipts,
    ReceiptSigner,
    SealedFolders,
    Sealer,
    Vault,
    VaultTransaction,
)
from horux_core.identity.deeds import deed
from horux_core.identity.model import Actor
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.model import Tenant

Plain = Mapping[Component, bytes | bytearray]
Components = frozenset[Component]
ABIERTA = "fiel-abierta"
_COMMAND = "horux "


@dataclass(frozen=True, slots=True)
class Safe:
    """All that keeps e.firmas: both copies, the book, its anchor, the receipts, the keys, and what is open by hand."""

    vault: Vault
    folders: SealedFolders
    anchors: Anchors
    receipts: Receipts
    plain: PlainFolders
    sealer: Sealer
    signer: ReceiptSigner
    macs: EntryMacs
    clock: Clock


@dataclass(frozen=True, slots=True)
class Note:
    """Who does something with an e.firma, why, and by which request or command."""

    actor: Actor
    reason: str
    origin: str
    by_hand: bool

    @staticmethod
    def of(actor: Actor, reason: str, origin: str | None = None) -> "Note":
        """`origin`: a duty, or the command that somebody gave at the machine; else it is the request."""
        return Note(actor, reason, legible(origin or actor.request_id), (origin or "").startswith(_COMMAND))

    def deed(self, tenant: TenantId, action: str, method: str, detail: Mapping[str, object]) -> Deed:
        """What the audit trail keeps of it, with the command in the place of the request's."""
        how, where = ("CLI", self.origin) if self.by_hand else (method, "/api/fiel")
        return deed(self.actor, tenant, action, how, where, detail)


@dataclass(frozen=True, slots=True)
class Book:
    """A client's book of use as it stands, and the central copy beside it. `anchor` is None also when not ours."""

    uses: tuple[Use, ...]
    anchor: Head | None
    sound: bool
    row: Sealed | None

    @property
    def head(self) -> Head:
        """Its last entry."""
        return self.uses[-1].head if self.uses else EMPTY

    @property
    def current(self) -> Current | None:
        return current(self.uses)

    def require_sound(self) -> None:
        """Raises LedgerBroken."""
        if not self.sound:
            raise LedgerBroken

    def require_current(self) -> Current:
        """The seal that counts. Raises LedgerBroken, FielMissing."""
        self.require_sound()
        if self.current is None:
            raise FielMissing
        return self.current


def book_of(safe: Safe, tenant: TenantId, *, anchored: bool = True) -> Book:
    """Raises VaultUnavailable, but not for an anchor where it need not be `anchored`."""
    anchor, trusted = _anchor(safe, tenant, (LedgerBroken,) if anchored else (LedgerBroken, VaultUnavailable))
    with safe.vault.transaction() as tx:
        uses, row = tx.uses.all(tenant), tx.credentials.get(tenant)
    whole = trusted and sound(uses, anchor, safe.macs) and (row is None or bool(uses))
    return Book(uses, anchor, whole, row)


def _anchor(safe: Safe, tenant: TenantId, broken: tuple[type[HoruxError], ...]) -> tuple[Head | None, bool]:
    try:
        return safe.anchors.get(tenant), True
    except broken:
        return None, False


def entry(safe: Safe, tenant: Tenant, after: Head, kind: UseKind, note: Note, of: Current, what: Components) -> Use:
    """The entry that comes after that one."""
    written = Use(
        tenant.id,
        after.seq + 1,
        safe.clock(),
        kind,
        note.actor.user,
        note.actor.email,
        note.reason,
        tuple(component for component in Component if component in what),
        note.origin,
        of.id,
        after.hash,
        "",
        "",
        "",
    )
    return chained(written, safe.macs)


def noted(safe: Safe, tenant: Tenant, after: Head, kind: UseKind, note: Note, of: Current, what: Components) -> Use:
    """The entry is in the book and anchored when this returns: only then may anything be decrypted.

    What is opened by hand is in the audit trail too.
    """
    use = entry(safe, tenant, after, kind, note, of, what)
    told = {"motivo": use.reason, "asiento": use.seq, "componentes": ", ".join(use.components), "sello": of.id}
    with safe.vault.transaction() as tx:
        tx.uses.append(use)
        if note.by_hand:
            tx.audit.record(note.deed(tenant.id, ABIERTA, "POST", told))
    safe.anchors.put(tenant.id, use.head)
    return use


def sealed_copy(safe: Safe, tenant: TenantId, seal: Seal, plain: Plain) -> Copy:
    return {component: safe.sealer.seal(tenant, seal, component, plain[component]) for component in Component}


def sealed_anew(
    safe: Safe,
    tenant: Tenant,
    after: Head,
    kind: UseKind,
    note: Note,
    plain: Plain,
    also: Callable[[VaultTransaction, Seal], None],
) -> Sealed:
    """Both copies hold it under a new seal when this returns, or both the former; `also` is kept with it.

    What it raises may come before or after it was decided: whoever holds the client next finishes it.
    """
    seal = Seal(uuid4(), after.seq + 1, safe.sealer.version)
    certificado, uploaded_at = metadata.loaded(bytes(plain[Component.METADATA]))
    row = Sealed(tenant.id, seal, certificado, uploaded_at, sealed_copy(safe, tenant.id, seal, plain))
    use = entry(safe, tenant, after, kind, note, Current(seal.id, seal.number), WHOLE)
    safe.folders.draft(tenant, seal.id, sealed_copy(safe, tenant.id, seal, plain))
    with safe.vault.transaction() as tx:
        tx.uses.append(use)
        tx.credentials.put(row)
        also(tx, seal)
    safe.anchors.put(tenant.id, use.head)
    safe.folders.promote(tenant, seal.id)
    return row
