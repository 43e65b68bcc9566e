"""A link that takes the place of another, and what is still told of the former one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts.clients import OPERATOR, RFC
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.settling import Topic
from tests.core.billing.world import World, paid

AUTHORIZED, PAUSED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PAUSED


@pytest.fixture
def world() -> World:
    return World()


def entered_anew(world: World) -> str:
    """The payer pauses the agreement, and enters the link the operator issues then; it is not charged yet."""
    world.gateway.pause(world.reference)
    world.hear()
    reference = world.issue(OPERATOR, RFC).mp_preapproval_id or ""
    assert reference != world.reference
    agreement = world.gateway.agreement(reference)
    world.gateway.agreements[reference] = replace(agreement, state=AUTHORIZED, changed_at=world.now)
    world.hear()
    return reference


def test_what_the_former_one_gave_up_on_closes_nothing(world: World) -> None:
    paid(world)
    world.hear()
    world.gateway.decline(world.reference, 4)
    world.wait(days=31)
    world.gateway.collect(world.reference)
    world.hear()
    reference = entered_anew(world)
    assert (world.status(), world.writes) == (AUTHORIZED, True)
    world.gave_up()
    world.hear()
    assert (world.status(), world.writes, world.active) == (AUTHORIZED, True, True)
    world.gateway.pause(reference)
    world.hear()
    world.gateway.resume(reference)
    world.hear()
    assert (world.status(), world.writes) == (AUTHORIZED, True)


def test_a_new_card_owes_nothing_of_what_the_former_one_failed_to_pay(world: World) -> None:
    world.gateway.decline(world.reference, 1)
    world.gateway.approve(world.reference)
    world.hear()
    assert world.status() is PAUSED
    entered_anew(world)
    assert (world.status(), world.writes) == (AUTHORIZED, True)


def test_a_new_card_has_days_of_grace_of_its_own(world: World) -> None:
    world.gateway.approve(world.reference)
    world.gateway.invoices.clear()
    world.gateway.payments.clear()
    world.hear()
    world.wait(days=20)
    entered_anew(world)
    assert world.status() is AUTHORIZED
    world.wait(days=9)
    world.expire()
    assert world.status() is AUTHORIZED


def test_a_stray_one_that_nobody_entered_displaces_none(world: World) -> None:
    stray = world.gateway.agreement(world.reference)
    world.gateway.agreements.clear()
    world.reference = world.linked(world.tenant).reference
    world.gateway.agreements[stray.reference] = stray
    world.hear([(Topic.AGREEMENT, stray.reference)])
    assert world.subscription.mp_preapproval_id == world.reference


def test_what_fell_due_the_day_the_paid_time_ended_is_owed(world: World) -> None:
    paid(world)
    world.gateway.decline(world.reference, 1)
    world.now = datetime(2026, 4, 1, 6, tzinfo=UTC)
    world.gateway.collect(world.reference)
    world.hear()
    assert (world.status(), world.subscription.current_period_end) == (PAUSED, world.now)
    world.gateway.pause(world.reference)
    world.hear()
    world.gateway.resume(world.reference)
    world.hear()
    assert (world.status(), world.writes) == (PAUSED, False)
