"""What every Prices promises; a subclass brings `prices`, where nothing is set, and `trail`."""

from decimal import Decimal

import pytest

from contracts.ports.audit_trail import a_deed, deeds
from horux_core.audit.ports import AuditTrail
from horux_core.billing.model import PlanPrices
from horux_core.billing.ports import Prices
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Plan


class PricesContract:
    def test_what_nobody_set_has_no_price(self, prices: Prices) -> None:
        assert prices.of(Plan.BUSINESS) == PlanPrices(Plan.BUSINESS, None, None)
        assert prices.all() == tuple(PlanPrices(plan, None, None) for plan in CATALOGUE)

    def test_gives_back_what_was_set_last_and_touches_no_other_plan(self, prices: Prices) -> None:
        prices.set(PlanPrices(Plan.BUSINESS, Decimal("999.00"), Decimal("99999999.99")), a_deed())
        monthly = PlanPrices(Plan.BUSINESS, Decimal("0.01"), None)
        prices.set(monthly, a_deed())
        assert prices.of(Plan.BUSINESS) == monthly
        assert [set_ for set_ in prices.all() if set_.monthly is not None] == [monthly]
        assert prices.of(Plan.STARTER) == PlanPrices(Plan.STARTER, None, None)

    def test_keeps_the_deed_with_them_or_neither(self, prices: Prices, trail: AuditTrail) -> None:
        done = a_deed()
        prices.set(PlanPrices(Plan.BUSINESS, Decimal("999.00"), None), done)
        assert done in deeds(trail.page(None, None, 9))
        with pytest.raises((AttributeError, TypeError)):
            prices.set(PlanPrices(Plan.BUSINESS, Decimal("1.00"), None), None)  # type: ignore[arg-type]
        assert prices.of(Plan.BUSINESS).monthly == Decimal("999.00")
