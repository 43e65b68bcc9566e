"""What the operator changes of a client."""

from dataclasses import dataclass
from operator import attrgetter

from horux_core.identity.model import Actor, Permission
from horux_core.kernel.same import SAME, Same
from horux_core.plans.model import ILIMITADO
from horux_core.tenancy.deeds import CAMBIO, deed
from horux_core.tenancy.errors import LimitInvalid
from horux_core.tenancy.events import PlanChanged
from horux_core.tenancy.listing import live, missing
from horux_core.tenancy.model import Tenant, TenantState, nombre_of, plan_of
from horux_core.tenancy.ports import Registry

_LIMIT_MAX = 1_000_000_000
_TOLD = {
    "nombre": attrgetter("nombre"),
    "plan": attrgetter("plan"),
    "cfdiLimit": attrgetter("cfdi_limit_override"),
    "usersLimit": attrgetter("users_limit_override"),
}


@dataclass(frozen=True, slots=True)
class Changes:
    """What is asked for. A limit of None follows the plan again; -1 is no limit."""

    nombre: str | Same = SAME
    plan: str | Same = SAME
    cfdi_limit: int | Same | None = SAME
    users_limit: int | Same | None = SAME


@dataclass(frozen=True, slots=True)
class ChangeTenant:
    """Give a client another name, plan or limits; what changed is in the audit trail.

    Raises TenantMissing, NombreInvalid, PlanUnknown or LimitInvalid.
    """

    registry: Registry

    def __call__(self, actor: Actor, rfc: str, changes: Changes) -> Tenant:
        actor.require(Permission.OPERATE)
        tenant = live(self.registry, rfc)
        with self.registry.transaction() as tx:
            now = tx.tenants.lock(tenant.id)
            if now.state is not TenantState.LIVE:
                raise missing()
            changed = _changed(now, changes)
            told = {word: new for word, of in _TOLD.items() if (new := of(changed)) != of(now)}
            if told:
                tx.tenants.save(changed)
                if changed.plan is not now.plan:
                    tx.outbox.put(PlanChanged(tenant.id))
                tx.audit.record(deed(actor, tenant.id, CAMBIO, "PATCH", f"/api/tenants/{tenant.rfc}", told))
        return changed


def _changed(tenant: Tenant, changes: Changes) -> Tenant:
    if changes.nombre is not SAME:
        tenant = tenant.renamed(nombre_of(changes.nombre))
    if changes.plan is not SAME:
        tenant = tenant.on_plan(plan_of(changes.plan))
    if changes.cfdi_limit is not SAME:
        tenant = tenant.with_cfdi_limit(_limit(changes.cfdi_limit))
    if changes.users_limit is not SAME:
        tenant = tenant.with_users_limit(_limit(changes.users_limit))
    return tenant


def _limit(limit: int | None) -> int | None:
    if limit is not None and not ILIMITADO <= limit <= _LIMIT_MAX:
        raise LimitInvalid("El límite es un número de 0 en adelante, -1 para ninguno, o vacío para seguir al plan.")
    return limit
