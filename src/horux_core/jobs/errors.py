from horux_core.kernel.errors import Conflict, NotFound


class JobMissing(NotFound):
    code = "job-missing"
    title = "Carga no encontrada"


class JobTaken(Conflict):
    """Who asks no longer runs it: another began it after, or it has ended. Nothing was changed."""

    code = "job-taken"
    title = "Carga en otras manos"

    def __init__(self) -> None:
        super().__init__("Otro proceso ya tomó esta carga o ya terminó. Consulta su avance.")


class JobUnrepeatable(Conflict):
    """It has not failed, or what it worked on is not kept any more."""

    code = "job-unrepeatable"
    title = "No se puede repetir"

    def __init__(self) -> None:
        super().__init__(
            "Este trabajo no se puede repetir: no falló, o sus archivos ya no están. Pide que se carguen de nuevo."
        )


class JobExhausted(Conflict):
    """Begun again and again without getting on."""

    code = "job-exhausted"
    title = "No se pudo terminar"

    def __init__(self) -> None:
        super().__init__(
            "Se intentó muchas veces y no se pudo terminar. Intenta de nuevo; si se repite, escribe a soporte."
        )


class JobBroken(Conflict):
    """It failed for a reason that is none of its owner's."""

    code = "job-broken"
    title = "El trabajo falló"

    def __init__(self) -> None:
        super().__init__("El trabajo falló por un error interno; ya quedó registrado. Intenta de nuevo.")
