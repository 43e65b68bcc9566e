"""The plans: limits and features (the design's tables of Sections 3 and 6)."""

from dataclasses import dataclass

from horux_core.plans.model import ILIMITADO, Feature, Plan

_STARTER = frozenset({Feature.DASHBOARD, Feature.CFDI_BASIC, Feature.IVA_ISR})
_BUSINESS = _STARTER | {Feature.REPORTES, Feature.ALERTAS, Feature.CALENDARIO}
_PROFESSIONAL = _BUSINESS | {Feature.XML_SAT, Feature.CONCILIACION, Feature.FORECASTING}
_ENTERPRISE = _PROFESSIONAL | {Feature.MULTI_EMPRESA, Feature.API_EXTERNA}


@dataclass(frozen=True, slots=True)
class PlanTerms:
    cfdi_limit: int
    users_limit: int
    features: frozenset[Feature]


CATALOGUE: dict[Plan, PlanTerms] = {
    Plan.STARTER: PlanTerms(100, 1, _STARTER),
    Plan.BUSINESS: PlanTerms(500, 3, _BUSINESS),
    Plan.PROFESSIONAL: PlanTerms(2_000, 10, _PROFESSIONAL),
    Plan.ENTERPRISE: PlanTerms(ILIMITADO, ILIMITADO, _ENTERPRISE),
}


def first_with(feature: Feature) -> Plan:
    """The smallest plan that has it."""
    return next(plan for plan, terms in CATALOGUE.items() if feature in terms.features)
