"""Issuing the link of a client again, whatever happened to the one it had."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from contracts.clients import OPERATOR, RFC
from contracts.ports.audit_trail import a_deed
from horux_core.billing.errors import GatewayUnavailable, LinkUnavailable
from horux_core.billing.events import PaymentLinkIssued
from horux_core.billing.gateway import Agreement
from horux_core.billing.model import PlanPrices, Subscription, SubscriptionStatus
from horux_core.billing.settling import Topic
from horux_core.plans.model import Plan
from tests.core.billing.world import PRICE, World

AUTHORIZED, CANCELLED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.CANCELLED
PENDING, PAUSED = SubscriptionStatus.PENDING, SubscriptionStatus.PAUSED
DEARER = Decimal("700.00")
Opened = Callable[[Subscription, str], Agreement | None]


@pytest.fixture
def world() -> World:
    return World()


def dearer(world: World) -> None:
    world.prices.set(PlanPrices(Plan.BUSINESS, DEARER, None), a_deed())


def on_opening(world: World, act: Callable[[Opened, Subscription, str], Agreement | None]) -> None:
    """The provider is asked for a link, and this happens instead."""
    opened = world.gateway.open
    world.gateway.open = lambda subscription, reason: act(opened, subscription, reason)  # type: ignore[method-assign]


def paused(world: World) -> None:
    world.gateway.approve(world.reference)
    world.hear()
    world.wait(days=1)
    world.gateway.pause(world.reference)
    world.hear()
    world.wait(days=1)
    world.events()


def kept(world: World, **changed: object) -> Subscription:
    changes = replace(world.subscription, **changed)  # type: ignore[arg-type]
    with world.ledger.transaction() as tx:
        tx.subscriptions.save(changes)
    return changes


class TestOneThatNobodyEntered:
    def test_ended_for_another_that_was_not_made_it_cuts_nobody_off(self, world: World) -> None:
        def ends_and_falls_silent(_: Opened, subscription: Subscription, reason: str) -> None:
            world.gateway.close(subscription)
            raise GatewayUnavailable("No responde.")

        world.wait(hours=1)
        dearer(world)
        on_opening(world, ends_and_falls_silent)
        with pytest.raises(GatewayUnavailable):
            world.issue(OPERATOR, RFC)
        world.hear()
        assert (world.status(), world.writes, world.active, world.events()) == (PENDING, True, True, [])
        assert (world.subscription.mp_preapproval_id, world.subscription.payment_link) == (None, None)

    def test_its_ending_told_before_the_next_is_kept_changes_nothing(self, world: World) -> None:
        def is_told_at_once(opened: Opened, subscription: Subscription, reason: str) -> Agreement | None:
            world.gateway.close(subscription)
            world.hear()
            return opened(subscription, reason)

        world.wait(hours=1)
        dearer(world)
        on_opening(world, is_told_at_once)
        linked = world.issue(OPERATOR, RFC)
        world.gateway.approve(linked.mp_preapproval_id or "")
        world.hear()
        assert (world.status(), world.active, world.oddities()) == (AUTHORIZED, True, {})
        assert world.subscription.current_period_end is not None

    def test_one_cancelled_meanwhile_is_not_linked_and_its_link_is_ended(self, world: World) -> None:
        def is_cancelled(opened: Opened, subscription: Subscription, reason: str) -> Agreement | None:
            kept(world, status=CANCELLED)
            return opened(subscription, reason)

        on_opening(world, is_cancelled)
        world.wait(hours=1)
        dearer(world)
        with pytest.raises(LinkUnavailable):
            world.issue(OPERATOR, RFC)
        assert {a.state for a in world.gateway.agreements.values()} == {CANCELLED}
        assert world.events() == []


class TestOneThatWasEnteredUnheardOf:
    def test_keeps_its_price(self, world: World) -> None:
        world.gateway.approve(world.reference)
        dearer(world)
        linked = world.issue(OPERATOR, RFC)
        assert (linked.amount, linked.mp_preapproval_id, linked.status) == (PRICE, world.reference, AUTHORIZED)
        world.hear()
        assert (world.status(), world.oddities(), len(world.payments())) == (AUTHORIZED, {}, 1)
        assert world.subscription.current_period_end is not None

    def test_entered_while_the_provider_is_asked_it_keeps_its_price_too(self, world: World) -> None:
        def is_entered(opened: Opened, subscription: Subscription, reason: str) -> Agreement | None:
            world.gateway.approve(world.reference)
            return opened(subscription, reason)

        on_opening(world, is_entered)
        dearer(world)
        assert world.issue(OPERATOR, RFC).amount == PRICE
        world.hear()
        assert (world.status(), world.oddities()) == (AUTHORIZED, {})

    def test_what_the_provider_knows_no_more_is_made_anew(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear()
        del world.gateway.agreements[world.reference]
        linked = world.issue(OPERATOR, RFC)
        assert (linked.mp_preapproval_id == world.reference, linked.charges_itself) == (False, False)


class TestTwoAtOnce:
    def test_the_second_makes_none(self, world: World) -> None:
        def another_asks(opened: Opened, subscription: Subscription, reason: str) -> Agreement | None:
            with pytest.raises(LinkUnavailable, match="generando"):
                world.issue(OPERATOR, RFC)
            return opened(subscription, reason)

        on_opening(world, another_asks)
        linked = world.issue(OPERATOR, RFC)
        assert [a.reference for a in world.gateway.standing.values()] == [linked.mp_preapproval_id]
        assert len(world.events()) == 1


class TestAnotherPayer:
    def test_gets_a_link_of_its_own(self, world: World) -> None:
        linked = world.issue(OPERATOR, RFC, "buena@cascabel.mx")
        assert (linked.payer_email, linked.mp_preapproval_id == world.reference) == ("buena@cascabel.mx", False)
        assert world.gateway.agreement(world.reference).state is CANCELLED
        world.hear()
        assert (world.status(), world.subscription.mp_preapproval_id) == (PENDING, linked.mp_preapproval_id)

    def test_the_same_written_otherwise_is_the_same(self, world: World) -> None:
        assert world.issue(OPERATOR, RFC, " pagos@CASCABEL.mx ").mp_preapproval_id == world.reference

    def test_of_one_that_is_paid_changes_no_agreement(self, world: World) -> None:
        world.gateway.approve(world.reference)
        with pytest.raises(LinkUnavailable):
            world.issue(OPERATOR, RFC, "buena@cascabel.mx")
        assert (world.subscription.mp_preapproval_id, world.subscription.payer_email) == (
            world.reference,
            "pagos@cascabel.mx",
        )
        assert world.gateway.agreement(world.reference).state is AUTHORIZED

    def test_when_the_provider_is_silent_it_is_done_the_next_time(self, world: World) -> None:
        closed = world.gateway.close

        def silent(subscription: Subscription) -> None:
            raise GatewayUnavailable("No responde.")

        world.gateway.close = silent  # type: ignore[method-assign]
        with pytest.raises(GatewayUnavailable):
            world.issue(OPERATOR, RFC, "buena@cascabel.mx")
        world.gateway.close = closed  # type: ignore[method-assign]
        world.issue(OPERATOR, RFC, "buena@cascabel.mx")
        assert world.gateway.agreement(world.reference).state is CANCELLED


class TestOneThatThePayerPaused:
    def test_is_followed_by_another_that_can_be_entered(self, world: World) -> None:
        paused(world)
        old = world.subscription
        linked = world.issue(OPERATOR, RFC)
        assert (linked.id, linked.mp_preapproval_id == world.reference) == (old.id, False)
        assert world.gateway.agreement(linked.mp_preapproval_id or "").state is PENDING
        assert world.gateway.agreement(world.reference).state is CANCELLED
        world.hear()
        assert world.events() == [PaymentLinkIssued(world.tenant, linked.id)]
        world.gateway.approve(linked.mp_preapproval_id or "")
        world.hear()
        assert (world.status(), world.active) == (AUTHORIZED, True)

    def test_what_was_paid_is_kept(self, world: World) -> None:
        paused(world)
        year = world.now + timedelta(days=300)
        kept(world, current_period_end=year)
        assert world.issue(OPERATOR, RFC).current_period_end == year

    def test_paid_by_hand_since_it_goes_on_writing(self, world: World) -> None:
        paused(world)
        world.pay_by_hand()
        linked = world.issue(OPERATOR, RFC)
        world.hear()
        world.reconcile()
        assert (world.status(), world.writes) == (AUTHORIZED, True)
        assert world.gateway.agreement(linked.mp_preapproval_id or "").state is PENDING

    def test_its_ending_told_at_once_ends_nothing_else(self, world: World) -> None:
        paused(world)
        old, closed = world.subscription, world.gateway.close

        def is_told(subscription: Subscription) -> None:
            closed(subscription)
            world.hear()

        world.gateway.close = is_told  # type: ignore[method-assign]
        assert world.issue(OPERATOR, RFC).id == old.id
        assert world.status() is PAUSED

    def test_a_provider_that_falls_silent_on_the_way_cuts_nobody_off(self, world: World) -> None:
        paused(world)
        world.pay_by_hand()
        closed = world.gateway.close

        def silent(subscription: Subscription) -> None:
            raise GatewayUnavailable("No responde.")

        world.gateway.close = silent  # type: ignore[method-assign]
        with pytest.raises(GatewayUnavailable):
            world.issue(OPERATOR, RFC)
        world.hear()
        world.reconcile()
        assert (world.status(), world.writes) == (AUTHORIZED, True)
        world.gateway.close = closed  # type: ignore[method-assign]
        linked = world.issue(OPERATOR, RFC)
        assert world.gateway.agreement(linked.mp_preapproval_id or "").state is PENDING


class TestWhatWasNeverEntered:
    def test_ended_at_the_provider_it_cuts_off_nobody_who_paid_otherwise(self, world: World) -> None:
        world.pay_by_hand()
        world.events()
        world.wait(hours=1)
        world.ended_at_provider()
        world.hear()
        world.hear([(Topic.AGREEMENT, world.reference)])
        assert (world.status(), world.writes, world.events()) == (AUTHORIZED, True, [])
        assert world.subscription.payment_link is None
