from horux_core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class TenantMissing(NotFound):
    code = "tenant-missing"
    title = "Empresa no encontrada"


class RfcTaken(Conflict):
    code = "rfc-taken"
    title = "RFC ya registrado"


class GenericRfc(Invalid):
    code = "rfc-generico"
    title = "RFC genérico"


class ViewForbidden(Forbidden):
    code = "view-forbidden"
    title = "Vista de otra empresa no permitida"


class ConnectionsExhausted(Unavailable):
    """Every connection to the tenants' databases is in use, and none came free in time."""

    code = "servidor-ocupado"
    title = "Servidor ocupado"


class DatabaseUnavailable(Unavailable):
    code = "base-no-disponible"
    title = "Base de datos no disponible"


class NombreInvalid(Invalid):
    code = "nombre-invalido"
    title = "Nombre no válido"


class PlanUnknown(Invalid):
    code = "plan-desconocido"
    title = "Plan desconocido"


class LimitInvalid(Invalid):
    code = "limite-invalido"
    title = "Límite no válido"


class DatabaseNameTaken(Conflict):
    """A database stands where the tenant's would: somebody left it there, and its data are nobody's to inherit."""

    code = "base-ya-existe"
    title = "La base de datos ya existe"


class ServerMissing(NotFound):
    code = "servidor-desconocido"
    title = "Servidor de bases desconocido"


class ServerTaken(Conflict):
    """A server has that name, or is at that address, already."""

    code = "servidor-ya-existe"
    title = "El servidor ya existe"


class ServerInvalid(Invalid):
    """Its name, address or port cannot be."""

    code = "servidor-invalido"
    title = "Servidor no válido"


class ServerUnfit(Conflict):
    """It does not answer as the provisioner, is too old, or does not let databases and roles be made."""

    code = "servidor-no-sirve"
    title = "El servidor no sirve"


class ServerInUse(Conflict):
    """Databases of clients are on it, or it is the central one."""

    code = "servidor-en-uso"
    title = "Servidor en uso"


class TenantMoving(Unavailable):
    """The client's database is on its way to another server: for some seconds it is read and not written."""

    code = "mudanza-en-curso"
    title = "Mudanza en curso"
