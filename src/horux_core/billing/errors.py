from horux_core.kernel.errors import Conflict, Invalid, NotFound, Unauthenticated, Unavailable


class SubscriptionMissing(NotFound):
    code = "subscription-missing"
    title = "Sin suscripción"


class AgreementUnknown(NotFound):
    """The provider of payments has no such agreement with us."""

    code = "agreement-unknown"
    title = "Acuerdo de pago desconocido"


class ChargeUnknown(NotFound):
    """The provider of payments has no such charge of ours."""

    code = "charge-unknown"
    title = "Cargo desconocido"


class ReceiptUnknown(NotFound):
    """The provider of payments has no such payment to us."""

    code = "receipt-unknown"
    title = "Pago desconocido"


class AgreementRefused(Invalid):
    """The provider of payments does not take what it was asked for, and says why. Asking again changes nothing."""

    code = "agreement-refused"
    title = "El proveedor de pagos no lo aceptó"


class GatewayUnavailable(Unavailable):
    """The provider of payments did not answer, or not so that it can be understood. Whether it acted is not known."""

    code = "gateway-unavailable"
    title = "El proveedor de pagos no responde"


class TransitionRefused(Conflict):
    """A subscription in its status cannot do that."""

    code = "transition-refused"
    title = "Cambio de suscripción no permitido"


class LinkUnavailable(Conflict):
    """There is no price, or nobody to pay it."""

    code = "payment-link-unavailable"
    title = "Liga de pago no disponible"


class PaymentMalformed(Invalid):
    """A payment noted by hand that cannot be so."""

    code = "payment-malformed"
    title = "Pago no válido"


class PaymentRepeated(Conflict):
    """It was noted already."""

    code = "payment-repeated"
    title = "Pago ya registrado"


class PriceInvalid(Invalid):
    code = "price-invalid"
    title = "Precio no válido"


class NoticeForged(Unauthenticated):
    """A notice whose signature is not the provider's, or not of now."""

    code = "notice-forged"
    title = "Aviso sin firma válida"

    def __init__(self) -> None:
        super().__init__("El aviso no trae una firma válida del proveedor de pagos: no se atiende.")


class NoticeMissing(NotFound):
    code = "notice-missing"
    title = "Aviso no encontrado"

    def __init__(self) -> None:
        super().__init__("No hay un aviso con ese identificador. Búscalo en la lista de avisos.")


class NoticeUseless(Conflict):
    """It is not the provider's, or of something we do not follow."""

    code = "notice-useless"
    title = "Aviso que no se procesa"

    def __init__(self) -> None:
        super().__init__("Ese aviso no es auténtico o no trata de un pago ni de una suscripción: no se reintenta.")


class NoticeUnmatched(NotFound):
    """What it is about belongs to nobody we know, so far."""

    code = "notice-unmatched"
    title = "Aviso sin dueño"

    def __init__(self) -> None:
        super().__init__("Aquello de lo que trata el aviso no es de ninguna empresa conocida. Revísalo a mano.")
