"""Looking clients up."""

from dataclasses import dataclass

from horux_core.identity.model import Actor, Permission
from horux_core.kernel.pages import Page
from horux_core.kernel.rfc import Rfc, RfcMalformed
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import Registry

PAGE = 50
LONGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class ListTenants:
    """The operator's clients, by RFC, a page at a time."""

    registry: Registry

    def __call__(self, actor: Actor, cursor: str | None = None, limit: int = PAGE) -> Page[Tenant]:
        actor.require(Permission.OPERATE)
        return self.registry.page(cursor, max(1, min(limit, LONGEST_PAGE)))


@dataclass(frozen=True, slots=True)
class ShowTenant:
    """One client of the operator. Raises TenantMissing."""

    registry: Registry

    def __call__(self, actor: Actor, rfc: str) -> Tenant:
        actor.require(Permission.OPERATE)
        return live(self.registry, rfc)


def live(registry: Registry, rfc: str) -> Tenant:
    """The live client with the RFC as somebody wrote it. Raises TenantMissing, also for what cannot be an RFC."""
    try:
        return registry.find(Rfc(rfc))
    except RfcMalformed as error:
        raise missing() from error


def missing() -> TenantMissing:
    return TenantMissing("No hay una empresa con ese RFC. Revísalo en la lista de clientes.")
