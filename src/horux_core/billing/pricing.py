"""What each plan costs, as the operator sets it (SPEC 4)."""

from dataclasses import dataclass
from decimal import Decimal

from horux_core.billing.errors import PriceInvalid
from horux_core.billing.model import PlanPrices
from horux_core.billing.ports import Prices
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.importe import CERO
from horux_core.tenancy.deeds import deed
from horux_core.tenancy.model import plan_of

PRECIOS = "plan-precios"
MOST = Decimal("99999999.99")
"""What any amount of ours comes to at most, in MXN."""


@dataclass(frozen=True, slots=True)
class ShowPrices:
    """What every plan costs, for whoever has logged in."""

    prices: Prices

    def __call__(self, actor: Actor) -> tuple[PlanPrices, ...]:
        actor.require_own_password()
        return self.prices.all()


@dataclass(frozen=True, slots=True)
class SetPrices:
    """Set both prices of a plan; None takes one away. New subscriptions take them, those that stand keep theirs.

    Raises PlanUnknown or PriceInvalid.
    """

    prices: Prices

    def __call__(self, actor: Actor, plan: str, monthly: Decimal | None, yearly: Decimal | None) -> PlanPrices:
        actor.require(Permission.OPERATE)
        priced = PlanPrices(plan_of(plan), price(monthly), price(yearly))
        told = {"plan": priced.plan, "monthly": priced.monthly, "yearly": priced.yearly}
        self.prices.set(priced, deed(actor, None, PRECIOS, "PUT", f"/api/plans/{priced.plan}/prices", told))
        return priced


def price(amount: Decimal | None) -> Decimal | None:
    """Of a plan or of one client, as it is kept. Raises PriceInvalid."""
    if amount is None:
        return None
    if not payable(amount) or amount == 0:
        raise PriceInvalid(f"El precio va de 0.01 a {MOST} pesos, con dos decimales a lo más; vacío, sin precio.")
    return amount.quantize(CERO)


def payable(amount: Decimal) -> bool:
    """Whether it is an amount of whole cents that can be asked for; 0 is."""
    return amount.is_finite() and 0 <= amount <= MOST and amount == round(amount, 2)
