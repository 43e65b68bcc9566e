"""Payments and charges told out of order, again, late, or without what is usually told of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.clients import NOW
from horux_adapters.memory.billing import MemorySubscriptions
from horux_core.billing.gateway import Receipt, ReceiptState
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.settling import Topic
from tests.core.billing.world import World, paid

AUTHORIZED, PAUSED, CANCELLED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PAUSED, SubscriptionStatus.CANCELLED
APRIL, MAY = datetime(2026, 4, 1, 6, tzinfo=UTC), datetime(2026, 5, 1, 6, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World()


def refused(world: World, tries: int = 4) -> str:
    """The charge of April is; it says the number of the charge."""
    paid(world)
    world.hear()
    world.gateway.decline(world.reference, tries)
    world.now = APRIL
    world.gateway.collect(world.reference)
    return list(world.gateway.invoices)[-1]


class TestCharges:
    def test_given_up_on_in_any_order_the_last_one_is_owed(self, world: World) -> None:
        april = refused(world, tries=1)
        world.now = MAY
        world.gateway.collect(world.reference)
        may = list(world.gateway.invoices)[-1]
        world.hear([(Topic.CHARGE, may), (Topic.CHARGE, april)])
        number = world.gateway.charge(april).payment or ""
        world.wait(days=1)
        changed = replace(world.gateway.receipt(number), state=ReceiptState.APPROVED, changed_at=world.now)
        world.gateway.payments[number] = changed
        world.hear([(Topic.PAYMENT, number)])
        assert (world.subscription.current_period_end, world.status()) == (MAY, PAUSED)

    def test_given_up_on_after_the_end_it_changes_nothing(self, world: World) -> None:
        refused(world)
        world.hear()
        world.wait(hours=1)
        world.ended_at_provider()
        world.hear()
        world.gave_up()
        world.hear()
        assert world.status() is CANCELLED

    def test_an_earlier_try_told_later_is_not_kept(self, world: World) -> None:
        charge = world.gateway.charge(refused(world))
        world.gateway.invoices[charge.reference] = replace(charge, attempt=2)
        world.hear()
        world.gateway.invoices[charge.reference] = charge
        world.hear()
        with world.ledger.transaction() as tx:
            known = tx.invoices.get(charge.reference)
        assert known is not None
        assert known.charge.attempt == 2


class TestPayments:
    def test_of_a_client_that_was_let_go_it_is_noted_and_opens_nothing(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear([(Topic.AGREEMENT, world.reference)])
        MemorySubscriptions(world.control).cancel(world.tenant)
        assert world.subscription.charges_itself
        world.hear()
        assert (world.status(), world.subscription.current_period_end) == (CANCELLED, APRIL)
        assert len(world.payments()) == 1


class TestTheDayItPaysFor:
    def told(self, world: World, **changed: Any) -> Receipt:
        """A payment that no charge leads to."""
        known = world.gateway.payments.get("pago-solo") or world.gateway.receipt(paid(world))
        receipt = replace(known, reference="pago-solo", agreement=None, **changed)
        world.gateway.payments["pago-solo"] = receipt
        world.hear([(Topic.PAYMENT, "pago-solo")])
        return receipt

    def test_is_the_one_told_before_that_of_the_payment(self, world: World) -> None:
        self.told(world, due_on=NOW, paid_at=NOW + timedelta(days=4))
        assert world.subscription.current_period_end == APRIL

    def test_is_that_of_the_payment_before_that_of_its_news(self, world: World) -> None:
        self.told(world, due_on=None, paid_at=NOW, changed_at=NOW + timedelta(days=4))
        assert world.subscription.current_period_end == APRIL

    @pytest.mark.parametrize("again", [None, NOW + timedelta(days=40)])
    def test_is_the_first_that_was_known_when_it_changes_later(self, world: World, again: datetime | None) -> None:
        self.told(world, due_on=None, paid_at=None)
        assert world.subscription.current_period_end == APRIL
        back = {"refunded": Decimal("1.00"), "changed_at": NOW + timedelta(days=40)}
        self.told(world, due_on=None, paid_at=again, **back)
        assert world.payments()["pago-solo"].refunded == Decimal("1.00")
        assert world.subscription.current_period_end == APRIL

    def test_is_the_one_told_though_another_was_known(self, world: World) -> None:
        self.told(world, due_on=None, paid_at=NOW)
        self.told(world, due_on=APRIL, changed_at=NOW + timedelta(days=1))
        assert world.payments()["pago-solo"].due_on == APRIL
        assert world.subscription.current_period_end == MAY


class TestOddities:
    def seen(self, world: World) -> list[datetime]:
        return [news.seen_at for news in world.ledger.unmatched(None, 9).items]

    def test_one_that_was_given_back_is_shown_once(self, world: World) -> None:
        number = paid(world)
        world.gateway.refund(number, Decimal("500.00"))
        world.hear()
        assert self.seen(world) == [NOW]
        world.wait(days=1)
        world.hear()
        assert self.seen(world) == [NOW]

    def test_one_that_is_flawed_is_shown_once(self, world: World) -> None:
        number = paid(world)
        world.gateway.payments[number] = replace(world.gateway.receipt(number), ours=False)
        world.hear()
        assert world.oddities() == {number: "otro-cobrador"}
        world.wait(days=1)
        world.hear()
        assert self.seen(world) == [NOW]

    def test_one_that_is_flawed_otherwise_is_shown_again(self, world: World) -> None:
        number = paid(world)
        world.gateway.payments[number] = replace(world.gateway.receipt(number), ours=False)
        world.hear()
        world.gateway.payments[number] = replace(world.gateway.receipt(number), ours=True, currency="USD")
        world.hear()
        assert world.oddities() == {number: "otra-moneda"}

    def test_one_that_was_given_back_and_then_disputed_is_shown_again(self, world: World) -> None:
        number = paid(world)
        world.gateway.refund(number, Decimal("500.00"))
        world.hear()
        world.gateway.dispute(number)
        world.hear()
        assert world.oddities() == {number: "pago-disputed"}
