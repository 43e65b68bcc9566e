"""The plans on offer: limits and features."""

from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from msgspec import Meta

from horux_core.identity.model import Actor
from horux_core.plans.catalogue import CATALOGUE


class PlanOut(msgspec.Struct, rename="camel"):
    """Un plan: -1 es sin límite."""

    plan: Annotated[str, Meta(examples=["business"])]
    cfdi_limit: Annotated[int, Meta(examples=[500])]
    users_limit: Annotated[int, Meta(examples=[3])]
    features: Annotated[list[str], Meta(examples=[["cfdi_basic", "iva_isr"]])]


class PlansOut(msgspec.Struct, rename="camel"):
    items: list[PlanOut]
    next_cursor: str | None = None


class PlanController(Controller):
    path = "/api/plans"
    tags = ("Planes",)

    @get(summary="Límites y funciones de cada plan")
    async def list(self, actor: NamedDependency[SkipValidation[Actor]]) -> PlansOut:  # noqa: ARG002 only who is logged in
        return PlansOut(
            [
                PlanOut(plan.value, terms.cfdi_limit, terms.users_limit, sorted(terms.features))
                for plan, terms in CATALOGUE.items()
            ]
        )
