from horux_core.kernel.errors import Invalid, NotFound


class ObligacionMissing(NotFound):
    code = "obligacion-missing"
    title = "Obligación no encontrada"

    def __init__(self) -> None:
        super().__init__("Ese contribuyente no tiene esa obligación en ese periodo. Búscala en el calendario.")


class CalendarioInvalido(Invalid):
    """Fact: `campo`, what cannot be as it was sent."""

    code = "calendario-invalido"
    title = "Dato del calendario no válido"

    def __init__(self, campo: str, message: str) -> None:
        super().__init__(message, campo=campo)


class FeedMissing(NotFound):
    """Unknown, revoked, or of a taxpayer that has no calendar any more: they are not told apart."""

    code = "calendario-sin-liga"
    title = "Liga de calendario no encontrada"

    def __init__(self) -> None:
        super().__init__("Esa liga de calendario no existe o se revocó. Crea otra en el calendario fiscal.")
