from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.kernel.errors import Invalid, Unavailable


class ComparacionInvalida(Invalid):
    """Fact: `campo`, what cannot be as it was sent."""

    code = "comparacion-invalida"
    title = "Días de la comparación no válidos"

    def __init__(self, campo: str, message: str) -> None:
        super().__init__(message, campo=campo)


class MetadataAjena(CfdiRejected):
    """No row of a metadata file is the taxpayer's."""

    code = "metadata-ajena"
    title = "Metadata de otro contribuyente"

    def __init__(self) -> None:
        super().__init__(
            "Ningún renglón de esta metadata es de este contribuyente. Súbela en la empresa a la que pertenece."
        )


class MetadataDemasiadoGrande(CfdiRejected):
    """Fact: `maximoBytes`."""

    code = "metadata-demasiado-grande"
    title = "Metadata demasiado grande"

    def __init__(self, maximo: int) -> None:
        super().__init__(
            f"El TXT pesa más de {maximo // (1024 * 1024)} MB. Pide al SAT la metadata de un periodo más corto.",
            maximoBytes=maximo,
        )


class MetadataSinEncabezado(CfdiRejected):
    """A column without which no row can be understood is missing. Fact: `columnas`."""

    code = "metadata-sin-encabezado"
    title = "Metadata sin encabezado completo"

    def __init__(self, columnas: tuple[str, ...]) -> None:
        super().__init__(
            f"Al encabezado del TXT le faltan columnas: {', '.join(columnas)}. Descarga de nuevo el paquete del SAT.",
            columnas=list(columnas),
        )


class BuzonInaccesible(Unavailable):
    """The inbox of a taxpayer cannot be read, or nothing can be put aside in it."""

    code = "buzon-inaccesible"
    title = "Buzón inaccesible"

    def __init__(self, carpeta: str) -> None:
        super().__init__(
            f"No se puede leer o escribir en el buzón {carpeta}. Da permiso a la cuenta del servicio y revisa que haya "
            "espacio en el disco.",
            retryAfter=60,
        )
