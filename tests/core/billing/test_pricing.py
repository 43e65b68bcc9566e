from decimal import Decimal
from uuid import uuid4

import pytest

from contracts.clients import NOW, OPERATOR
from horux_core.billing.errors import PriceInvalid
from horux_core.billing.model import PlanPrices
from horux_core.billing.pricing import SetPrices, ShowPrices
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Actor, Role
from horux_core.kernel.ids import SessionId, UserId
from horux_core.plans.model import Plan
from horux_core.tenancy.errors import PlanUnknown
from tests.core.billing.world import World

MONTHLY, YEARLY = Decimal("999.00"), Decimal("9990.50")


@pytest.fixture
def world() -> World:
    return World()


def test_sets_both_prices_of_a_plan_and_is_audited(world: World) -> None:
    set_prices = SetPrices(world.prices)
    assert set_prices(OPERATOR, "starter", Decimal("999"), YEARLY) == PlanPrices(Plan.STARTER, MONTHLY, YEARLY)
    shown = ShowPrices(world.prices)(OPERATOR)
    assert [prices.plan for prices in shown] == list(Plan)
    assert shown[0] == PlanPrices(Plan.STARTER, MONTHLY, YEARLY)
    (entry,) = world.trail.page(None, None, 5).items
    assert (entry.action, entry.path) == ("plan-precios", "/api/plans/starter/prices")
    assert entry.detail == {"plan": "starter", "monthly": "999.00", "yearly": "9990.50"}
    assert entry.at == NOW


def test_none_takes_a_price_away(world: World) -> None:
    SetPrices(world.prices)(OPERATOR, "business", None, None)
    assert world.prices.of(Plan.BUSINESS) == PlanPrices(Plan.BUSINESS, None, None)


@pytest.mark.parametrize("amount", ["0", "-1", "1.001", "NaN", "Infinity", "100000000"])
def test_refuses_what_is_no_price(world: World, amount: str) -> None:
    with pytest.raises(PriceInvalid):
        SetPrices(world.prices)(OPERATOR, "business", MONTHLY, Decimal(amount))


def test_refuses_a_plan_nobody_sells(world: World) -> None:
    with pytest.raises(PlanUnknown):
        SetPrices(world.prices)(OPERATOR, "gratis", MONTHLY, YEARLY)


def test_everybody_sees_them_and_the_operator_alone_sets_them(world: World) -> None:
    visor = Actor(UserId(uuid4()), "ana@cascabel.mx", False, SessionId(uuid4()), world.tenant, Role.VISOR)
    assert ShowPrices(world.prices)(visor)
    with pytest.raises(ActionForbidden):
        SetPrices(world.prices)(visor, "business", MONTHLY, YEARLY)
