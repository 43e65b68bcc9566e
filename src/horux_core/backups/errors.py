from horux_core.kernel.errors import Conflict, Invalid, NotFound, Unavailable


class BackupMissing(NotFound):
    code = "respaldo-no-encontrado"
    title = "Respaldo no encontrado"


class BackupUnderWay(Conflict):
    """Another process is backing up, proving or restoring."""

    code = "respaldo-en-curso"
    title = "Respaldo en curso"


class BackupDamaged(Invalid):
    """It is not what was written: altered, cut, mixed up, or of another installation. Nothing of it was used."""

    code = "respaldo-danado"
    title = "Respaldo dañado"


class BackupKeyInvalid(Invalid):
    """The key given does not open it, or is no key."""

    code = "llave-de-respaldo-invalida"
    title = "Llave de respaldos no válida"


class BackupFailed(Unavailable):
    """A file could not be made, proven or restored."""

    code = "respaldo-fallido"
    title = "Respaldo fallido"


class NotRestorable(Conflict):
    """What is there now stands in the way of what was asked to be restored."""

    code = "restauracion-no-posible"
    title = "No se puede restaurar ahí"
