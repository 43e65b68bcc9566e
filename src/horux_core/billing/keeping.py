"""Keeping what a subscription has become, with what follows from it in the same transaction."""

from dataclasses import replace
from datetime import datetime

from horux_core.billing.events import SubscriptionCancelled, SubscriptionPaused
from horux_core.billing.model import Subscription, SubscriptionStatus
from horux_core.billing.ports import LedgerTransaction
from horux_core.billing.standing import BillingPolicy, writable
from horux_core.tenancy.model import Tenant, TenantState


def kept(
    tx: LedgerTransaction,
    tenant: Tenant,
    before: Subscription,
    after: Subscription,
    now: datetime,
    policy: BillingPolicy,
    *,
    expired: bool = False,
) -> None:
    """`tenant` is locked. Whoever has to hear of a change hears of it once; the registry mirrors what it may do."""
    if after != before:
        tx.subscriptions.save(after)
    if after.status is not before.status:
        if after.status is SubscriptionStatus.CANCELLED:
            tx.outbox.put(SubscriptionCancelled(after.tenant, after.id, asked=False))
        elif after.status is SubscriptionStatus.PAUSED:
            tx.outbox.put(SubscriptionPaused(after.tenant, after.id, expired))
    mirrored(tx, tenant, now, policy)


def mirrored(tx: LedgerTransaction, tenant: Tenant, now: datetime, policy: BillingPolicy) -> None:
    """`tenants.active` says whether the client writes; one that is being let go, or has left, does not."""
    active = writable(tx.subscriptions.live(tenant.id), now, policy)
    if tenant.state is TenantState.LIVE and tenant.active is not active:
        tx.tenants.save(replace(tenant, active=active))
