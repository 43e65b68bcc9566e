"""How a client's e.firma stands, for the operator: nothing is decrypted for it."""

from dataclasses import dataclass

from horux_core.fiel.model import FielStatus, Receipt, Use
from horux_core.fiel.ports import Vault
from horux_core.fiel.showing import status
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock
from horux_core.kernel.pages import Page
from horux_core.tenancy.listing import PAGE, live
from horux_core.tenancy.ports import Registry


@dataclass(frozen=True, slots=True)
class FielFile:
    """`status` is None where none is kept; `uses` are of the book of use, `receipts` of those that were destroyed."""

    status: FielStatus | None
    uses: Page[Use]
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class ShowClientFiel:
    """Raises TenantMissing or CursorMalformed."""

    registry: Registry
    vault: Vault
    clock: Clock

    def __call__(self, actor: Actor, rfc: str, cursor: str | None = None) -> FielFile:
        actor.require(Permission.OPERATE)
        tenant = live(self.registry, rfc).id
        stored = self.vault.stored(tenant)
        return FielFile(
            None if stored is None else status(stored, self.clock()),
            self.vault.uses(tenant, cursor, PAGE),
            self.vault.receipts(tenant, None, PAGE).items,
        )
