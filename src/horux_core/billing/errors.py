from horux_core.kernel.errors import NotFound


class SubscriptionMissing(NotFound):
    code = "subscription-missing"
    title = "Sin suscripción"
