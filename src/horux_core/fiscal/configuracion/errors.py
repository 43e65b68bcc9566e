from horux_core.kernel.errors import Invalid


class AjusteInvalido(Invalid):
    """Facts: `campo`, the setting that cannot be as it was sent, and of a coefficient the `ejercicio` it is of."""

    code = "ajuste-invalido"
    title = "Configuración no válida"

    def __init__(self, campo: str, message: str, **facts: object) -> None:
        super().__init__(message, campo=campo, **facts)


class DeclaracionInvalida(Invalid):
    """Fact: `campo`."""

    code = "declaracion-invalida"
    title = "Declaración no válida"

    def __init__(self, campo: str, message: str) -> None:
        super().__init__(message, campo=campo)
