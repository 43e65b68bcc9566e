"""What a report can refuse."""

from horux_core.kernel.errors import NotFound


class ClaveMissing(NotFound):
    code = "reporte-clave-missing"
    title = "Renglón de reporte no encontrado"

    def __init__(self) -> None:
        super().__init__("El reporte no tiene ese renglón: usa una de las claves que trae en filas.")
