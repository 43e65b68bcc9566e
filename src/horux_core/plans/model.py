"""What a plan allows, and whether a taxpayer may write (SPEC 2.11, 2.12; the design's Section 6)."""

from dataclasses import dataclass
from enum import StrEnum


class Plan(StrEnum):
    STARTER = "starter"
    BUSINESS = "business"
    PROFESSIONAL = "professional"
    ENTERPRISE = "enterprise"

    @property
    def called(self) -> str:
        return self.value.capitalize()


class Feature(StrEnum):
    DASHBOARD = "dashboard"
    CFDI_BASIC = "cfdi_basic"
    IVA_ISR = "iva_isr"
    REPORTES = "reportes"
    ALERTAS = "alertas"
    CALENDARIO = "calendario"
    XML_SAT = "xml_sat"
    CONCILIACION = "conciliacion"
    FORECASTING = "forecasting"
    MULTI_EMPRESA = "multi_empresa"
    API_EXTERNA = "api_externa"


ILIMITADO = -1


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What one taxpayer may do now. A limit of -1 is none."""

    plan: Plan
    features: frozenset[Feature]
    cfdi_limit: int
    users_limit: int
    writable: bool
