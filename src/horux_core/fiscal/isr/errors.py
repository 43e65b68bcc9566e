"""What can go wrong when ISR is worked out."""

from horux_core.kernel.errors import Invalid, NotFound


class EjercicioSinTarifa(Invalid):
    """The tariff of a year older than those kept was asked for."""

    code = "ejercicio-sin-tarifa"
    title = "Ejercicio sin tarifa de ISR"


class RegimenSinIsr(NotFound):
    """The detail of a régimen was asked for that the taxpayer does not have in the year, or that is not worked out."""

    code = "regimen-sin-isr"
    title = "Régimen sin ISR calculado"

    def __init__(self, regimen: str, anio: int) -> None:
        super().__init__(f"No hay ISR calculado del régimen {regimen} en {anio}: revisa los regímenes de ese año.")
