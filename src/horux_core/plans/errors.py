from horux_core.kernel.errors import NotEntitled


class FeatureNotInPlan(NotEntitled):
    code = "feature-not-in-plan"
    title = "Función fuera del plan"


class PlanLimitReached(NotEntitled):
    code = "plan-limit-reached"
    title = "Límite del plan alcanzado"


class SubscriptionInactive(NotEntitled):
    code = "subscription-inactive"
    title = "Suscripción inactiva"
