"""What a client sees of what it pays for."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.clients import NOW, a_subscription
from horux_adapters.memory.billing import MemorySubscriptions
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.identity import MemoryDirectory
from horux_core.billing.account import ShowAccount
from horux_core.billing.model import BankAccount, Subscription, SubscriptionStatus
from horux_core.billing.standing import BillingPolicy
from horux_core.identity.errors import NoTenant
from horux_core.identity.model import Actor, Membership, Role, User
from horux_core.kernel.ids import SessionId, TenantId, UserId

TENANT = TenantId(uuid4())
BANK = BankAccount("Horux Finanzas SA de CV", "Banco de Muestra", "002010077777777771")


def actor(role: Role | None = Role.VISOR) -> Actor:
    return Actor(UserId(uuid4()), "vera@cascabel.mx", role is None, SessionId(uuid4()), TENANT if role else None, role)


def account(subscription: Subscription | None) -> ShowAccount:
    control = MemoryDatabase(lambda: NOW)
    directory = MemoryDirectory(control)
    with control.transaction() as tables:
        if subscription is not None:
            tables["subscriptions"][subscription.id] = subscription
    with directory.transaction() as tx:
        user = User(UserId(uuid4()), "ana@cascabel.mx", "Ana", False, None, True, None, True, NOW)
        tx.users.add(user)
        tx.memberships.add(Membership(user.id, TENANT, Role.OWNER))
    return ShowAccount(MemorySubscriptions(control), directory, BANK, BillingPolicy(10), lambda: NOW)


def paid_until(days: int) -> Subscription:
    end = NOW + timedelta(days=days)
    return replace(
        a_subscription(TENANT), status=SubscriptionStatus.AUTHORIZED, current_period_start=end - timedelta(days=30),
        current_period_end=end,
    )  # fmt: skip


def test_tells_anybody_of_the_client_how_it_stands() -> None:
    shown = account(paid_until(5))(actor())
    assert (shown.people, shown.bank, shown.grace_days, shown.overdue) == (1, BANK, 10, False)
    assert shown.reads_only_at == NOW + timedelta(days=15)
    assert account(paid_until(-3))(actor()).overdue


def test_a_client_that_never_subscribed_is_shown_so() -> None:
    shown = account(None)(actor(Role.OWNER))
    assert (shown.subscription, shown.reads_only_at, shown.overdue) == (None, None, False)


def test_staff_that_looks_into_nobody_sees_no_account() -> None:
    with pytest.raises(NoTenant):
        account(None)(actor(None))
