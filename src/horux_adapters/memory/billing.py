from dataclasses import dataclass, field
from uuid import UUID

from horux_adapters.memory.database import MemoryDatabase
from horux_core.billing.model import Subscription, SubscriptionStatus
from horux_core.billing.ports import PaymentLink
from horux_core.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class MemorySubscriptions:
    control: MemoryDatabase

    def open(self, subscription: Subscription) -> None:
        with self.control.transaction() as tables:
            tables["subscriptions"][subscription.id] = subscription

    def live(self, tenant: TenantId) -> Subscription | None:
        own = self._of(tenant)
        standing = [s for s in own if s.status is not SubscriptionStatus.CANCELLED]
        return max(standing or own, key=lambda subscription: subscription.created_at, default=None)

    def cancel(self, tenant: TenantId) -> None:
        with self.control.transaction() as tables:
            for subscription in self._of(tenant):
                tables["subscriptions"][subscription.id] = subscription.cancelled()

    def remove(self, tenant: TenantId) -> None:
        with self.control.transaction() as tables:
            for subscription in self._of(tenant):
                del tables["subscriptions"][subscription.id]

    def _of(self, tenant: TenantId) -> list[Subscription]:
        with self.control.transaction() as tables:
            return [subscription for subscription in tables["subscriptions"].values() if subscription.tenant == tenant]


@dataclass(frozen=True, slots=True)
class MemoryPaymentLinks:
    """A provider that makes links nobody can pay: `standing` and `ended` hold its agreements by subscription."""

    standing: dict[UUID, PaymentLink] = field(default_factory=dict)
    ended: set[UUID] = field(default_factory=set)

    def create(self, subscription: Subscription) -> PaymentLink | None:
        link = PaymentLink(f"https://pagos.invalid/{subscription.id}", f"acuerdo-{subscription.id.hex}")
        return self.standing.setdefault(subscription.id, link)

    def cancel(self, subscription: Subscription) -> None:
        if self.standing.pop(subscription.id, None) is not None:
            self.ended.add(subscription.id)
