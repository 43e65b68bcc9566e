"""Why a decision on a row cannot be taken, and why a statement cannot be read."""

from horux_core.kernel.errors import Conflict, Invalid, NotFound, TooLarge

_MIB = 1024 * 1024


class RenglonYaConciliado(Conflict):
    code = "renglon-ya-conciliado"
    title = "Movimiento ya conciliado"

    def __init__(self) -> None:
        super().__init__("Ese movimiento del banco ya está conciliado. Deshaz primero su conciliación.")


class SaldoInsuficiente(Conflict):
    """Fact: `documento`, which other rows have settled."""

    code = "saldo-insuficiente"
    title = "El documento ya está conciliado"

    def __init__(self, documento: str) -> None:
        super().__init__(
            "Otros movimientos ya cubren ese documento y no le queda saldo para este. Actualiza las propuestas.",
            documento=documento,
        )


class PropuestaRechazada(Conflict):
    code = "propuesta-rechazada"
    title = "Propuesta rechazada"

    def __init__(self) -> None:
        super().__init__("Esa propuesta ya fue rechazada. Actualiza la lista de propuestas.")


class ConciliacionMissing(NotFound):
    code = "conciliacion-missing"
    title = "Movimiento sin conciliar"

    def __init__(self) -> None:
        super().__init__("Ese movimiento no tiene ninguna conciliación que deshacer.")


class PropuestaMissing(NotFound):
    code = "propuesta-missing"
    title = "Propuesta no encontrada"

    def __init__(self) -> None:
        super().__init__("Esa propuesta ya no existe: los documentos o el banco cambiaron. Actualiza la lista.")


class CuentaFaltante(Invalid):
    code = "cuenta-faltante"
    title = "Falta la cuenta"

    def __init__(self) -> None:
        super().__init__(
            "El archivo no dice de qué cuenta es. Escribe en `cuenta` su número o su nombre, de hasta 80 letras."
        )


class CuentaDistinta(Conflict):
    """Fact: `cuenta`, what the file says."""

    code = "cuenta-distinta"
    title = "El archivo es de otra cuenta"

    def __init__(self, cuenta: str) -> None:
        super().__init__(
            f"El archivo es de la cuenta {cuenta} y el nombre que escribiste es de otra. Corrígelo o déjalo vacío.",
            cuenta=cuenta,
        )


class MonedaDistinta(Conflict):
    """Fact: `moneda`, that of the account."""

    code = "moneda-distinta"
    title = "La moneda no es la de la cuenta"

    def __init__(self, nombre: str, moneda: str) -> None:
        super().__init__(f"La cuenta {nombre} es en {moneda}. Súbelo a su propia cuenta.", moneda=moneda)


class MonedaDesconocida(Invalid):
    code = "moneda-desconocida"
    title = "Moneda desconocida"

    def __init__(self) -> None:
        super().__init__("La moneda de la cuenta va con sus tres letras, como MXN o USD.")


class TipoCambioFaltante(Invalid):
    """Fact: `moneda`, that of the account."""

    code = "tipo-cambio-faltante"
    title = "Falta el tipo de cambio"

    def __init__(self, moneda: str) -> None:
        super().__init__(
            f"La cuenta es en {moneda}. Escribe en `tipoCambio` cuántos pesos valió cada unidad en el periodo, "
            "como 18.5432.",
            moneda=moneda,
        )


class EstadoCuentaRechazado(Invalid):
    """A file that cannot be read as a bank statement. Nothing of it is kept."""

    code = "estado-cuenta-rechazado"
    title = "Estado de cuenta rechazado"


class EstadoCuentaVacio(EstadoCuentaRechazado):
    code = "estado-cuenta-vacio"
    title = "Estado de cuenta vacío"

    def __init__(self) -> None:
        super().__init__("El archivo está vacío. Descarga de nuevo el estado de cuenta y súbelo.")


class EstadoCuentaDemasiadoGrande(EstadoCuentaRechazado, TooLarge):
    """The fact `maximoBytes` is the limit, of the file or of what is packed in it."""

    code = "estado-cuenta-demasiado-grande"
    title = "Estado de cuenta demasiado grande"

    def __init__(self, maximo: int) -> None:
        super().__init__(
            f"El archivo pesa más de {maximo // _MIB} MB, en sí o ya descomprimido. Descarga un periodo más corto.",
            maximoBytes=maximo,
        )


class DemasiadosRenglones(EstadoCuentaRechazado, TooLarge):
    """The fact `maximoRenglones` is the limit."""

    code = "demasiados-renglones"
    title = "Demasiados movimientos"

    def __init__(self, maximo: int) -> None:
        super().__init__(
            f"El estado de cuenta trae más de {maximo:,} renglones. Descarga un periodo más corto.",
            maximoRenglones=maximo,
        )


class FormatoNoReconocido(EstadoCuentaRechazado):
    code = "formato-no-reconocido"
    title = "Formato no reconocido"

    def __init__(self) -> None:
        super().__init__(
            "El archivo no es un estado de cuenta en CSV, XLSX u OFX. Descárgalo del banco en uno de esos formatos."
        )


class CodificacionIlegible(EstadoCuentaRechazado):
    code = "codificacion-ilegible"
    title = "Texto ilegible"

    def __init__(self) -> None:
        super().__init__("El texto del archivo no se puede leer. Guárdalo como CSV UTF-8 y súbelo de nuevo.")


class ColumnasNoReconocidas(EstadoCuentaRechazado):
    """Fact: `faltan`, the columns that no heading names."""

    code = "columnas-no-reconocidas"
    title = "Columnas no reconocidas"

    def __init__(self, faltan: tuple[str, ...] = ("fecha", "descripción", "importe")) -> None:
        super().__init__(
            "No se encontró el renglón de encabezados con fecha, descripción e importe (o cargo y abono). "
            "Agrega esos encabezados sobre los movimientos.",
            faltan=list(faltan),
        )


class RenglonIlegible(EstadoCuentaRechazado):
    """Facts: `linea`, counted from 1 as the file shows it, and `columna`."""

    code = "renglon-ilegible"
    title = "Movimiento ilegible"

    def __init__(self, linea: int, columna: str) -> None:
        super().__init__(
            f"En el renglón {linea} no se entiende la columna «{columna}». Corrígela y sube el archivo de nuevo.",
            linea=linea,
            columna=columna,
        )


class FechasAmbiguas(EstadoCuentaRechazado):
    code = "fechas-ambiguas"
    title = "Fechas en distinto orden"

    def __init__(self) -> None:
        super().__init__(
            "Las fechas del archivo no tienen todas el mismo orden de día y mes. Escríbelas como 2026-01-31."
        )


class EstadoCuentaSinMovimientos(EstadoCuentaRechazado):
    code = "estado-cuenta-sin-movimientos"
    title = "Sin movimientos"

    def __init__(self) -> None:
        super().__init__("El estado de cuenta no trae ningún movimiento. Revisa el periodo que descargaste.")


class XlsxDanado(EstadoCuentaRechazado):
    code = "xlsx-danado"
    title = "XLSX dañado"

    def __init__(self) -> None:
        super().__init__("El archivo de Excel está dañado o incompleto. Ábrelo en Excel y guárdalo de nuevo como XLSX.")


class XlsxSospechoso(EstadoCuentaRechazado):
    code = "xlsx-sospechoso"
    title = "XLSX no admitido"

    def __init__(self) -> None:
        super().__init__(
            "El archivo de Excel trae contenido que ningún programa normal produce y no se abre por seguridad. "
            "Guárdalo de nuevo como XLSX o como CSV."
        )


class XlsAntiguo(EstadoCuentaRechazado):
    code = "xls-antiguo-o-protegido"
    title = "Excel antiguo o con contraseña"

    def __init__(self) -> None:
        super().__init__("El archivo es un .xls antiguo o tiene contraseña. Guárdalo como XLSX sin contraseña.")


class OfxMalFormado(EstadoCuentaRechazado):
    code = "ofx-mal-formado"
    title = "OFX mal formado"

    def __init__(self) -> None:
        super().__init__("El archivo OFX está dañado o incompleto. Descárgalo de nuevo del banco.")


class OfxNoPermitido(EstadoCuentaRechazado):
    code = "ofx-no-permitido"
    title = "OFX no permitido"

    def __init__(self) -> None:
        super().__init__(
            "El archivo OFX define entidades o un tipo de documento propio y no se abre por seguridad. "
            "Descárgalo de nuevo del banco."
        )


class VariasCuentas(EstadoCuentaRechazado):
    code = "varias-cuentas"
    title = "Varias cuentas"

    def __init__(self) -> None:
        super().__init__("El archivo trae movimientos de varias cuentas. Descarga y sube una cuenta a la vez.")
