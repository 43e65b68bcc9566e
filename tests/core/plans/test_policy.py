"""The design's Section 6: who may write, how much fits, what each plan has, and its sentences to the letter."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.plans.catalogue import CATALOGUE, first_with
from horux_core.plans.errors import FeatureNotInPlan, PlanLimitReached, SubscriptionInactive
from horux_core.plans.model import ILIMITADO, Entitlement, Feature, Plan
from horux_core.plans.policy import require_cfdi_room, require_feature, require_writable


def an_entitlement(plan: Plan = Plan.BUSINESS, *, writable: bool = True, cfdis: int = 500) -> Entitlement:
    return Entitlement(plan, CATALOGUE[plan].features, cfdis, 3, writable)


def test_nobody_writes_without_a_standing_subscription_but_the_operator_viewing() -> None:
    require_writable(an_entitlement(), viewing=False)
    require_writable(an_entitlement(writable=False), viewing=True)
    with pytest.raises(SubscriptionInactive) as refused:
        require_writable(an_entitlement(writable=False), viewing=False)
    assert str(refused.value) == "Suscripción inactiva. Contacta soporte para reactivar."


def test_a_feature_must_be_in_the_plan() -> None:
    require_feature(an_entitlement(), Feature.ALERTAS)
    with pytest.raises(FeatureNotInPlan) as refused:
        require_feature(an_entitlement(), Feature.CONCILIACION)
    assert str(refused.value) == "Tu plan no incluye esta función. Contacta soporte para upgrade."


def test_says_how_many_cfdis_are_kept_and_how_many_fit() -> None:
    with pytest.raises(PlanLimitReached) as refused:
        require_cfdi_room(an_entitlement(), stored=498, new=3)
    assert str(refused.value) == "Límite de CFDIs alcanzado (498/500). Contacta soporte para upgrade."
    assert refused.value.facts == {"limit": 500, "current": 498}


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_what_fits_fits_to_the_last_one(limit: int, stored: int, new: int) -> None:
    entitlement = an_entitlement(cfdis=limit)
    if stored + new <= limit:
        require_cfdi_room(entitlement, stored, new)
    else:
        with pytest.raises(PlanLimitReached):
            require_cfdi_room(entitlement, stored, new)


@given(st.integers(0, 10**9))
def test_without_a_limit_everything_fits(many: int) -> None:
    require_cfdi_room(an_entitlement(cfdis=ILIMITADO), many, many)


@pytest.mark.parametrize(
    ("plan", "cfdis", "users"),
    [(Plan.STARTER, 100, 1), (Plan.BUSINESS, 500, 3), (Plan.PROFESSIONAL, 2_000, 10), (Plan.ENTERPRISE, -1, -1)],
)
def test_the_plans_are_the_design_s(plan: Plan, cfdis: int, users: int) -> None:
    assert (CATALOGUE[plan].cfdi_limit, CATALOGUE[plan].users_limit) == (cfdis, users)


def test_each_plan_has_all_the_one_before_has_and_more() -> None:
    features = [CATALOGUE[plan].features for plan in Plan]
    assert all(less < more for less, more in pairwise(features))
    assert features[0] == {Feature.DASHBOARD, Feature.CFDI_BASIC, Feature.IVA_ISR}
    assert features[1] - features[0] == {Feature.REPORTES, Feature.ALERTAS, Feature.CALENDARIO}
    assert features[2] - features[1] == {Feature.XML_SAT, Feature.CONCILIACION, Feature.FORECASTING}
    assert features[3] - features[2] == {Feature.MULTI_EMPRESA, Feature.API_EXTERNA}


@pytest.mark.parametrize(
    ("feature", "plan"),
    [
        (Feature.IVA_ISR, Plan.STARTER),
        (Feature.ALERTAS, Plan.BUSINESS),
        (Feature.XML_SAT, Plan.PROFESSIONAL),
        (Feature.API_EXTERNA, Plan.ENTERPRISE),
    ],
)
def test_the_smallest_plan_that_has_a_feature(feature: Feature, plan: Plan) -> None:
    assert first_with(feature) is plan
