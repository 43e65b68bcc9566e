"""What every Entitlements promises; a subclass brings `entitlements`, `registry` and `subscriptions` over one store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.clients import NOW, a_subscription, a_tenant
from contracts.ports.registry import kept as keep
from contracts.ports.standings import within_a_second
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.ports import Subscriptions
from horux_core.kernel.ids import TenantId
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.errors import TenantGone
from horux_core.plans.model import ILIMITADO, Plan
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.model import Tenant, TenantState
from horux_core.tenancy.ports import Registry


def kept(registry: Registry, tenant: Tenant) -> Tenant:
    keep(registry, tenant)
    return tenant


def changed(registry: Registry, tenant: Tenant, change: Callable[[Tenant], Tenant]) -> None:
    with registry.transaction() as tx:
        tx.tenants.save(change(tx.tenants.lock(tenant.id)))


class EntitlementsContract:
    def test_gives_what_the_plan_has(self, entitlements: Entitlements, registry: Registry) -> None:
        tenant = kept(registry, a_tenant())
        terms, found = CATALOGUE[Plan.BUSINESS], entitlements.of(tenant.id)
        assert (found.plan, found.features) == (Plan.BUSINESS, terms.features)
        assert (found.cfdi_limit, found.users_limit) == (terms.cfdi_limit, terms.users_limit)

    def test_a_limit_of_its_own_stands_before_the_plan_s(self, entitlements: Entitlements, registry: Registry) -> None:
        tenant = kept(registry, a_tenant().with_cfdi_limit(0).with_users_limit(ILIMITADO))
        found = entitlements.of(tenant.id)
        assert (found.cfdi_limit, found.users_limit) == (0, ILIMITADO)

    @pytest.mark.parametrize("tenant", [TenantId(uuid4()), None])
    def test_knows_none_but_live_tenants(
        self, entitlements: Entitlements, registry: Registry, tenant: TenantId | None
    ) -> None:
        asked = tenant or kept(registry, a_tenant(state=TenantState.PROVISIONING)).id
        with pytest.raises(TenantGone):
            entitlements.of(asked)

    @pytest.mark.parametrize(
        ("statuses", "writable"),
        [
            ((), False),
            ((SubscriptionStatus.PENDING,), True),
            ((SubscriptionStatus.AUTHORIZED,), True),
            ((SubscriptionStatus.PAUSED,), False),
            ((SubscriptionStatus.CANCELLED,), False),
            ((SubscriptionStatus.AUTHORIZED, SubscriptionStatus.CANCELLED), True),
        ],
    )
    def test_writes_while_a_subscription_stands(
        self,
        entitlements: Entitlements,
        registry: Registry,
        subscriptions: Subscriptions,
        statuses: tuple[SubscriptionStatus, ...],
        writable: bool,
    ) -> None:
        tenant, other = kept(registry, a_tenant()), kept(registry, a_tenant("TPR840604D98"))
        for n, status in enumerate(statuses):
            subscriptions.open(a_subscription(tenant.id, status=status, created_at=NOW + timedelta(minutes=n)))
        assert entitlements.of(tenant.id).writable is writable
        assert not entitlements.of(other.id).writable

    def test_forgets_within_a_second_what_changed(
        self, entitlements: Entitlements, registry: Registry, subscriptions: Subscriptions
    ) -> None:
        tenant = kept(registry, a_tenant())
        assert not entitlements.of(tenant.id).writable
        subscriptions.open(a_subscription(tenant.id))
        assert within_a_second(lambda: entitlements.of(tenant.id).writable)
        subscriptions.cancel(tenant.id)
        assert within_a_second(lambda: not entitlements.of(tenant.id).writable)
        changed(registry, tenant, lambda now: now.on_plan(Plan.STARTER))
        assert within_a_second(lambda: entitlements.of(tenant.id).plan is Plan.STARTER)

    def test_forgets_within_a_second_who_left(self, entitlements: Entitlements, registry: Registry) -> None:
        tenant = kept(registry, a_tenant())
        entitlements.of(tenant.id)
        changed(registry, tenant, lambda now: replace(now, state=TenantState.DEPROVISIONING))

        def unknown() -> bool:
            try:
                entitlements.of(tenant.id)
            except TenantGone:
                return True
            return False

        assert within_a_second(unknown)
