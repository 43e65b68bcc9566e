"""What somebody does, as the audit trail keeps it."""

from collections.abc import Mapping
from uuid import uuid4

from horux_core.audit.model import Deed, legible
from horux_core.identity.model import Actor
from horux_core.kernel.ids import TenantId

INVITACION, RETIRO = "usuario-invitado", "usuario-retirado"
LLAVE_CREADA, LLAVE_REVOCADA, ESCRITURA_CON_LLAVE = "llave-creada", "llave-revocada", "escritura-con-llave"
FACTOR_PUESTO, FACTOR_QUITADO, CODIGOS_NUEVOS = "segundo-factor-puesto", "segundo-factor-quitado", "codigos-renovados"
OPERADOR_ALTA, OPERADOR_BAJA, OPERADOR_VUELTA = "operador-alta", "operador-baja", "operador-vuelta"
OPERADOR_SESIONES = "operador-sesiones-cerradas"


def deed(
    actor: Actor,
    tenant: TenantId | None,
    action: str,
    method: str,
    path: str,
    detail: Mapping[str, object] | None = None,
) -> Deed:
    """One deed; values are written as text, None as nothing. Of a key it says which."""
    a = actor
    if a.key is not None:
        detail = {**(detail or {}), "llave": a.key.id}
    written = {name: "" if value is None else str(value) for name, value in (detail or {}).items()}
    return Deed(uuid4(), a.user, a.email, a.session, tenant, action, method, legible(path), a.request_id, written)
