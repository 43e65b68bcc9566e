from dataclasses import dataclass

from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.billing.model import Subscription, SubscriptionStatus
from horux_core.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class MemorySubscriptions:
    control: MemoryDatabase

    def open(self, subscription: Subscription) -> None:
        with self.control.transaction() as tables:
            tables["subscriptions"][subscription.id] = subscription

    def live(self, tenant: TenantId) -> Subscription | None:
        with self.control.transaction() as tables:
            return live(tables, tenant)

    def cancel(self, tenant: TenantId) -> None:
        with self.control.transaction() as tables:
            for subscription in subscriptions_of(tables, tenant):
                tables["subscriptions"][subscription.id] = subscription.cancelled()

    def remove(self, tenant: TenantId) -> None:
        with self.control.transaction() as tables:
            for subscription in subscriptions_of(tables, tenant):
                del tables["subscriptions"][subscription.id]


def live(tables: Tables, tenant: TenantId) -> Subscription | None:
    own = subscriptions_of(tables, tenant)
    standing = [s for s in own if s.status is not SubscriptionStatus.CANCELLED]
    return max(standing or own, key=lambda subscription: subscription.created_at, default=None)


def subscriptions_of(tables: Tables, tenant: TenantId) -> list[Subscription]:
    return [subscription for subscription in tables["subscriptions"].values() if subscription.tenant == tenant]
