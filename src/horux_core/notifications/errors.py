from horux_core.kernel.errors import Conflict, NotFound, Unavailable

_RETRY_SECONDS = 60
UNDER_WAY = "Ya se está enviando."


class MailUndelivered(Unavailable):
    """Nobody took the mail; later somebody may."""

    code = "mail-undelivered"
    title = "Correo no entregado"

    def __init__(self, why: str) -> None:
        super().__init__(f"El correo no salió y se intentará otra vez. {why}", retryAfter=_RETRY_SECONDS)


class MailRefused(Conflict):
    """The mail or its address was refused for good: the same mail is not sent again by itself."""

    code = "mail-refused"
    title = "Correo rechazado"

    def __init__(self, why: str) -> None:
        super().__init__(f"El servidor de correo rechazó el mensaje. Revisa la dirección del destinatario. {why}")


class MailMissing(NotFound):
    code = "mail-missing"
    title = "Correo no encontrado"

    def __init__(self) -> None:
        super().__init__("No hay un correo con ese identificador. Búscalo en la lista de correos.")


class MailSettled(Conflict):
    """It was sent, or what it told is not so any more."""

    code = "mail-settled"
    title = "Correo ya resuelto"

    def __init__(self) -> None:
        super().__init__("Ese correo ya se envió o ya no hace falta: no hay nada que reintentar.")
