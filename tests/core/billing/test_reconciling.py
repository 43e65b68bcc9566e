"""What is asked about again though something is known of it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from horux_core.billing.gateway import ChargeState, ReceiptState
from horux_core.billing.model import Flaw, SubscriptionStatus
from tests.core.billing.test_issuing import kept
from tests.core.billing.world import PRICE, World, paid

AUTHORIZED, PAUSED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PAUSED


@pytest.fixture
def world() -> World:
    return World()


def test_a_charge_that_ended_since_it_was_known(world: World) -> None:
    paid(world)
    world.gateway.decline(world.reference, 4)
    world.wait(days=31)
    world.gateway.collect(world.reference)
    world.reconcile()
    assert world.status() is AUTHORIZED
    world.gave_up()
    world.reconcile()
    assert world.status() is PAUSED


def test_an_open_charge_whose_payment_alone_has_changed(world: World) -> None:
    number = paid(world)
    receipt = replace(world.gateway.receipt(number), subscription=None)
    world.gateway.payments[number] = replace(receipt, state=ReceiptState.PENDING)
    charge = world.charge(ChargeState.COLLECTED)
    world.gateway.invoices[charge.reference] = replace(charge, state=ChargeState.WAITING)
    world.reconcile()
    assert not world.payments()[number].counts
    world.wait(hours=1)
    world.gateway.payments[number] = replace(receipt, changed_at=world.now)
    world.reconcile()
    assert world.payments()[number].counts


def test_a_payment_that_did_not_fit_and_fits_now(world: World) -> None:
    kept(world, amount=Decimal("600.00"))
    number = paid(world)
    world.reconcile()
    assert world.payments()[number].flaw is Flaw.AMOUNT
    kept(world, amount=PRICE)
    world.reconcile()
    assert (world.payments()[number].counts, world.status()) == (True, AUTHORIZED)
    assert world.subscription.current_period_end is not None
