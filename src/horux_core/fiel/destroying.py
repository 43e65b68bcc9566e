"""Destroying an e.firma: no copy is left anywhere, and a signed receipt says so."""

from dataclasses import dataclass
from uuid import UUID

from horux_core.fiel import receipts
from horux_core.fiel.chaining import numero_certificado
from horux_core.fiel.errors import FielMissing
from horux_core.fiel.finishing import copies, destroy, held
from horux_core.fiel.keeping import Book, Note, Safe
from horux_core.fiel.model import Destruction, Receipt
from horux_core.fiel.unsealing import reason_of
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry

POR_SU_DUENO = "Eliminada por su dueño"
POR_EL_OPERADOR = "Eliminada por el operador"
POR_BAJA = "Baja de la empresa"
_UNKNOWN = UUID(int=0)


@dataclass(frozen=True, slots=True)
class DestroyFiel:
    """The client may always do it: with a broken book of use, without the key of its anchor, with unreadable copies,
    without a subscription.

    What was decrypted by hand goes with it.
    """

    safe: Safe
    registry: Registry

    def __call__(self, actor: Actor, reason: str | None = None, origin: str | None = None) -> Receipt:
        """Raises ActionForbidden, ReauthenticationRequired, ReasonMissing, FielMissing, VaultUnavailable."""
        actor.require(Permission.OWN)
        actor.require_fresh()
        if reason is None:
            reason = POR_EL_OPERADOR if actor.viewing else POR_SU_DUENO
        note = Note.of(actor, reason_of(reason), origin)
        tenant = self.registry.get(actor.tenant)
        with held(self.safe, tenant, anchored=False) as book:
            receipt = self._receipt(tenant, book, note)
            self.safe.receipts.put(receipt)
            destroy(self.safe, tenant, book, receipt, note)
        return receipt

    def _receipt(self, tenant: Tenant, book: Book, note: Note) -> Receipt:
        done = Destruction(
            self._seal(tenant, book),
            self._number(tenant, book),
            tenant.id,
            str(tenant.rfc),
            numero_certificado(book.uses, book.anchor) if book.sound and book.anchor else "",
            self.safe.clock(),
            note.actor.email,
            note.reason,
        )
        return Receipt(done, self.safe.signer.sign(receipts.body(done)))

    def _seal(self, tenant: Tenant, book: Book) -> UUID:
        """As a sound book names it, else as the copies do; of a folder that cannot be made out, none that there is."""
        named = [piece.seal.id for piece in self.safe.folders.read(tenant).values()]
        if book.row is not None:
            named.append(book.row.seal.id)
        if book.current is not None:
            named.insert(0 if book.sound else len(named), book.current.id)
        if not named and tenant.id not in self.safe.folders.owners():
            raise FielMissing
        return named[0] if named else _UNKNOWN

    def _number(self, tenant: Tenant, book: Book) -> int:
        """Above all there was: the book may have been cut, or be an older one than the receipts."""
        kept = {seal.number for seal in copies(self.safe, tenant, book)}
        anchored = {book.anchor.seq} if book.anchor else set()
        return max({book.head.seq, self.safe.receipts.highest(tenant.id)} | kept | anchored) + 1


@dataclass(frozen=True, slots=True)
class DestroyOnDeparture:
    """What letting a client go asks of the vault."""

    destroy_fiel: DestroyFiel

    def destroy(self, tenant: TenantId) -> bool:
        try:
            self.destroy_fiel(Actor.system(tenant), POR_BAJA, "baja")
        except (FielMissing, TenantMissing):
            return False
        return True
