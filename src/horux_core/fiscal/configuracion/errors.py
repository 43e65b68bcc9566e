from horux_core.kernel.errors import Invalid


class AjusteInvalido(Invalid):
    """Fact: `campo`, the setting that cannot be as it was sent."""

    code = "ajuste-invalido"
    title = "Configuración no válida"

    def __init__(self, campo: str, message: str) -> None:
        super().__init__(message, campo=campo)


class DeclaracionInvalida(Invalid):
    """Fact: `campo`."""

    code = "declaracion-invalida"
    title = "Declaración no válida"

    def __init__(self, campo: str, message: str) -> None:
        super().__init__(message, campo=campo)
