from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from horux_adapters.memory.audit import MemoryAuditLog
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import CursorMalformed, Page
from horux_core.kernel.rfc import Rfc, RfcMalformed
from horux_core.outbox.ports import Outbox
from horux_core.tenancy.errors import DatabaseNameTaken, RfcTaken, TenantMissing
from horux_core.tenancy.model import Tenant, TenantState

_DIGRAPHS = str.maketrans({"Ñ": "_n", "&": "_a"})


@dataclass(frozen=True, slots=True)
class MemoryTenants:
    tables: Tables

    def add(self, tenant: Tenant) -> None:
        kept: list[Tenant] = list(self.tables["tenants"].values())
        if any(other.rfc == tenant.rfc and other.state is not TenantState.DELETED for other in kept):
            raise RfcTaken("Ya hay una empresa con ese RFC. Búscala en la lista de clientes.")
        self.tables["tenants"][tenant.id] = tenant

    def lock(self, tenant: TenantId) -> Tenant:
        return _found(self.tables, tenant)

    def save(self, tenant: Tenant) -> None:
        self.tables["tenants"][tenant.id] = tenant

    def remove(self, tenant: TenantId) -> None:
        self.tables["tenants"].pop(tenant, None)


@dataclass(frozen=True, slots=True)
class MemoryRegistryTransaction:
    tenants: MemoryTenants
    outbox: Outbox
    audit: MemoryAuditLog


@dataclass(frozen=True, slots=True)
class MemoryRegistry:
    control: MemoryDatabase
    outbox: Callable[[Tables], Outbox]

    @contextmanager
    def transaction(self) -> Iterator[MemoryRegistryTransaction]:
        with self.control.transaction() as tables:
            audit = MemoryAuditLog(tables, self.control.clock)
            yield MemoryRegistryTransaction(MemoryTenants(tables), self.outbox(tables), audit)

    def get(self, tenant: TenantId) -> Tenant:
        with self.control.transaction() as tables:
            return _found(tables, tenant)

    def find(self, rfc: Rfc) -> Tenant:
        for tenant in self._live():
            if tenant.rfc == rfc:
                return tenant
        raise _missing()

    def page(self, cursor: str | None, limit: int) -> Page[Tenant]:
        after = _after(cursor)
        found = sorted((tenant for tenant in self._live() if tenant.rfc > after), key=lambda tenant: tenant.rfc)
        more = len(found) > limit
        return Page(tuple(found[:limit]), str(found[limit - 1].rfc) if more else None)

    def _live(self) -> list[Tenant]:
        with self.control.transaction() as tables:
            return [tenant for tenant in tables["tenants"].values() if tenant.state is TenantState.LIVE]


@dataclass(frozen=True, slots=True)
class MemoryTenantDatabases:
    """Which databases there are, by name, and whose."""

    control: MemoryDatabase

    def name_for(self, rfc: Rfc) -> str:
        return f"horux_{_plain(rfc)}"

    def server_for_new(self) -> str:
        return "principal"

    def create(self, tenant: Tenant) -> None:
        with self.control.transaction() as tables:
            if tenant.database_name in tables["databases"]:
                raise DatabaseNameTaken("Ya existe una base de datos con el nombre que le toca. Avisa a soporte.")
            tables["databases"][tenant.database_name] = tenant.id

    def drop(self, tenant: Tenant) -> None:
        with self.control.transaction() as tables:
            if tables["databases"].get(tenant.database_name) == tenant.id:
                del tables["databases"][tenant.database_name]

    def retire(self, tenant: Tenant, retired_name: str) -> None:
        with self.control.transaction() as tables:
            if tables["databases"].get(tenant.database_name) == tenant.id:
                tables["databases"][retired_name] = tables["databases"].pop(tenant.database_name)

    def retired_name(self, tenant: Tenant, stamp: str) -> str:
        return f"horux_deleted_{_plain(tenant.rfc)}_{stamp}"


def _plain(rfc: str) -> str:
    return rfc.translate(_DIGRAPHS).lower()


def _found(tables: Tables, tenant: TenantId) -> Tenant:
    found: Tenant | None = tables["tenants"].get(tenant)
    if found is None:
        raise _missing()
    return found


def _after(cursor: str | None) -> str:
    if cursor is None:
        return ""
    try:
        return Rfc(cursor)
    except RfcMalformed as error:
        raise CursorMalformed("El cursor no es válido: usa el `nextCursor` de la página anterior.") from error


def _missing() -> TenantMissing:
    return TenantMissing("No hay una empresa con ese RFC. Revísalo en la lista de clientes.")
