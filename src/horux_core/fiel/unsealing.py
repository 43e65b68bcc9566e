"""Opening an e.firma for one use, which the client can read about in its book of use."""

from dataclasses import dataclass

from horux_core.fiel import metadata
from horux_core.fiel.errors import ReasonMissing
from horux_core.fiel.finishing import held
from horux_core.fiel.keeping import Book, Note, Safe, noted
from horux_core.fiel.model import WHOLE, Component, Fiel, UseKind, wipe
from horux_core.fiel.opening import Opened, heal, opened
from horux_core.fiel.padding import cut
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.listing import missing
from horux_core.tenancy.model import Tenant, TenantState
from horux_core.tenancy.ports import Registry

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class UnsealFiel:
    """Write down who opens it and why, anchor that, and only then decrypt what was asked for. A bad copy is healed."""

    safe: Safe
    registry: Registry

    def __call__(
        self,
        actor: Actor,
        reason: str,
        components: frozenset[Component] = WHOLE,
        origin: str | None = None,
    ) -> Fiel:
        """To be used in a `with`, which wipes it. `origin`: the command, else the request.

        Raises ActionForbidden, TenantMissing, ReasonMissing, FielMissing, LedgerBroken, FielUnreadable or
        VaultUnavailable.
        """
        actor.require(Permission.OWN)
        note = Note.of(actor, reason_of(reason), origin)
        tenant = self.registry.get(actor.tenant)
        asked = components | {Component.METADATA}
        with held(self.safe, tenant) as book:
            require_live(self.registry, tenant.id)
            found = opened_for_use(self.safe, tenant, book, note, asked)
        certificado, _ = metadata.loaded(found.pieces[Component.METADATA])
        wipe(found.pieces[Component.METADATA])
        certificate, private_key, password = (
            found.pieces.get(component, bytearray())
            for component in (Component.CERTIFICATE, Component.PRIVATE_KEY, Component.PASSWORD)
        )
        if password:
            cut(password)
        return Fiel(certificado, certificate, private_key, password)


def require_live(registry: Registry, tenant: TenantId) -> None:
    """Asked while it is held: nothing is done any more for a client that is being let go. Raises TenantMissing."""
    if registry.get(tenant).state is not TenantState.LIVE:
        raise missing()


def opened_for_use(safe: Safe, tenant: Tenant, book: Book, note: Note, asked: frozenset[Component]) -> Opened:
    """Noted first; and where a copy turns out damaged, healed. Raises as `UnsealFiel`."""
    sealed = book.require_current()
    use = noted(safe, tenant, book.head, UseKind.USO, note, sealed, asked)
    found = opened(safe, tenant, book, sealed, asked)
    if found.damaged:
        try:
            heal(safe, tenant, book, use.head, sealed, note, said=asked == WHOLE)
        except BaseException:
            found.wipe()
            raise
    return found


def reason_of(text: str) -> str:
    """One line that says why. Raises ReasonMissing."""
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise ReasonMissing
    return reason
