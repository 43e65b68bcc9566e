from horux_core.kernel.errors import NotEntitled, NotFound


class TenantGone(NotFound):
    """The client was let go, or was never there."""

    code = "empresa-sin-servicio"
    title = "Empresa sin servicio"

    def __init__(self) -> None:
        super().__init__("La empresa ya no tiene servicio. Si es un error, contacta a soporte.")


class FeatureNotInPlan(NotEntitled):
    code = "feature-not-in-plan"
    title = "Función fuera del plan"


class PlanLimitReached(NotEntitled):
    code = "plan-limit-reached"
    title = "Límite del plan alcanzado"


class SubscriptionInactive(NotEntitled):
    code = "subscription-inactive"
    title = "Suscripción inactiva"
