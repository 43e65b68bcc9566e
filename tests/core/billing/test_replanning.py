from decimal import Decimal
from uuid import uuid4

from contracts.clients import OPERATOR, RFC
from contracts.ports.audit_trail import a_deed
from horux_core.billing.model import PlanPrices
from horux_core.billing.replanning import FollowPlan
from horux_core.kernel.ids import EventId
from horux_core.plans.model import Plan
from horux_core.tenancy.changing import Changes, ChangeTenant
from horux_core.tenancy.events import PlanChanged
from tests.core.billing.world import PRICE, World, paid


def changed(world: World, plan: str) -> None:
    ChangeTenant(world.registry)(OPERATOR, RFC, Changes(plan=plan))
    follow = FollowPlan(world.ledger, world.prices, world.clock)
    for event in world.events():
        assert isinstance(event, PlanChanged)
        for _ in range(2):
            follow(event, EventId(uuid4()))


def test_a_card_goes_on_being_charged_as_agreed_and_an_admin_sees_that_the_plan_costs_otherwise() -> None:
    world = World()
    world.prices.set(PlanPrices(Plan.ENTERPRISE, Decimal("4999.00"), None), a_deed())
    paid(world)
    world.hear()
    world.events()
    changed(world, "enterprise")
    subscription = world.subscription
    assert (subscription.plan, subscription.amount) == (Plan.ENTERPRISE, PRICE)
    assert world.oddities() == {str(subscription.id): "plan-a-otro-precio"}
    world.reconcile()
    assert world.oddities() == {str(subscription.id): "plan-a-otro-precio"}


def test_one_that_costs_the_same_or_has_no_price_needs_nobody_to_look() -> None:
    world = World()
    changed(world, "enterprise")
    assert (world.subscription.plan, world.oddities()) == (Plan.ENTERPRISE, {})
    world.prices.set(PlanPrices(Plan.STARTER, PRICE, None), a_deed())
    changed(world, "starter")
    assert world.oddities() == {}


def test_the_same_plan_again_and_one_that_was_cancelled_stay_as_they_are() -> None:
    world = World()
    changed(world, "business")
    paid(world)
    world.hear()
    world.wait(days=1)
    world.ended_at_provider()
    world.hear()
    world.events()
    changed(world, "enterprise")
    assert (world.subscription.plan, world.oddities()) == (Plan.BUSINESS, {})
