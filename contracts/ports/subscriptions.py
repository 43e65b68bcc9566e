"""What every Subscriptions promises; a subclass brings `subscriptions`, and two clients: `tenant` and `other`."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from contracts.clients import NOW, a_subscription
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.ports import Subscriptions
from horux_core.kernel.ids import TenantId


class SubscriptionsContract:
    def test_gives_back_what_it_keeps(self, subscriptions: Subscriptions, tenant: TenantId, other: TenantId) -> None:
        kept = replace(a_subscription(tenant), current_period_start=NOW, current_period_end=NOW + timedelta(days=31))
        subscriptions.open(kept)
        assert subscriptions.live(tenant) == kept
        assert subscriptions.live(other) is None

    def test_the_same_again_replaces_it(self, subscriptions: Subscriptions, tenant: TenantId) -> None:
        first = a_subscription(tenant)
        subscriptions.open(first)
        changed = replace(first.linked("acuerdo-1", "https://pagos.invalid/1"), amount=Decimal("99.90"))
        subscriptions.open(changed)
        assert subscriptions.live(tenant) == changed

    def test_the_newest_that_is_not_cancelled_counts(self, subscriptions: Subscriptions, tenant: TenantId) -> None:
        cancelled = SubscriptionStatus.CANCELLED
        old = a_subscription(tenant, status=cancelled)
        new = a_subscription(tenant, status=cancelled, created_at=NOW + timedelta(days=2))
        subscriptions.open(new)
        subscriptions.open(old)
        assert subscriptions.live(tenant) == new
        standing = a_subscription(tenant, created_at=NOW + timedelta(days=1))
        subscriptions.open(standing)
        assert subscriptions.live(tenant) == standing

    def test_cancels_all_of_one_client(self, subscriptions: Subscriptions, tenant: TenantId, other: TenantId) -> None:
        mine, theirs = a_subscription(tenant), a_subscription(other)
        subscriptions.open(mine)
        subscriptions.open(theirs)
        for _ in range(2):
            subscriptions.cancel(tenant)
        assert subscriptions.live(tenant) == mine.cancelled()
        assert subscriptions.live(other) == theirs

    def test_removes_all_of_one_client(self, subscriptions: Subscriptions, tenant: TenantId, other: TenantId) -> None:
        theirs = a_subscription(other)
        subscriptions.open(a_subscription(tenant))
        subscriptions.open(theirs)
        for _ in range(2):
            subscriptions.remove(tenant)
        assert subscriptions.live(tenant) is None
        assert subscriptions.live(other) == theirs
