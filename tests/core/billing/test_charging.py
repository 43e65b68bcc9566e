from dataclasses import replace

import pytest

from horux_core.billing.events import PaymentFailed, SubscriptionPaused
from horux_core.billing.gateway import ChargeState, ReceiptState
from horux_core.billing.model import PaymentStatus, SubscriptionStatus
from horux_core.billing.settling import Topic
from tests.core.billing.world import World, paid

AUTHORIZED, PAUSED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PAUSED


@pytest.fixture
def world() -> World:
    return World()


class TestCharges:
    def failing(self, world: World, tries: int = 4) -> None:
        """The second charge is refused."""
        paid(world)
        world.hear()
        world.events()
        world.gateway.decline(world.reference, tries)
        world.wait(days=31)
        world.gateway.collect(world.reference)

    def test_while_it_is_tried_again_the_client_is_told_once_and_writes(self, world: World) -> None:
        self.failing(world)
        charge = world.charge(ChargeState.RETRYING)
        world.hear()
        again = replace(world.gateway.receipt(charge.payment or ""), reference="pago-otra-vez")
        world.gateway.payments["pago-otra-vez"] = again
        world.gateway.invoices[charge.reference] = replace(charge, payment="pago-otra-vez", attempt=2)
        world.hear()
        assert (world.status(), world.writes, world.subscription.overdue(world.now)) == (AUTHORIZED, True, True)
        failed = world.payments()[charge.payment]
        assert failed.status is PaymentStatus.REJECTED
        assert world.events() == [PaymentFailed(world.tenant, failed.id)]

    def test_the_news_of_its_payment_tell_of_the_charge_too(self, world: World) -> None:
        self.failing(world)
        charge = world.charge(ChargeState.RETRYING)
        world.hear([(Topic.PAYMENT, charge.payment or "")])
        assert [type(event) for event in world.events()] == [PaymentFailed]

    def test_given_up_on_it_closes(self, world: World) -> None:
        self.failing(world)
        world.hear()
        world.events()
        world.gave_up()
        world.hear()
        world.hear()
        assert (world.status(), world.writes, world.active) == (PAUSED, False, False)
        assert world.events() == [SubscriptionPaused(world.tenant, world.subscription.id, expired=False)]

    def test_given_up_on_it_closes_nothing_that_was_paid_otherwise(self, world: World) -> None:
        self.failing(world)
        world.hear()
        world.pay_by_hand()
        world.gave_up()
        world.hear()
        assert world.status() is AUTHORIZED

    def test_collected_after_its_cycle_was_paid_otherwise_it_is_shown(self, world: World) -> None:
        self.failing(world)
        world.hear()
        world.pay_by_hand()
        ends = world.subscription.current_period_end
        charge = world.charge(ChargeState.RETRYING)
        world.wait(days=1)
        number = charge.payment or ""
        collected = replace(world.gateway.receipt(number), state=ReceiptState.APPROVED, changed_at=world.now)
        world.gateway.payments[number] = collected
        world.gateway.invoices[charge.reference] = replace(charge, state=ChargeState.COLLECTED)
        for _ in range(2):
            world.hear()
            assert world.oddities() == {number: "pago-sin-periodo"}
        assert world.payments()[number].counts
        assert world.subscription.current_period_end == ends

    def test_a_first_charge_given_up_on_closes_though_there_is_a_card(self, world: World) -> None:
        world.gateway.decline(world.reference, 1)
        world.gateway.approve(world.reference)
        world.hear()
        assert world.status() is PAUSED

    def test_the_next_one_that_is_collected_opens_again(self, world: World) -> None:
        self.failing(world, tries=1)
        world.hear()
        assert world.status() is PAUSED
        world.gateway.declined.clear()
        world.wait(days=30)
        world.gateway.collect(world.reference)
        world.hear()
        assert (world.status(), world.writes, world.active) == (AUTHORIZED, True, True)

    def test_refused_for_being_paid_just_before_it_is_no_failure(self, world: World) -> None:
        self.failing(world)
        payment = world.charge(ChargeState.RETRYING).payment or ""
        twice = replace(world.gateway.receipt(payment), detail="cc_rejected_duplicated_payment")
        world.gateway.payments[payment] = twice
        world.hear()
        assert world.events() == []

    def test_news_of_an_earlier_try_change_nothing(self, world: World) -> None:
        self.failing(world)
        retried = world.charge(ChargeState.RETRYING)
        world.gave_up()
        world.hear()
        world.gateway.invoices[retried.reference] = retried
        world.hear()
        with world.ledger.transaction() as tx:
            invoice = tx.invoices.get(retried.reference)
        assert invoice is not None
        assert invoice.charge.state is ChargeState.GIVEN_UP
