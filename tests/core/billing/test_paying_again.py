"""Whoever could not pay, or no longer pays, can pay again; what is paid twice is said once."""

from dataclasses import replace

import pytest

from contracts.clients import OPERATOR, RFC
from horux_core.billing.events import PaymentLinkIssued, PaymentReceived
from horux_core.billing.gateway import ReceiptState
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.standing import BillingPolicy
from tests.core.billing.world import World, paid

AUTHORIZED, PAUSED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PAUSED
PENDING, CANCELLED = SubscriptionStatus.PENDING, SubscriptionStatus.CANCELLED
HONOURING = BillingPolicy(pending_grace_days=0, honor_paid_period=True)


@pytest.fixture
def world() -> World:
    return World()


def given_up(world: World) -> None:
    world.gateway.decline(world.reference, 1)
    world.gateway.approve(world.reference)
    world.hear()
    world.events()


@pytest.mark.parametrize("payer", [None, "otro@cascabel.mx"])
def test_after_a_charge_that_was_given_up_on_the_link_is_one_that_can_be_entered(
    world: World, payer: str | None
) -> None:
    given_up(world)
    assert world.subscription.open_link is None
    linked = world.issue(OPERATOR, RFC, payer)
    assert linked.open_link is not None
    assert world.gateway.agreement(world.reference).state is CANCELLED
    assert world.events() == [PaymentLinkIssued(world.tenant, linked.id)]
    world.gateway.declined.clear()
    world.gateway.approve(linked.mp_preapproval_id or "")
    world.hear()
    assert (world.status(), world.writes) == (AUTHORIZED, True)


def test_a_card_that_is_charged_is_sent_no_link(world: World) -> None:
    paid(world)
    world.hear()
    world.events()
    assert world.issue(OPERATOR, RFC).mp_preapproval_id == world.reference
    assert world.events() == []


def cancelled(world: World) -> None:
    paid(world)
    world.hear()
    world.wait(days=1)
    world.ended_at_provider()
    world.hear()
    world.wait(days=1)


def test_where_it_is_honoured_a_payment_by_hand_goes_on_where_the_cancelled_one_ends() -> None:
    world = World(HONOURING)
    cancelled(world)
    ended = world.subscription
    world.pay_by_hand()
    again = world.subscription
    assert again.id != ended.id
    assert again.current_period_start == ended.current_period_end


def test_where_it_is_honoured_a_link_takes_away_nothing_that_was_paid() -> None:
    world = World(HONOURING)
    cancelled(world)
    until = world.subscription.current_period_end
    world.issue(OPERATOR, RFC)
    assert (world.status(), world.subscription.current_period_end, world.writes) == (PENDING, until, True)
    world.wait(days=31)
    assert not world.writes


def test_where_it_is_not_a_new_one_begins_from_nothing(world: World) -> None:
    cancelled(world)
    world.issue(OPERATOR, RFC)
    assert world.subscription.current_period_end is None


def test_a_payment_that_was_looked_into_is_received_once(world: World) -> None:
    number = paid(world)
    world.hear()
    assert [type(event) for event in world.events()] == [PaymentReceived]
    until = world.subscription.current_period_end
    for state in (ReceiptState.PENDING, ReceiptState.APPROVED):
        world.wait(days=1)
        changed = replace(world.gateway.receipt(number), state=state, changed_at=world.now)
        world.gateway.payments[number] = changed
        world.hear()
    assert (world.events(), world.oddities()) == ([], {})
    assert (world.status(), world.subscription.current_period_end) == (AUTHORIZED, until)


def test_a_payment_by_hand_of_another_amount_counts_and_is_shown(world: World) -> None:
    payment = world.pay_by_hand("0.01")
    assert world.status() is AUTHORIZED
    assert world.oddities() == {str(payment.id): "monto-distinto"}
    right = world.pay_by_hand("500.00")
    assert world.oddities() == {str(payment.id): "monto-distinto"}
    assert right.due_on == world.subscription.current_period_start


def test_one_that_nobody_charges_any_more_is_mailed_no_dead_link(world: World) -> None:
    paid(world)
    world.hear()
    world.gateway.pause(world.reference)
    world.wait(seconds=1)
    world.hear()
    assert (world.subscription.payment_link is None, world.subscription.open_link) == (False, None)
