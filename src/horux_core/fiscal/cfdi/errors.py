"""Why a file is not accepted as a CFDI of the taxpayer. Each reason has its own code, title and sentence."""

from horux_core.kernel.errors import Conflict, Invalid, TooLarge


class CfdiRejected(Invalid):
    """A file that cannot be kept as a CFDI. Nothing of it is stored."""

    code = "cfdi-rechazado"
    title = "CFDI rechazado"

    def __reduce__(self) -> tuple[object, ...]:
        """Reasons travel from the processes that read files, and each has its own arguments."""
        return _rehecho, (type(self), str(self), dict(self.facts))


def _rehecho(clase: type[CfdiRejected], mensaje: str, facts: dict[str, object]) -> CfdiRejected:
    error = clase.__new__(clase, mensaje)
    CfdiRejected.__init__(error, mensaje, **facts)
    return error


class ArchivoVacio(CfdiRejected):
    code = "archivo-vacio"
    title = "Archivo vacío"

    def __init__(self) -> None:
        super().__init__("El archivo está vacío. Descarga de nuevo el XML y vuelve a subirlo.")


class ArchivoDemasiadoGrande(CfdiRejected, TooLarge):
    """The fact `maximoBytes` is the limit of one document."""

    code = "xml-demasiado-grande"
    title = "XML demasiado grande"

    def __init__(self, maximo: int) -> None:
        super().__init__(
            f"El archivo pesa más de {maximo // (1024 * 1024)} MB, el límite de un CFDI o de un ZIP dentro de otro. "
            "Si es un XML, revisa que sea el de una sola factura; si es un ZIP, súbelo por separado.",
            maximoBytes=maximo,
        )


class DocumentoDemasiadoComplejo(CfdiRejected, TooLarge):
    code = "xml-demasiado-complejo"
    title = "XML con demasiados elementos"

    def __init__(self) -> None:
        super().__init__(
            "El XML tiene muchos más elementos que un CFDI. Revisa que sea el archivo correcto o retira su addenda."
        )


class XmlTruncado(CfdiRejected):
    code = "xml-truncado"
    title = "XML incompleto"

    def __init__(self) -> None:
        super().__init__("El archivo está cortado: le falta el final. Descarga de nuevo el XML completo.")


class XmlMalFormado(CfdiRejected):
    """The fact `linea` is where reading stopped, when it is known."""

    code = "xml-mal-formado"
    title = "XML mal formado"

    def __init__(self, linea: int | None = None) -> None:
        donde = f" (línea {linea})" if linea else ""
        super().__init__(
            f"El archivo no es un XML bien formado{donde}. Pide a quien lo emitió el archivo original, sin modificar.",
            linea=linea,
        )


class DtdNoPermitido(CfdiRejected):
    code = "xml-con-dtd"
    title = "DTD no permitido"

    def __init__(self) -> None:
        super().__init__(
            "El XML declara un DTD o entidades, que ningún CFDI lleva y no se aceptan. Sube el XML original."
        )


class CodificacionNoAdmitida(CfdiRejected):
    code = "xml-codificacion"
    title = "Codificación no admitida"

    def __init__(self) -> None:
        super().__init__(
            "La codificación de texto del XML no se admite o no corresponde a su contenido. "
            "Sube el archivo original, en UTF-8, sin abrirlo ni guardarlo con otro programa."
        )


class PaginaHtml(CfdiRejected):
    code = "archivo-es-html"
    title = "Es una página web"

    def __init__(self) -> None:
        super().__init__(
            "El archivo es una página web, no un CFDI; suele pasar cuando la descarga falló. Descarga de nuevo el XML."
        )


class ArchivoPdf(CfdiRejected):
    code = "archivo-es-pdf"
    title = "Es un PDF"

    def __init__(self) -> None:
        super().__init__("El archivo es un PDF, la representación impresa. Sube el XML de la factura.")


class ArchivoZip(CfdiRejected):
    code = "archivo-es-zip"
    title = "Es un ZIP"

    def __init__(self) -> None:
        super().__init__("El archivo es un ZIP aunque su nombre diga XML. Cámbiale la extensión a .zip y súbelo así.")


class NoEsCfdi(CfdiRejected):
    """The fact `raiz` is the root element's name."""

    code = "no-es-cfdi"
    title = "No es un CFDI"

    def __init__(self, raiz: str) -> None:
        super().__init__(
            f"El XML no es un CFDI: su raíz es «{raiz}» y no Comprobante ni Retenciones. Sube el XML de la factura.",
            raiz=raiz,
        )


class ContabilidadElectronica(CfdiRejected):
    code = "es-contabilidad-electronica"
    title = "Es contabilidad electrónica"

    def __init__(self) -> None:
        super().__init__(
            "El archivo es de contabilidad electrónica (balanza, catálogo, pólizas), no un CFDI. "
            "Sube el XML de la factura."
        )


class NamespaceDesconocido(CfdiRejected):
    """The fact `namespace` is what the file declares."""

    code = "namespace-desconocido"
    title = "Namespace desconocido"

    def __init__(self, namespace: str) -> None:
        super().__init__(
            "El XML dice ser un comprobante, pero su namespace no es de ninguna versión de CFDI del SAT. "
            "Pide el archivo original a quien lo emitió.",
            namespace=namespace,
        )


class VersionNoAdmitida(CfdiRejected):
    """The fact `version` is what the file declares."""

    code = "version-no-admitida"
    title = "Versión no admitida"

    def __init__(self, version: str) -> None:
        super().__init__(
            f"La versión «{version}» no se admite. Sube solo CFDI 3.2, 3.3 y 4.0, y Retenciones 1.0 y 2.0.",
            version=version,
        )


class SinTimbre(CfdiRejected):
    code = "sin-timbre"
    title = "Sin timbre fiscal"

    def __init__(self) -> None:
        super().__init__(
            "El XML no tiene timbre fiscal (UUID), así que aún no es un CFDI. Pide al emisor el XML timbrado."
        )


class VariosTimbres(CfdiRejected):
    code = "varios-timbres"
    title = "Dos timbres distintos"

    def __init__(self) -> None:
        super().__init__(
            "El XML trae dos timbres con UUID distinto y no se sabe cuál vale. Descarga el original del portal del SAT."
        )


class UuidMalFormado(CfdiRejected):
    code = "uuid-mal-formado"
    title = "UUID no válido"

    def __init__(self) -> None:
        super().__init__(
            "El UUID del timbre no tiene la forma de un folio fiscal (8-4-4-4-12 dígitos hexadecimales). "
            "Descarga el XML original del portal del SAT."
        )


class ImporteNegativo(CfdiRejected):
    """Facts: `nodo` and `atributo`."""

    code = "importe-negativo"
    title = "Importe negativo"

    def __init__(self, nodo: str, atributo: str) -> None:
        super().__init__(
            f"El importe {atributo} de {nodo} es negativo, lo que el Anexo 20 no permite. "
            "Pide al emisor un CFDI correcto; un descuento o devolución va en un CFDI de egreso.",
            nodo=nodo,
            atributo=atributo,
        )


class AtributoFaltante(CfdiRejected):
    """Facts: `nodo` and `atributo`."""

    code = "atributo-faltante"
    title = "Falta un dato obligatorio"

    def __init__(self, nodo: str, atributo: str) -> None:
        super().__init__(
            f"Al CFDI le falta el dato obligatorio {atributo} de {nodo}. Pide el XML original a quien lo emitió.",
            nodo=nodo,
            atributo=atributo,
        )


class NodoFaltante(CfdiRejected):
    """Fact: `nodo`."""

    code = "nodo-faltante"
    title = "Falta una parte del CFDI"

    def __init__(self, nodo: str) -> None:
        super().__init__(
            f"Al CFDI le falta la parte obligatoria {nodo}. Pide al emisor el XML original, sin modificar.", nodo=nodo
        )


class CfdiNoGuardable(CfdiRejected):
    """Something in it does not fit in the books, although it could be read."""

    code = "cfdi-no-guardable"
    title = "CFDI que no se puede guardar"

    def __init__(self) -> None:
        super().__init__("El CFDI trae un dato que no cabe en los libros. Pide el XML original a quien lo emitió.")


class AtributoInvalido(CfdiRejected):
    """Facts: `nodo` and `atributo`."""

    code = "atributo-invalido"
    title = "Dato no válido"

    def __init__(self, nodo: str, atributo: str) -> None:
        super().__init__(
            f"El dato {atributo} de {nodo} no es válido según el Anexo 20. Pide el XML original a quien lo emitió.",
            nodo=nodo,
            atributo=atributo,
        )


class CfdiAjeno(CfdiRejected):
    """Facts: `rfcEmisor` and `rfcReceptor`."""

    code = "cfdi-ajeno"
    title = "CFDI de otro contribuyente"

    def __init__(self, rfc: str, rfc_emisor: str, rfc_receptor: str) -> None:
        super().__init__(
            f"El CFDI no es de {rfc}: lo emitió {rfc_emisor} y lo recibió {rfc_receptor}. "
            "Súbelo en la empresa a la que pertenece.",
            rfcEmisor=rfc_emisor,
            rfcReceptor=rfc_receptor,
        )


class UuidConOtroContenido(Conflict):
    """The UUID is stored with other bytes; the first one stays. Fact: `uuid`."""

    code = "uuid-con-otro-contenido"
    title = "UUID ya guardado con otro contenido"

    def __init__(self, uuid: str) -> None:
        super().__init__(
            f"Ya está guardado un CFDI con el UUID {uuid} y otro contenido; se conserva el primero. "
            "Compara ambos con el que muestra el portal del SAT.",
            uuid=uuid,
        )
