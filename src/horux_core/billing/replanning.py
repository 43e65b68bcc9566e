"""A client was put on another plan: what it pays is agreed with a payer, and does not follow by itself."""

from dataclasses import dataclass, replace

from horux_core.billing.model import SubscriptionStatus, Unmatched
from horux_core.billing.ports import Ledger, Prices
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import EventId
from horux_core.tenancy.events import PlanChanged

PLAN, ANOTHER_PRICE = "plan", "plan-a-otro-precio"


@dataclass(frozen=True, slots=True)
class FollowPlan:
    """Name the plan on the subscription that stands; one that costs otherwise is put aside for an admin."""

    ledger: Ledger
    prices: Prices
    clock: Clock

    def __call__(self, event: PlanChanged, _ident: EventId) -> None:
        with self.ledger.transaction() as tx:
            tenant = tx.tenants.lock(event.tenant)
            standing = tx.subscriptions.live(tenant.id)
            if standing is None or standing.status is SubscriptionStatus.CANCELLED or standing.plan is tenant.plan:
                return
            tx.subscriptions.save(replace(standing, plan=tenant.plan))
            if self.prices.of(tenant.plan).per(standing.frequency) not in (None, standing.amount):
                tx.aside.put(Unmatched(PLAN, str(standing.id), ANOTHER_PRICE, self.clock()))
