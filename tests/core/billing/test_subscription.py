from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.clients import NOW, a_subscription
from horux_core.billing.model import SubscriptionStatus
from horux_core.kernel.ids import TenantId

SUBSCRIPTION = replace(a_subscription(TenantId(uuid4())), current_period_end=NOW)


@pytest.mark.parametrize("status", SubscriptionStatus)
def test_only_a_standing_agreement_is_charged_and_can_be_overdue(status: SubscriptionStatus) -> None:
    subscription = replace(SUBSCRIPTION, status=status)
    standing = status is SubscriptionStatus.AUTHORIZED
    assert subscription.next_billing_date == (NOW if standing else None)
    assert subscription.overdue(NOW + timedelta(seconds=1)) is standing
    assert not subscription.overdue(NOW)


@pytest.mark.parametrize("status", SubscriptionStatus)
def test_a_card_that_is_not_charged_within_a_day_is_overdue_too(status: SubscriptionStatus) -> None:
    entered = replace(SUBSCRIPTION, status=status, current_period_end=None, entered_at=NOW)
    assert not entered.overdue(NOW + timedelta(days=1))
    assert entered.overdue(NOW + timedelta(days=1, seconds=1)) is (status is SubscriptionStatus.AUTHORIZED)
    assert not replace(entered, entered_at=None).overdue(NOW + timedelta(days=9))


@pytest.mark.parametrize(
    ("amount", "payer", "asks"), [("0.00", "a@b.mx", False), ("0.01", None, False), ("0.01", "a@b.mx", True)]
)
def test_a_link_needs_a_price_and_a_payer(amount: str, payer: str | None, asks: bool) -> None:
    assert a_subscription(TenantId(uuid4()), amount, payer).asks_for_link is asks
