"""The plans on offer: limits, features, and prices, which the operator sets."""

from litestar import Controller, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from horux_core.billing.pricing import SetPrices, ShowPrices
from horux_core.identity.model import Actor, Permission
from horux_http.plans.wire import PlanOut, PlansOut, PricesIn
from horux_http.session import NEEDS


class PlanController(Controller):
    path = "/api/plans"
    tags = ("Planes",)

    @get(sync_to_thread=True, summary="Límites, funciones y precios de cada plan")
    def list(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        show_prices: NamedDependency[SkipValidation[ShowPrices]],
    ) -> PlansOut:
        return PlansOut([PlanOut.of(prices) for prices in show_prices(actor)])

    @put(
        "/{plan:str}/prices",
        sync_to_thread=True,
        opt={NEEDS: Permission.OPERATE},
        summary="Fija los precios de un plan; los ya contratados no cambian",
    )
    def prices(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        plan: FromPath[str],
        data: JSONBody[PricesIn],
        set_prices: NamedDependency[SkipValidation[SetPrices]],
    ) -> PlanOut:
        return PlanOut.of(set_prices(actor, plan, data.monthly, data.yearly))
