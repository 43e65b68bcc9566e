"""The operator's staff looking into a client (X-View-Tenant; SPEC 2.1)."""

from dataclasses import dataclass, replace
from uuid import uuid4

from horux_core.audit.model import Entry
from horux_core.audit.ports import AuditTrail
from horux_core.identity.errors import MustChangePassword
from horux_core.identity.model import Actor, Role
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.errors import ViewForbidden
from horux_core.tenancy.listing import live
from horux_core.tenancy.ports import Registry

VISTA = "vista"
ESCRITURA = "escritura"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class EnterView:
    """The actor as it works in a client's books, with what the owner may; the client can read that it did.

    The first view of a session leaves a trace, and so does whatever is not mere reading, before it is done.
    Raises ViewForbidden for anybody but the operator's staff, whomever they name; TenantMissing;
    MustChangePassword.
    """

    registry: Registry
    audit: AuditTrail
    clock: Clock

    def __call__(self, actor: Actor, rfc: str, method: str, path: str, request_id: str) -> Actor:
        if not actor.platform_admin:
            raise ViewForbidden("Solo el personal de Horux360 puede ver otra empresa: quita X-View-Tenant.")
        if actor.must_change_password:
            raise MustChangePassword("Tu contraseña es temporal: elige una nueva antes de continuar.")
        tenant = live(self.registry, rfc)
        self.audit.record_view(self._entry(VISTA, actor, tenant.id, method, path, request_id))
        if method.upper() not in _READING:
            self.audit.record(self._entry(ESCRITURA, actor, tenant.id, method, path, request_id))
        return replace(actor, tenant_id=tenant.id, role=Role.OWNER, viewing=True, request_id=request_id)

    def _entry(self, action: str, actor: Actor, tenant: TenantId, method: str, path: str, request_id: str) -> Entry:
        at = self.clock()
        return Entry(
            uuid4(), at, actor.user, actor.email, actor.session, tenant, action, method.upper(), path, request_id, {}
        )
