from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest

from contracts.clients import NOW
from horux_core.billing.errors import GatewayUnavailable
from horux_core.billing.events import PaymentReceived, SubscriptionCancelled, SubscriptionExpiring, SubscriptionPaused
from horux_core.billing.gateway import Agreement, ChargeState
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.settling import Topic
from horux_core.billing.standing import BillingPolicy
from tests.core.billing.world import World

AUTHORIZED, PAUSED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PAUSED


@pytest.fixture
def world() -> World:
    return World()


class TestExpirePeriods:
    def test_what_nobody_renewed_only_reads_after_the_days_of_grace(self, world: World) -> None:
        world.pay_by_hand()
        world.events()
        end = world.subscription.current_period_end
        assert end is not None
        world.now = end + timedelta(days=10) - timedelta(seconds=1)
        world.expire()
        assert (world.status(), world.writes) == (AUTHORIZED, True)
        world.wait(seconds=1)
        assert not world.writes
        for _ in range(2):
            world.expire()
        assert (world.status(), world.active) == (PAUSED, False)
        assert world.events() == [SubscriptionPaused(world.tenant, world.subscription.id, expired=True)]

    def test_paid_again_it_writes_from_that_day(self, world: World) -> None:
        world.pay_by_hand()
        world.wait(days=60)
        world.expire()
        assert world.status() is PAUSED
        world.pay_by_hand(reference="SPEI 2")
        world.expire()
        assert (world.status(), world.active) == (AUTHORIZED, True)

    def test_while_a_charge_is_tried_it_stays_open_however_long(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear()
        world.gateway.decline(world.reference, 9)
        world.wait(days=31)
        world.gateway.collect(world.reference)
        world.wait(days=40)
        world.expire()
        assert (world.status(), world.writes) == (AUTHORIZED, True)

    def test_one_that_comes_later_keeps_nothing_open(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear()
        world.wait(days=41)
        (first,) = world.gateway.invoices.values()
        world.gateway.invoices["luego"] = replace(
            first, reference="luego", state=ChargeState.SCHEDULED, due_on=world.now + timedelta(days=9), payment=None
        )
        world.expire()
        assert world.status() is PAUSED

    def test_what_no_notice_told_is_asked_first(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear()
        world.wait(days=31)
        world.gateway.collect(world.reference)
        world.wait(days=20)
        world.expire()
        assert (world.status(), len(world.payments())) == (AUTHORIZED, 2)
        world.wait(days=60)
        world.expire()
        assert world.status() is PAUSED

    def test_a_card_entered_just_now_is_given_the_time_to_be_charged(self, world: World) -> None:
        world.pay_by_hand()
        world.wait(days=60)
        world.gateway.approve(world.reference)
        (charge,) = world.gateway.invoices
        del world.gateway.invoices[charge]
        world.gateway.payments.clear()
        world.hear()
        world.expire()
        assert world.status() is AUTHORIZED
        world.wait(days=10)
        world.expire()
        assert world.status() is PAUSED

    def test_pending_has_no_bound_but_the_operator_s(self) -> None:
        unbound, bound = World(), World(BillingPolicy(pending_grace_days=15))
        for world in (unbound, bound):
            world.wait(days=15)
            world.expire()
        assert (unbound.writes, bound.writes, bound.status(), bound.active) == (True, False, PAUSED, False)
        bound.gateway.approve(bound.reference)
        bound.hear()
        assert (bound.status(), bound.active) == (AUTHORIZED, True)

    def test_where_it_is_honoured_a_cancelled_one_is_active_to_the_end_of_what_was_paid(self) -> None:
        world = World(BillingPolicy(honor_paid_period=True))
        world.gateway.approve(world.reference)
        world.hear()
        world.ended_at_provider()
        world.hear()
        world.expire()
        assert (world.writes, world.active) == (True, True)
        world.wait(days=40)
        world.expire()
        assert (world.writes, world.active) == (False, False)

    def test_the_registry_is_put_right(self, world: World) -> None:
        with world.registry.transaction() as tx:
            tx.tenants.save(replace(tx.tenants.lock(world.tenant), active=False))
        world.expire()
        assert world.active

    def test_a_client_that_left_is_let_be(self, world: World) -> None:
        world.pay_by_hand()
        with world.registry.transaction() as tx:
            tx.tenants.save(tx.tenants.lock(world.tenant).closing())
        world.wait(days=90)
        world.expire()
        assert (world.status(), world.active) == (AUTHORIZED, False)

    def test_a_client_the_provider_does_not_answer_about_holds_up_no_other(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear()
        other = world.taken_in("TPR840604D98")
        with world.ledger.transaction() as tx:
            paid = replace(world.of(other), status=AUTHORIZED, current_period_end=NOW, created_at=NOW + timedelta(1))
            tx.subscriptions.save(paid)
        world.wait(days=90)
        ask = world.gateway.agreement
        silent(world)
        with pytest.raises(GatewayUnavailable):
            world.expire()
        assert (world.status(), world.of(other).status) == (AUTHORIZED, PAUSED)
        world.gateway.agreement = ask  # type: ignore[method-assign]
        world.expire()
        assert world.status() is PAUSED


class TestRemindExpiring:
    def test_five_days_before_once_a_period(self, world: World) -> None:
        world.pay_by_hand()
        world.events()
        end = world.subscription.current_period_end
        assert end is not None
        world.now = end - timedelta(days=5, seconds=1)
        world.remind()
        assert world.events() == []
        world.wait(seconds=1)
        for _ in range(2):
            world.remind()
        assert world.events() == [SubscriptionExpiring(world.tenant, world.subscription.id, end.isoformat())]
        world.pay_by_hand(reference="SPEI 2")
        world.events()
        world.wait(days=30)
        world.remind()
        assert len(world.events()) == 1

    def test_one_that_was_missed_is_told_later_and_never_after_the_end(self, world: World) -> None:
        world.pay_by_hand()
        end = world.subscription.current_period_end
        assert end is not None
        world.now = end
        world.events()
        world.remind()
        assert world.events() == []
        world.now = end - timedelta(seconds=1)
        world.remind()
        assert len(world.events()) == 1

    def test_not_who_is_charged_by_itself(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear()
        world.events()
        world.wait(days=28)
        world.remind()
        assert world.events() == []

    def test_not_who_only_reads(self, world: World) -> None:
        world.pay_by_hand()
        with world.ledger.transaction() as tx:
            tx.subscriptions.save(replace(world.subscription, status=PAUSED))
        world.events()
        world.wait(days=28)
        world.remind()
        assert world.events() == []


class TestReconcilePayments:
    def test_finds_what_no_notice_told(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.reconcile()
        assert (world.status(), len(world.payments())) == (AUTHORIZED, 1)
        assert [type(event) for event in world.events()] == [PaymentReceived]
        world.gateway.decline(world.reference, 1)
        world.wait(days=31)
        world.gateway.collect(world.reference)
        world.reconcile()
        assert [type(event) for event in world.events()] == [SubscriptionPaused]
        world.ended_at_provider()
        world.reconcile()
        world.reconcile()
        assert [type(event) for event in world.events()] == [SubscriptionCancelled]

    def test_asks_no_more_about_what_is_over_and_known(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.reconcile()

        def never(reference: str) -> NoReturn:
            raise AssertionError(reference)

        world.gateway.charge = world.gateway.receipt = never  # type: ignore[method-assign]
        world.reconcile()

    def test_finds_payments_that_no_charge_leads_to(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.gateway.invoices.clear()
        world.reconcile()
        assert len(world.payments()) == 1

    def test_finds_charges_whose_payments_nobody_can_find(self, world: World) -> None:
        world.gateway.decline(world.reference, 5)
        world.gateway.approve(world.reference)
        refused = world.charge(ChargeState.RETRYING).payment or ""
        world.gateway.payments[refused] = replace(world.gateway.receipt(refused), subscription=None)
        world.reconcile()
        assert list(world.payments()) == [refused]

    def test_what_was_paid_before_the_end_is_found_after_it(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.wait(days=31)
        world.gateway.collect(world.reference)
        world.ended_at_provider()
        world.hear([(Topic.AGREEMENT, world.reference)])
        world.wait(days=29)
        world.reconcile()
        assert (world.status(), len(world.payments())) == (SubscriptionStatus.CANCELLED, 2)

    def test_nobody_is_asked_for_ever_about_what_ended(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.ended_at_provider()
        world.hear([(Topic.AGREEMENT, world.reference)])
        world.wait(days=31)
        world.reconcile()
        assert world.payments() == {}

    def test_one_that_cannot_be_understood_keeps_no_other_from_its_turn(self, world: World) -> None:
        other = world.taken_in("TPR840604D98", "otro@ejemplo.mx")
        world.gateway.approve(world.linked(other).reference)
        known = world.gateway.agreement

        def odd(reference: str) -> Agreement:
            if reference == world.reference:
                raise ZeroDivisionError
            return known(reference)

        world.gateway.agreement = odd  # type: ignore[method-assign]
        with pytest.raises(ZeroDivisionError):
            world.reconcile()
        assert world.of(other).status is AUTHORIZED

    def test_asks_about_the_others_though_one_is_not_answered(self, world: World) -> None:
        other = world.taken_in("TPR840604D98", "otro@ejemplo.mx")
        reference = world.linked(other).reference
        world.gateway.approve(reference)
        silent(world, but=reference)
        with pytest.raises(GatewayUnavailable):
            world.reconcile()
        assert world.of(other).status is AUTHORIZED

    def test_an_agreement_that_is_gone_stops_nothing(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.gateway.agreements.clear()
        world.reconcile()
        assert (len(world.payments()), world.oddities()) == (1, {})


def silent(world: World, but: str = "") -> None:
    """The provider answers about no agreement any more, or about that one alone."""
    ask = world.gateway.agreement

    def asked(reference: str) -> Agreement:
        if reference == but:
            return ask(reference)
        raise GatewayUnavailable("No responde.")

    world.gateway.agreement = asked  # type: ignore[method-assign]
