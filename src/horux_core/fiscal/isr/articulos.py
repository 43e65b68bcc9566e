"""The law behind each movement, and the stable codes of what is not a cash moment of IVA."""

from horux_core.fiscal.isr.model import ACTIVIDAD_EMPRESARIAL, ARRENDAMIENTO, GENERAL_PM, RESICO, SUELDOS, Clase
from horux_core.fiscal.iva.acreditamiento import (
    COMBUSTIBLE_EFECTIVO,
    EFECTIVO_MAYOR,
    EFOS,
    FACTURA_CANCELADA,
    PCT,
    USO_CFDI,
)

FACTURADO = "facturado"
ANTICIPO_APLICADO = "anticipo_aplicado"
PAGO_SIN_FACTURA = "pago_sin_factura"
NOMINA = "nomina"
NOMINA_EXENTA = "nomina_exenta"
INVERSION = "inversion"
CONSTANCIA = "constancia_retenciones"
OPCIONAL = "deduccion_opcional"
PREDIAL = "predial"
CAPTURADA = "deduccion_capturada"

_DE_REGIMEN = {
    (GENERAL_PM, True): ("LISR 16, 17", "LISR 25", "LISR 14"),
    (ACTIVIDAD_EMPRESARIAL, False): ("LISR 101, 102", "LISR 103, 105-I", "LISR 106"),
    (ARRENDAMIENTO, False): ("LISR 114", "LISR 115", "LISR 116"),
    (RESICO, False): ("LISR 113-E", "LISR 113-E", "LISR 113-J"),
    (RESICO, True): ("LISR 207", "LISR 208, 210", "LISR 211"),
    (SUELDOS, False): ("LISR 94, 96", "LISR 94", "LISR 96, 97"),
}
"""Of what is income, what is deducted, and what was withheld."""
_DE_OTRO = ("LISR 90", "LISR 27, 147", "LISR 96")

DE_MOTIVO = {
    FACTURA_CANCELADA: "CFF 29-A",
    EFOS: "CFF 69-B",
    COMBUSTIBLE_EFECTIVO: "LISR 27-III, 147-IV",
    EFECTIVO_MAYOR: "LISR 27-III, 147-IV",
    PCT: "LISR 28",
    USO_CFDI: "LISR 27-I, 147-I",
    INVERSION: "LISR 31, 104, 209",
    NOMINA_EXENTA: "LISR 28-XXX",
}
"""Why an expense is not deducted, by the code of the reason."""


def articulo(clase: Clase, regimen: str, moral: bool) -> str:
    """The article that makes a movement of a régimen count."""
    ingreso, deduccion, retencion = _DE_REGIMEN.get((regimen, moral), _DE_OTRO)
    if clase is Clase.RETENIDO_A_TERCEROS:
        return "LISR 96, 106, 113-J, 116"
    return {Clase.DEDUCCION: deduccion, Clase.RETENCION: retencion}.get(clase, ingreso)
