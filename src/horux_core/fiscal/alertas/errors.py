from horux_core.kernel.errors import Invalid, NotFound


class Lista69BNoReconocida(Invalid):
    """A file that is not the list of CFF 69-B."""

    code = "lista-69b-no-reconocida"
    title = "Lista 69-B no reconocida"

    def __init__(self) -> None:
        super().__init__(
            "El archivo no es la lista completa del artículo 69-B: falta el renglón con las columnas RFC y Situación "
            "del contribuyente. Descarga de nuevo el CSV del portal del SAT y súbelo sin cambiarlo."
        )


class AlertaMissing(NotFound):
    code = "alerta-missing"
    title = "Alerta no encontrada"

    def __init__(self) -> None:
        super().__init__("No hay una alerta con ese identificador. Búscala en la lista de alertas.")


class AlertaInvalida(Invalid):
    code = "alerta-invalida"
    title = "Cambio de alerta no válido"

    def __init__(self) -> None:
        super().__init__("Una alerta se cierra sola cuando se corrige: márcala como atendida, o ábrela otra vez.")
