"""Seeing what a client pays."""

from dataclasses import dataclass

from horux_core.billing.errors import SubscriptionMissing
from horux_core.billing.model import Subscription
from horux_core.billing.ports import Subscriptions
from horux_core.identity.model import Actor, Permission
from horux_core.tenancy.listing import live
from horux_core.tenancy.ports import Registry


@dataclass(frozen=True, slots=True)
class ShowSubscription:
    """The subscription of a client, for the operator. Raises TenantMissing or SubscriptionMissing."""

    registry: Registry
    subscriptions: Subscriptions

    def __call__(self, actor: Actor, rfc: str) -> Subscription:
        actor.require(Permission.OPERATE)
        found = self.subscriptions.live(live(self.registry, rfc).id)
        if found is None:
            raise SubscriptionMissing("La empresa no tiene suscripción. Crea una con su liga de pago.")
        return found
