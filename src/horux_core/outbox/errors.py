from horux_core.kernel.errors import Conflict


class EventUnknown(Conflict):
    """Kept by a newer or an older version of the product."""

    code = "event-unknown"
    title = "Evento desconocido"

    def __init__(self, name: str) -> None:
        super().__init__(f"Nadie aquí conoce el evento {name}. Revisa que el trabajador sea de la misma versión.")
