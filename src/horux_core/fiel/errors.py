from datetime import UTC, datetime

from horux_core.kernel.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable


class FielMissing(NotFound):
    code = "fiel-missing"
    title = "Sin e.firma"

    def __init__(self) -> None:
        super().__init__("Esta empresa no tiene una e.firma guardada. Sube el .cer, el .key y su contraseña.")


class FielUnreadable(Conflict):
    """Neither copy opens. What is wrong with them is never told: the same words for every cause."""

    code = "fiel-unreadable"
    title = "e.firma ilegible"

    def __init__(self) -> None:
        super().__init__("La e.firma guardada no se puede leer. Elimínala y súbela de nuevo; si persiste, avísanos.")


class LedgerBroken(Conflict):
    """The book of use was changed, or something is missing from it: nothing is decrypted."""

    code = "fiel-ledger-broken"
    title = "Libro de uso alterado"

    def __init__(self) -> None:
        super().__init__("El libro de uso de la e.firma no coincide con su sello: no se abre nada. Avísanos enseguida.")


class LedgerSound(Conflict):
    code = "fiel-ledger-sound"
    title = "Libro de uso sano"

    def __init__(self) -> None:
        super().__init__("El libro de uso de esta e.firma está bien: no hay nada que aceptar.")


class LedgerAltered(Conflict):
    """An entry was changed or taken out of the middle: no restored backup looks so."""

    code = "fiel-ledger-altered"
    title = "Libro de uso sin continuidad"

    def __init__(self) -> None:
        super().__init__("A este libro le cambiaron o quitaron asientos: restaura un respaldo sano y repite.")


class VaultUnavailable(Unavailable):
    """The vault cannot write what must be written first, or somebody else is at work on the same e.firma."""

    code = "vault-unavailable"
    title = "Bóveda no disponible"

    def __init__(self) -> None:
        super().__init__("La bóveda no responde en este momento. Intenta de nuevo en un minuto.", retryAfter=60)


class ReasonMissing(Invalid):
    code = "fiel-reason-missing"
    title = "Falta el motivo"

    def __init__(self) -> None:
        super().__init__("Escribe el motivo en una línea, de 1 a 500 caracteres: queda en el libro de uso.")


class FielExpired(Invalid):
    """Fact: `validoHasta`."""

    code = "fiel-expired"
    title = "e.firma vencida"

    def __init__(self, nombre: str, hasta: datetime) -> None:
        super().__init__(
            f"La e.firma de {nombre} venció el {_momento(hasta)}. Renuévala en el SAT y sube la nueva.",
            validoHasta=hasta.isoformat(),
        )


class FielNotYetValid(Invalid):
    """Fact: `validoDesde`."""

    code = "fiel-not-yet-valid"
    title = "e.firma aún no vigente"

    def __init__(self, nombre: str, desde: datetime) -> None:
        super().__init__(
            f"La e.firma de {nombre} empieza a valer el {_momento(desde)}. Súbela a partir de entonces, "
            "o sube ahora la que sigue vigente.",
            validoDesde=desde.isoformat(),
        )


class FielIsCsd(Invalid):
    code = "fiel-is-csd"
    title = "Es un CSD"

    def __init__(self) -> None:
        super().__init__(
            "Los archivos son de un certificado de sello digital (CSD), que sirve para facturar. "
            "Sube los de la e.firma: el SAT los entrega por separado."
        )


class FielKindUndetermined(Invalid):
    code = "fiel-kind-undetermined"
    title = "Certificado de tipo dudoso"

    def __init__(self) -> None:
        super().__init__(
            "El certificado se puede leer, pero no tiene la forma de una e.firma del SAT. "
            "Sube el .cer original de tu e.firma."
        )


class FielRfcMismatch(Invalid):
    """Facts: `rfcCertificado` and `rfcEmpresa`."""

    code = "fiel-rfc-mismatch"
    title = "e.firma de otro contribuyente"

    def __init__(self, certified: str, own: str) -> None:
        super().__init__(
            f"La e.firma es de {certified} y esta empresa es {own}. Sube la e.firma de {own}.",
            rfcCertificado=certified,
            rfcEmpresa=own,
        )


class FielKeyMismatch(Invalid):
    code = "fiel-key-mismatch"
    title = "La llave es de otro certificado"

    def __init__(self) -> None:
        super().__init__(
            "La llave (.key) no corresponde al certificado (.cer), aunque sean del mismo contribuyente. "
            "Sube el par que se creó junto: el de la misma renovación, y no el del sello digital."
        )


class FielPasswordWrong(Invalid):
    code = "fiel-password-wrong"
    title = "Contraseña incorrecta"

    def __init__(self, odd: str = "") -> None:
        hint = f" La que escribiste {odd}: quítalo e intenta de nuevo." if odd else ""
        super().__init__(
            "La contraseña no abre la llave privada. Distingue mayúsculas y minúsculas, y es la de la e.firma, "
            f"no la del portal del SAT.{hint}"
        )


class FielPasswordMissing(Invalid):
    code = "fiel-password-missing"
    title = "Falta la contraseña"

    def __init__(self) -> None:
        super().__init__("Escribe la contraseña de la llave privada de la e.firma.")


class FielCertificateMalformed(Invalid):
    code = "fiel-certificate-malformed"
    title = "No es un certificado"

    def __init__(self, what: str = "está dañado o no es un certificado") -> None:
        super().__init__(f"El archivo del certificado (.cer) {what}. Sube el .cer original que te dio el SAT.")


class FielKeyMalformed(Invalid):
    code = "fiel-key-malformed"
    title = "No es una llave privada"

    def __init__(self, what: str = "está dañado, o no es una llave privada cifrada que se pueda usar") -> None:
        super().__init__(f"El archivo de la llave (.key) {what}. Sube el .key original, sin convertirlo.")


class FielFormIncomplete(Invalid):
    """Fact: `parte`, where one is at fault: `cer`, `key` or `password`."""

    code = "fiel-form-incomplete"
    title = "Formulario incompleto"

    def __init__(self, what: str, parte: str | None = None) -> None:
        facts = {} if parte is None else {"parte": parte}
        super().__init__(f"{what} Envía el .cer en `cer`, el .key en `key` y la contraseña en `password`.", **facts)


class FielFileEmpty(Invalid):
    """Fact of this and of all that are about one file: `archivo`, `cer` or `key`."""

    code = "fiel-file-empty"
    title = "Archivo vacío"

    def __init__(self, archivo: str) -> None:
        super().__init__(f"El archivo .{archivo} está vacío. Sube el original.", archivo=archivo)


class FielFileTooLarge(TooLarge):
    """Facts: `archivo` and `maximoBytes`."""

    code = "fiel-file-too-large"
    title = "Archivo demasiado grande"

    def __init__(self, archivo: str, maximo: int) -> None:
        super().__init__(
            f"El archivo .{archivo} pesa más de {maximo // 1024} KB; los de una e.firma pesan unos 2. "
            "Revisa que sea el correcto.",
            archivo=archivo,
            maximoBytes=maximo,
        )


class FielFileTruncated(Invalid):
    code = "fiel-file-truncated"
    title = "Archivo incompleto"

    def __init__(self, archivo: str) -> None:
        super().__init__(
            f"El archivo .{archivo} está cortado o dañado: le falta el final. Cópialo de nuevo del original y súbelo.",
            archivo=archivo,
        )


class FielFileIsPage(Invalid):
    code = "fiel-file-is-page"
    title = "Es una página web"

    def __init__(self, archivo: str) -> None:
        super().__init__(
            f"El archivo .{archivo} es una página web guardada con ese nombre. Descárgalo de nuevo y sube el original.",
            archivo=archivo,
        )


class FielFilesSwapped(Invalid):
    code = "fiel-files-swapped"
    title = "Archivos cambiados"

    def __init__(self) -> None:
        super().__init__("Los archivos están cambiados: el .cer va en el certificado y el .key en la llave privada.")


class FielIsPfx(Invalid):
    code = "fiel-is-pfx"
    title = "Es un PFX"

    def __init__(self, archivo: str) -> None:
        super().__init__(
            "Subiste un archivo PFX (.pfx o .p12), que junta el certificado y la llave. "
            "Sube por separado el .cer y el .key que te dio el SAT.",
            archivo=archivo,
        )


class FielIssuerUnknown(Invalid):
    """Fact: `emisor`, what the certificate calls its issuer."""

    code = "fiel-issuer-unknown"
    title = "Emisor desconocido"

    def __init__(self, emisor: str) -> None:
        named = f" Dice que lo emitió «{emisor}»." if emisor else ""
        super().__init__(
            f"No lo firma ninguna autoridad del SAT de las que conocemos.{named} "
            "Sube el .cer original; si lo es, avísanos para agregar a su autoridad.",
            emisor=emisor,
        )


class FielKeyUnencrypted(Invalid):
    code = "fiel-key-unencrypted"
    title = "Llave sin cifrar"

    def __init__(self) -> None:
        super().__init__(
            "La llave (.key) no está protegida con contraseña: cualquiera que la tenga puede firmar por ti. "
            "Sube el .key original que te dio el SAT y destruye esa copia."
        )


class PlainPlaceMissing(Unavailable):
    """Nowhere on this machine is memory that no disk keeps."""

    code = "fiel-no-memory"
    title = "Sin dónde descifrar"


class PlainPlaceTaken(Conflict):
    """The folder for the plaintext is there already."""

    code = "fiel-already-decrypted"
    title = "e.firma ya descifrada"


def _momento(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%d/%m/%Y a las %H:%M UTC")
