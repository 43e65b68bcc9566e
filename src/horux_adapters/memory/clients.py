from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from horux_adapters.memory.billing import live
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.identity.model import Session
from horux_core.kernel.ids import TenantId
from horux_core.operations.clients import Client, ClientName, Usage
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant, TenantState


@dataclass(frozen=True, slots=True)
class MemoryClients:
    control: MemoryDatabase

    def all(self) -> tuple[Client, ...]:
        with self.control.transaction() as tables:
            found = [_client(tables, tenant) for tenant in _tenants(tables) if tenant.state is TenantState.LIVE]
        return tuple(sorted(found, key=lambda client: client.tenant.rfc))

    def one(self, tenant: TenantId) -> Client:
        with self.control.transaction() as tables:
            found: Tenant | None = tables["tenants"].get(tenant)
            if found is None or found.state is not TenantState.LIVE:
                raise TenantMissing("No hay una empresa con ese RFC. Revísalo en la lista de clientes.")
            return _client(tables, found)

    def measured(self, tenant: TenantId, usage: Usage) -> None:
        with self.control.transaction() as tables:
            if tenant in tables["tenants"]:
                tables["client_usage"][tenant] = usage

    def named(self, tenants: frozenset[TenantId]) -> dict[TenantId, ClientName]:
        with self.control.transaction() as tables:
            return {
                tenant.id: ClientName(str(tenant.rfc), tenant.nombre, tenant.state is TenantState.LIVE)
                for tenant in _tenants(tables)
                if tenant.id in tenants
            }


def _tenants(tables: Tables) -> list[Tenant]:
    return list(tables["tenants"].values())


def _client(tables: Tables, tenant: Tenant) -> Client:
    sessions = list(_sessions(tables, tenant.id))
    return Client(
        tenant,
        live(tables, tenant.id),
        tables["client_usage"].get(tenant.id),
        max((session.created_at for session in sessions), default=None),
        max((session.expires_at for session in sessions), default=None),
        _fiel_until(tables, tenant.id),
    )


def _sessions(tables: Tables, tenant: TenantId) -> Iterator[Session]:
    return (session for session in tables["sessions"].values() if session.tenant == tenant)


def _fiel_until(tables: Tables, tenant: TenantId) -> datetime | None:
    sealed = tables["fiel_credentials"].get(tenant)
    return None if sealed is None else sealed.certificado.valido_hasta
