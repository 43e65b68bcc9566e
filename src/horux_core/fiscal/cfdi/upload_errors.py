"""Why an upload is refused as a whole, and why a ZIP or an entry of one is rejected in its outcome."""

from horux_core.fiscal.cfdi.errors import ArchivoZip, CfdiRejected
from horux_core.fiscal.cfdi.limites import MAX_FILES, MIB
from horux_core.kernel.errors import HoruxError, Invalid, NotFound, Throttled, TooLarge, Unavailable


class UploadTooLarge(TooLarge):
    """An upload weighs more than is taken, as it was sent or once inflated. The fact `maximoBytes` is the limit."""

    code = "carga-demasiado-grande"
    title = "Carga demasiado grande"

    def __init__(self, maximo: int, *, inflated: bool = False) -> None:
        what = "Los archivos de la carga, ya descomprimidos, pesan" if inflated else "La carga pesa"
        super().__init__(f"{what} más de {maximo // MIB} MB. Divídela en varias más pequeñas.", maximoBytes=maximo)


class TooManyFiles(TooLarge):
    """The fact `maximoArchivos` is the limit."""

    code = "demasiados-archivos"
    title = "Demasiados archivos"

    def __init__(self) -> None:
        super().__init__(
            f"La carga trae más de {MAX_FILES:,} archivos. Divídela en varias más pequeñas.", maximoArchivos=MAX_FILES
        )


class UploadEmpty(Invalid):
    code = "carga-vacia"
    title = "Carga vacía"

    def __init__(self) -> None:
        super().__init__("La carga no trae ningún archivo. Adjunta al menos un XML o un ZIP.")


class UploadMalformed(Invalid):
    """What was sent is not of the form it says, or stopped before its end."""

    code = "carga-mal-formada"
    title = "Carga mal formada"


class UploadMissing(NotFound):
    code = "carga-perdida"
    title = "Carga no disponible"

    def __init__(self) -> None:
        super().__init__("Los archivos de la carga ya no están en el servidor. Súbelos de nuevo.")


class SpoolUnavailable(Unavailable):
    code = "sin-espacio"
    title = "Servidor sin espacio"

    def __init__(self) -> None:
        super().__init__(
            "El servidor no puede recibir archivos en este momento. Intenta de nuevo en unos minutos.", retryAfter=60
        )


class ReadingSaturated(Unavailable):
    """So much is being read that what was sent does not get its turn in time."""

    code = "lecturas-saturadas"
    title = "Demasiados archivos en lectura"

    def __init__(self) -> None:
        super().__init__(
            "El servidor está leyendo otros archivos grandes. Espera unos segundos y envía este de nuevo.",
            retryAfter=10,
        )


class TooManyLoads(Throttled):
    """A taxpayer's uploads that arrive or wait to be read are already as many, or as large, as are taken at a time."""

    code = "demasiadas-cargas"
    title = "Demasiadas cargas a la vez"

    def __init__(self) -> None:
        super().__init__(
            "Ya hay demasiadas cargas en curso o en espera. Espera a que terminen y envía esta de nuevo.", retryAfter=30
        )


class ZipPorUno(ArchivoZip):
    """A ZIP where a single document is taken."""

    def __init__(self) -> None:
        HoruxError.__init__(
            self, "El archivo es un ZIP y aquí se sube un solo CFDI. Envía el ZIP a /api/cfdi/bulk, o sube el XML."
        )


class ZipDanado(CfdiRejected):
    code = "zip-danado"
    title = "ZIP dañado"

    def __init__(self) -> None:
        super().__init__("El ZIP está dañado o incompleto y no se puede abrir. Vuelve a crearlo o descárgalo de nuevo.")


class ZipSospechoso(CfdiRejected):
    code = "zip-sospechoso"
    title = "ZIP no admitido"

    def __init__(self) -> None:
        super().__init__(
            "El ZIP tiene entradas encimadas, que ningún programa normal produce, y no se abre por seguridad. "
            "Comprime los XML en un ZIP nuevo y súbelo."
        )


class ZipConContrasena(CfdiRejected):
    code = "zip-con-contrasena"
    title = "ZIP con contraseña"

    def __init__(self) -> None:
        super().__init__("El ZIP está protegido con contraseña. Vuelve a comprimir los XML sin contraseña.")


class EntradaDanada(CfdiRejected):
    code = "entrada-danada"
    title = "Entrada dañada"

    def __init__(self) -> None:
        super().__init__("El archivo está dañado dentro del ZIP. Vuelve a comprimirlo y súbelo de nuevo.")


class EntradaSospechosa(CfdiRejected):
    code = "entrada-sospechosa"
    title = "Entrada no admitida"

    def __init__(self) -> None:
        super().__init__(
            "El archivo está comprimido mucho más de lo que un CFDI permite y no se abre por seguridad. "
            "Si es un CFDI, súbelo sin comprimir."
        )


class CompresionNoAdmitida(CfdiRejected):
    code = "compresion-no-admitida"
    title = "Compresión no admitida"

    def __init__(self) -> None:
        super().__init__(
            "El archivo está comprimido con un método que no se admite. Comprime los XML en un ZIP normal (Deflate)."
        )


class ArchivoIlegible(CfdiRejected):
    code = "archivo-ilegible"
    title = "Archivo ilegible"

    def __init__(self) -> None:
        super().__init__("El archivo no se pudo leer. Descarga de nuevo el XML original y súbelo por separado.")
