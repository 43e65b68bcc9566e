"""The provider's own story, told by its stand-in and taken in by the real gateway: what it shows is what we keep."""

from datetime import timedelta
from decimal import Decimal

import pytest

from horux_adapters.mercadopago.gateway import MercadoPagoPaymentGateway
from horux_core.billing.events import (
    PaymentFailed,
    PaymentReceived,
    SubscriptionCancelled,
    SubscriptionPaused,
)
from horux_core.billing.model import PaymentStatus, SubscriptionStatus
from horux_core.billing.renewing import ExpirePeriods, ReconcilePayments
from horux_core.billing.settling import Settle, Topic
from tests.adapters.mercadopago.standin import Standin
from tests.core.billing.world import PRICE, World

TOPICS = {
    "payment": Topic.PAYMENT,
    "subscription_preapproval": Topic.AGREEMENT,
    "subscription_authorized_payment": Topic.CHARGE,
}


class Story(World):
    """The client's books over memory, the provider's over the wire."""

    def __init__(self, provider: Standin, gateway: MercadoPagoPaymentGateway) -> None:
        super().__init__()
        self.provider, self.wire = provider, gateway
        self.settle = Settle(self.ledger, gateway, self.clock, self.policy)
        self.reconcile = ReconcilePayments(self.ledger, gateway, self.settle)
        self.expire = ExpirePeriods(self.ledger, gateway, self.reconcile, self.clock, self.policy)
        made = gateway.open(self.subscription, "Horux360")
        assert made is not None
        with self.ledger.transaction() as tx:
            tx.subscriptions.save(self.subscription.linked(made.reference, made.url))
        self.reference = made.reference

    def noticed(self, *, backwards: bool = False, times: int = 1) -> None:
        """Every notice the provider has given so far."""
        given = [(TOPICS[event["topic"]], event["id"]) for event in self.provider.shows()["events"]] * times
        self.hear(reversed(given) if backwards else given)


@pytest.fixture
def story(provider: Standin, gateway: MercadoPagoPaymentGateway) -> Story:
    return Story(provider, gateway)


@pytest.mark.parametrize("backwards", [False, True])
def test_pays_renews_and_ends(story: Story, provider: Standin, backwards: bool) -> None:
    provider.approve(story.reference)
    story.noticed(backwards=backwards, times=3)
    assert (story.status(), story.writes) == (SubscriptionStatus.AUTHORIZED, True)
    (payment,) = story.payments().values()
    assert (payment.amount, payment.status, payment.flaw) == (PRICE, PaymentStatus.APPROVED, None)
    first = story.subscription.current_period_end
    provider.tell("advance", days=32)
    story.noticed(backwards=backwards, times=2)
    second = story.subscription.current_period_end
    assert first is not None
    assert second is not None
    assert timedelta(days=28) <= second - first <= timedelta(days=33)
    assert len(story.payments()) == 2
    provider.tell("payer", preapproval_id=story.reference, do="cancel")
    story.noticed(backwards=backwards, times=2)
    assert (story.status(), story.writes, story.active) == (SubscriptionStatus.CANCELLED, False, False)
    assert story.oddities() == {}
    assert [type(event) for event in story.events()] == [PaymentReceived, PaymentReceived, SubscriptionCancelled]


@pytest.mark.parametrize("rule", ["pause", "cancel_after_3"])
def test_refused_until_it_is_given_up_on(story: Story, provider: Standin, rule: str) -> None:
    provider.tell("set", exhausted=rule)
    provider.approve(story.reference)
    story.noticed()
    story.events()
    provider.tell("card", preapproval_id=story.reference, status="rejected", status_detail="cc_rejected_high_risk")
    provider.tell("advance", days=33)
    story.noticed()
    assert (story.status(), story.writes) == (SubscriptionStatus.AUTHORIZED, True)
    assert [type(event) for event in story.events()] == [PaymentFailed]
    provider.tell("advance", days=9)
    story.noticed(times=2)
    story.reconcile()
    assert (story.status(), story.writes, story.active) == (SubscriptionStatus.PAUSED, False, False)
    assert [type(event) for event in story.events()] == [SubscriptionPaused]
    assert len(story.payments()) == 5


def test_a_retry_that_is_paid_pays_from_the_day_that_was_due(story: Story, provider: Standin) -> None:
    provider.approve(story.reference)
    story.noticed()
    provider.tell("card", preapproval_id=story.reference, status="rejected")
    provider.tell("advance", days=32)
    provider.tell("card", preapproval_id=story.reference, status="approved")
    provider.tell("advance", days=4)
    story.noticed()
    provider.tell("card", preapproval_id=story.reference, status="rejected")
    provider.tell("advance", days=40)
    story.noticed()
    assert story.status() is SubscriptionStatus.PAUSED


def test_what_no_notice_told_is_found(story: Story, provider: Standin) -> None:
    provider.approve(story.reference)
    provider.tell("advance", days=100)
    provider.tell("payer", preapproval_id=story.reference, do="pause")
    story.reconcile()
    story.reconcile()
    assert story.status() is SubscriptionStatus.PAUSED
    assert sum(payment.amount for payment in story.payments().values()) == 4 * PRICE
    received = [event for event in story.events() if isinstance(event, PaymentReceived)]
    assert len(received) == 4


def test_given_back_disputed_and_on_other_terms(story: Story, provider: Standin) -> None:
    provider.approve(story.reference)
    story.noticed()
    (number,) = story.payments()
    provider.refund(str(number), Decimal("100.00"))
    story.noticed()
    assert story.payments()[number].refunded == Decimal("100.00")
    provider.dispute(str(number))
    story.noticed()
    assert story.payments()[number].status is PaymentStatus.DISPUTED
    assert story.oddities() == {number: "pago-disputed"}
