from decimal import Decimal
from typing import Annotated, Self

from msgspec import Meta, Struct

from horux_core.billing.model import PlanPrices
from horux_core.plans.catalogue import CATALOGUE

Price = Annotated[str, Meta(description="MXN con IVA; nulo es sin precio.", examples=["999.00"])]


class PlanOut(Struct, rename="camel"):
    """Un plan: -1 es sin límite. Sin precio no se pueden hacer ligas de pago."""

    plan: Annotated[str, Meta(examples=["business"])]
    cfdi_limit: Annotated[int, Meta(examples=[500])]
    users_limit: Annotated[int, Meta(examples=[3])]
    features: Annotated[list[str], Meta(examples=[["cfdi_basic", "iva_isr"]])]
    monthly: Price | None
    yearly: Price | None

    @classmethod
    def of(cls, prices: PlanPrices) -> Self:
        terms = CATALOGUE[prices.plan]
        return cls(
            prices.plan.value, terms.cfdi_limit, terms.users_limit, sorted(terms.features), _shown(prices.monthly),
            _shown(prices.yearly),
        )  # fmt: skip


class PlansOut(Struct, rename="camel"):
    items: list[PlanOut]
    next_cursor: str | None = None


class PricesIn(Struct, rename="camel", forbid_unknown_fields=True):
    """Los dos precios de un plan, en MXN con IVA; nulo quita el precio."""

    monthly: Annotated[Decimal, Meta(examples=["999.00"])] | None
    yearly: Annotated[Decimal, Meta(examples=["9990.00"])] | None


def _shown(price: Decimal | None) -> str | None:
    return None if price is None else f"{price:.2f}"
