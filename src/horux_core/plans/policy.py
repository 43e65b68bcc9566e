"""The one gate every use case asks: may it write, has it the feature, how many more."""

from horux_core.plans.errors import FeatureNotInPlan, PlanLimitReached, SubscriptionInactive
from horux_core.plans.model import ILIMITADO, Entitlement, Feature


def require_writable(entitlement: Entitlement, viewing: bool) -> None:
    """Raises SubscriptionInactive; the operator viewing a taxpayer always passes."""
    if not (entitlement.writable or viewing):
        raise SubscriptionInactive("Suscripción inactiva. Contacta soporte para reactivar.")


def require_feature(entitlement: Entitlement, feature: Feature) -> None:
    """Raises FeatureNotInPlan."""
    if feature not in entitlement.features:
        raise FeatureNotInPlan("Tu plan no incluye esta función. Contacta soporte para upgrade.")


def require_cfdi_room(entitlement: Entitlement, stored: int, new: int) -> None:
    """`stored` CFDIs are kept and `new` more, none of them stored yet, would be. Raises PlanLimitReached."""
    if entitlement.cfdi_limit != ILIMITADO and stored + new > entitlement.cfdi_limit:
        raise PlanLimitReached(
            f"Límite de CFDIs alcanzado ({stored}/{entitlement.cfdi_limit}). Contacta soporte para upgrade.",
            limit=entitlement.cfdi_limit,
            current=stored,
        )


def require_user_room(entitlement: Entitlement, members: int) -> None:
    """So many people belong to the taxpayer and one more would. Raises PlanLimitReached."""
    if entitlement.users_limit != ILIMITADO and members >= entitlement.users_limit:
        raise PlanLimitReached(
            f"Límite de usuarios alcanzado ({members}/{entitlement.users_limit}).",
            limit=entitlement.users_limit,
            current=members,
        )
