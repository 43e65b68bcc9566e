from horux_core.kernel.errors import NotFound


class SemanaMissing(NotFound):
    """The forecast has no week of that number."""

    code = "semana-missing"
    title = "Semana fuera del pronóstico"

    def __init__(self, semanas: int) -> None:
        super().__init__(f"El pronóstico tiene {semanas} semanas: pide una de la 1 a la {semanas}.")
