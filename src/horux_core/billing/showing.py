"""Seeing what a client pays and paid."""

from dataclasses import dataclass

from horux_core.billing.errors import SubscriptionMissing
from horux_core.billing.model import Payment, Subscription, Unmatched
from horux_core.billing.ports import Ledger, Subscriptions
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page
from horux_core.tenancy.listing import LONGEST_PAGE, PAGE, live
from horux_core.tenancy.ports import Registry


@dataclass(frozen=True, slots=True)
class ShowSubscription:
    """The subscription of a client: the operator names it, whoever is in its books sees their own.

    Raises TenantMissing or SubscriptionMissing.
    """

    registry: Registry
    subscriptions: Subscriptions

    def __call__(self, actor: Actor, rfc: str | None = None) -> Subscription:
        found = self.subscriptions.live(_tenant(self.registry, actor, rfc))
        if found is None:
            raise SubscriptionMissing("La empresa no tiene suscripción. Crea una con su liga de pago.")
        return found


@dataclass(frozen=True, slots=True)
class ListPayments:
    """What a client paid, last first, for the same as ShowSubscription. Raises TenantMissing or CursorMalformed."""

    registry: Registry
    ledger: Ledger

    def __call__(
        self, actor: Actor, rfc: str | None = None, cursor: str | None = None, limit: int = PAGE
    ) -> Page[Payment]:
        tenant = _tenant(self.registry, actor, rfc)
        return self.ledger.page(tenant, cursor, max(1, min(limit, LONGEST_PAGE)))


@dataclass(frozen=True, slots=True)
class ListUnmatched:
    """News of the provider's that an admin has to look at, last first. Raises CursorMalformed."""

    ledger: Ledger

    def __call__(self, actor: Actor, cursor: str | None = None, limit: int = PAGE) -> Page[Unmatched]:
        actor.require(Permission.OPERATE)
        return self.ledger.unmatched(cursor, max(1, min(limit, LONGEST_PAGE)))


def _tenant(registry: Registry, actor: Actor, rfc: str | None) -> TenantId:
    if rfc is None:
        actor.require(Permission.READ_BOOKS)
        return actor.tenant
    actor.require(Permission.OPERATE)
    return live(registry, rfc).id
