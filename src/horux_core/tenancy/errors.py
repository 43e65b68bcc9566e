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
