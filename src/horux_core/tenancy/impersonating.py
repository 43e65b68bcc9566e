"""The operator's staff looking into a client (X-View-Tenant; SPEC 2.1)."""

from dataclasses import dataclass, replace

from horux_core.audit.ports import AuditTrail
from horux_core.identity.model import Actor, Role
from horux_core.tenancy.deeds import deed
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
    Raises ViewForbidden for anybody but the operator's staff, whomever they name; TenantMissing; MustChangePassword,
    SecondFactorRequired; and before the first view, ReauthenticationRequired.
    """

    registry: Registry
    audit: AuditTrail

    def __call__(self, actor: Actor, rfc: str, method: str, path: str, request_id: str) -> Actor:
        if not actor.platform_admin:
            raise ViewForbidden("Solo el personal de Horux360 puede ver otra empresa: quita X-View-Tenant.")
        actor.require_own_password()
        tenant = live(self.registry, rfc)
        if actor.stale and not self.audit.was_viewed(actor.session, tenant.id):
            actor.require_fresh()
        viewing = replace(actor, tenant_id=tenant.id, role=Role.OWNER, viewing=True, request_id=request_id)
        how = method.upper()
        self.audit.record_view(deed(viewing, tenant.id, VISTA, how, path))
        if how not in _READING:
            self.audit.record(deed(viewing, tenant.id, ESCRITURA, how, path))
        return viewing
