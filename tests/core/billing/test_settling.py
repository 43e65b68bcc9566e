from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from horux_core.billing.errors import AgreementUnknown, ChargeUnknown, ReceiptUnknown
from horux_core.billing.events import PaymentReceived
from horux_core.billing.gateway import ReceiptState
from horux_core.billing.model import Flaw, PaymentStatus, SubscriptionStatus
from horux_core.billing.settling import Outcome, Topic
from horux_core.billing.standing import unpaid
from tests.core.billing.world import PRICE, World, paid

AUTHORIZED, PAUSED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PAUSED
CANCELLED, PENDING = SubscriptionStatus.CANCELLED, SubscriptionStatus.PENDING
MIDNIGHT = datetime(2026, 3, 1, 6, tzinfo=UTC)
MONTH_LATER = datetime(2026, 4, 1, 6, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World()


class TestPayments:
    def test_one_that_counts_pays_a_cycle_from_the_day_it_was_due(self, world: World) -> None:
        number = paid(world)
        world.hear([(Topic.PAYMENT, number)])
        s, payment = world.subscription, world.payments()[number]
        assert (s.status, s.current_period_start, s.current_period_end) == (AUTHORIZED, MIDNIGHT, MONTH_LATER)
        assert (payment.status, payment.amount, payment.flaw) == (PaymentStatus.APPROVED, PRICE, None)
        assert world.events() == [PaymentReceived(world.tenant, payment.id)]

    def test_its_news_again_change_nothing(self, world: World) -> None:
        paid(world)
        world.hear()
        before = (world.subscription, world.payments())
        world.events()
        for _ in range(3):
            world.hear()
        assert (world.subscription, world.payments(), world.events()) == (*before, [])

    def test_a_validation_is_no_payment(self, world: World) -> None:
        paid(world)
        (tried,) = [receipt.reference for receipt in world.gateway.payments.values() if receipt.validation]
        assert world.settle(Topic.PAYMENT, tried) is Outcome.SETTLED
        assert (world.payments(), world.oddities(), world.status()) == ({}, {}, PENDING)

    @pytest.mark.parametrize(
        ("changed", "flaw"),
        [
            ({"amount": Decimal("499.99")}, Flaw.AMOUNT),
            ({"amount": Decimal("500.01")}, Flaw.AMOUNT),
            ({"currency": "USD"}, Flaw.CURRENCY),
            ({"ours": False}, Flaw.COLLECTOR),
        ],
    )
    def test_one_that_is_not_what_was_agreed_is_kept_and_shown_and_pays_nothing(
        self, world: World, changed: dict[str, object], flaw: Flaw
    ) -> None:
        number = paid(world)
        odd = replace(world.gateway.receipt(number), agreement=None, **changed)  # type: ignore[arg-type]
        world.gateway.payments[number] = odd
        world.hear([(Topic.PAYMENT, number)])
        s = world.subscription
        assert (s.status, s.current_period_end, world.payments()[number].flaw) == (PENDING, None, flaw)
        assert world.oddities() == {number: flaw.value}
        assert world.events() == []

    def test_an_older_state_of_it_changes_nothing(self, world: World) -> None:
        number = paid(world)
        first = world.gateway.receipt(number)
        world.wait(days=1)
        world.gateway.refund(number, PRICE)
        world.hear()
        world.gateway.payments[number] = first
        world.hear([(Topic.PAYMENT, number)])
        assert world.payments()[number].status is PaymentStatus.REFUNDED

    def test_what_is_given_back_stays_paid_for_and_is_shown(self, world: World) -> None:
        number = paid(world)
        world.hear()
        world.events()
        world.wait(days=1)
        world.gateway.refund(number, PRICE)
        world.hear()
        world.hear()
        assert world.payments()[number].status is PaymentStatus.REFUNDED
        assert (world.status(), world.subscription.current_period_end) == (AUTHORIZED, MONTH_LATER)
        assert (world.oddities(), world.events()) == ({number: "pago-refunded"}, [])

    def test_what_is_disputed_is_shown(self, world: World) -> None:
        number = paid(world)
        world.hear()
        world.wait(days=1)
        world.gateway.dispute(number)
        world.hear()
        assert world.payments()[number].status is PaymentStatus.DISPUTED
        assert world.oddities() == {number: "pago-disputed"}

    def test_one_that_only_its_subscription_is_known_of_counts(self, world: World) -> None:
        number = paid(world)
        world.gateway.payments[number] = replace(world.gateway.receipt(number), agreement=None)
        world.hear([(Topic.PAYMENT, number)])
        assert world.subscription.current_period_end == MONTH_LATER

    def test_one_of_nobody_is_kept_for_an_admin(self, world: World) -> None:
        number = paid(world)
        receipt = replace(world.gateway.receipt(number), agreement=None, subscription=None)
        world.gateway.payments[number] = receipt
        assert world.settle(Topic.PAYMENT, number) is Outcome.UNMATCHED
        world.gateway.payments[number] = replace(receipt, subscription=uuid4())
        assert world.settle(Topic.PAYMENT, number) is Outcome.UNMATCHED
        assert (world.payments(), world.oddities()) == ({}, {number: "sin-suscripcion"})

    def test_once_its_owner_is_known_no_admin_need_look(self, world: World) -> None:
        number = paid(world)
        receipt = world.gateway.receipt(number)
        world.gateway.payments[number] = replace(receipt, agreement=None, subscription=None)
        world.hear([(Topic.PAYMENT, number)])
        world.gateway.payments[number] = receipt
        assert world.settle(Topic.PAYMENT, number) is Outcome.SETTLED
        assert (world.oddities(), list(world.payments())) == ({}, [number])

    def test_one_that_names_two_clients_is_nobody_s(self, world: World) -> None:
        number = paid(world)
        other = world.taken_in("TPR840604D98", "otro@ejemplo.mx")
        odd = replace(world.gateway.receipt(number), subscription=world.of(other).id)
        world.gateway.payments[number] = odd
        assert world.settle(Topic.PAYMENT, number) is Outcome.UNMATCHED
        assert (world.payments(), world.payments(other)) == ({}, {})
        assert world.oddities() == {number: "de-dos-suscripciones"}

    def test_one_that_is_one_client_s_never_becomes_another_s(self, world: World) -> None:
        number = paid(world)
        world.hear()
        other = world.taken_in("TPR840604D98", "otro@ejemplo.mx")
        world.gateway.payments[number] = replace(
            world.gateway.receipt(number), agreement=None, subscription=world.of(other).id
        )
        world.hear([(Topic.PAYMENT, number)])
        assert (list(world.payments()), world.payments(other)) == ([number], {})
        assert (world.of(other).current_period_end, world.oddities()) == (None, {number: "pago-de-otra-empresa"})

    def test_a_late_one_pays_a_cancelled_subscription_s_time_and_opens_nothing(self, world: World) -> None:
        number = paid(world)
        world.ended_at_provider()
        world.hear([(Topic.AGREEMENT, world.reference), (Topic.PAYMENT, number)])
        s = world.subscription
        assert (s.status, s.current_period_end) == (CANCELLED, MONTH_LATER)
        assert not world.writes

    def test_a_late_one_opens_nothing_that_it_does_not_reach(self, world: World) -> None:
        paid(world)
        world.hear()
        world.wait(days=31)
        world.gateway.collect(world.reference)
        with world.ledger.transaction() as tx:
            tx.subscriptions.save(replace(world.subscription, status=PAUSED))
        world.wait(days=90)
        world.hear()
        assert (len(world.payments()), world.status()) == (2, PAUSED)

    def test_one_that_counted_counts_at_another_price_too(self, world: World) -> None:
        number = paid(world)
        world.hear()
        with world.ledger.transaction() as tx:
            tx.subscriptions.save(replace(world.subscription, amount=Decimal("600.00")))
        world.wait(days=1)
        world.gateway.refund(number, Decimal("1.00"))
        world.hear([(Topic.PAYMENT, number)])
        payment = world.payments()[number]
        assert (payment.flaw, payment.counts, payment.refunded) == (None, True, Decimal("1.00"))

    def test_one_that_was_no_ours_counts_when_it_is_known_to_be(self, world: World) -> None:
        number = paid(world)
        right = world.gateway.receipt(number)
        world.gateway.payments[number] = replace(right, ours=False)
        world.hear()
        world.gateway.payments[number] = right
        world.hear()
        assert world.subscription.current_period_end == MONTH_LATER
        assert [type(event) for event in world.events()] == [PaymentReceived]

    def test_a_paid_period_is_never_shortened(self, world: World) -> None:
        paid(world)
        world.wait(days=31)
        world.gateway.collect(world.reference)
        world.hear(reversed(world.news()))
        assert world.subscription.current_period_end == datetime(2026, 5, 1, 6, tzinfo=UTC)
        assert len(world.payments()) == 2


class TestWhatTheProviderDoesNotKnow:
    @pytest.mark.parametrize(
        ("topic", "error"),
        [(Topic.AGREEMENT, AgreementUnknown), (Topic.CHARGE, ChargeUnknown), (Topic.PAYMENT, ReceiptUnknown)],
    )
    def test_is_said_and_changes_nothing(self, world: World, topic: Topic, error: type[Exception]) -> None:
        with pytest.raises(error):
            world.settle(topic, "999999")
        assert (world.oddities(), world.status()) == ({}, PENDING)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_however_news_come_the_books_end_as_the_provider_s(data: st.DataObject) -> None:
    """Duplicated, shuffled, late and lost ones, heard at any moment; what was lost is found by reconciling."""
    world = World()
    world.gateway.approve(world.reference)
    for _ in range(data.draw(st.integers(0, 4))):
        pending = world.news()
        heard = data.draw(st.lists(st.sampled_from(pending), max_size=2 * len(pending)))
        world.hear(heard)
        world.wait(days=30)
        match data.draw(st.sampled_from(["collect", "refuse", "refund", "pause", "resume"])):
            case "collect":
                world.gateway.declined.clear()
                world.gateway.collect(world.reference)
            case "refuse":
                world.gateway.decline(world.reference, 3)
                world.gateway.collect(world.reference)
            case "refund":
                kept = [r for r in world.gateway.payments.values() if r.state is ReceiptState.APPROVED and r.amount]
                if kept:
                    world.gateway.refund(kept[0].reference, kept[0].amount - kept[0].refunded)
            case "pause":
                world.gateway.pause(world.reference)
            case _:
                world.gateway.resume(world.reference)
    if data.draw(st.booleans()):
        world.wait(days=1)
        world.ended_at_provider()
    world.reconcile()
    at_the_provider = world.gateway.agreement(world.reference).state
    assert world.status() in (at_the_provider, *([PAUSED] if over(world) else []))
    real = {r.reference: r for r in world.gateway.payments.values() if not r.validation}
    assert {n: (p.status.value, p.amount) for n, p in world.payments().items()} == {
        n: (r.state.value, r.amount) for n, r in real.items()
    }
    told = [event for event in world.events() if isinstance(event, PaymentReceived)]
    assert len(told) == len(set(told))


def over(world: World) -> bool:
    """Whether what is paid, and the time a card has for its first charge, have ended: resuming it opens nothing."""
    return unpaid(replace(world.subscription, status=AUTHORIZED), world.now, world.policy)
