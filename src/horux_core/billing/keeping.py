"""Keeping what a subscription has become, with what follows from it in the same transaction."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from horux_core.billing.events import SubscriptionCancelled, SubscriptionPaused
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.billing.ports import LedgerTransaction
from horux_core.billing.standing import BillingPolicy, writable
from horux_core.kernel.ids import TenantId
from horux_core.kernel.importe import CERO
from horux_core.tenancy.listing import missing
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
            tx.outbox.put(SubscriptionCancelled(after.tenant, after.id))
        elif after.status is SubscriptionStatus.PAUSED:
            tx.outbox.put(SubscriptionPaused(after.tenant, after.id, expired))
    mirrored(tx, tenant, now, policy)


def mirrored(tx: LedgerTransaction, tenant: Tenant, now: datetime, policy: BillingPolicy) -> None:
    """`tenants.active` says whether the client writes; one that is being let go, or has left, does not."""
    active = writable(tx.subscriptions.live(tenant.id), now, policy)
    if tenant.state is TenantState.LIVE and tenant.active is not active:
        tx.tenants.save(replace(tenant, active=active))


def lock_live(tx: LedgerTransaction, tenant: TenantId) -> Tenant:
    """Raises TenantMissing for one that is being let go."""
    locked = tx.tenants.lock(tenant)
    if locked.state is not TenantState.LIVE:
        raise missing()
    return locked


def succeeding(
    old: Subscription | None, tenant: Tenant, now: datetime, policy: BillingPolicy, amount: Decimal = CERO
) -> Subscription:
    """The one that is not cancelled, else one more on the terms of the last, from nothing paid.

    Where what a cancelled one paid is honoured, the time that is left of it goes on.
    """
    if old is not None and old.status is not SubscriptionStatus.CANCELLED:
        return old
    frequency = Frequency.MONTHLY if old is None else old.frequency
    payer, due = (None, amount) if old is None else (old.payer_email, old.amount or amount)
    listed = old is not None and old.listed
    left = old is not None and writable(old, now, policy)
    start, end = (old.current_period_start, old.current_period_end) if old is not None and left else (None, None)
    return Subscription(
        uuid4(),
        tenant.id,
        tenant.plan,
        SubscriptionStatus.PENDING,
        due,
        frequency,
        payer,
        None,
        None,
        start,
        end,
        now,
        listed=listed,
    )


def put(tx: LedgerTransaction, old: Subscription | None, now: Subscription) -> None:
    if old is None or old.id != now.id:
        tx.subscriptions.add(now)
    elif now != old:
        tx.subscriptions.save(now)
