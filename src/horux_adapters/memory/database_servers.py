from dataclasses import dataclass, replace

from horux_adapters.memory.audit import MemoryAuditLog
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.audit.model import Deed
from horux_core.tenancy.errors import ServerInUse, ServerMissing, ServerTaken, ServerUnfit
from horux_core.tenancy.model import DatabaseServer, Tenant, TenantState
from horux_core.tenancy.servers import in_use

_VERSION = 17


@dataclass(frozen=True, slots=True)
class MemoryDatabaseServers:
    """Nothing runs anywhere: every address answers but those of `silent`."""

    control: MemoryDatabase
    silent: frozenset[tuple[str, int]] = frozenset()

    def all(self) -> tuple[DatabaseServer, ...]:
        with self.control.transaction() as tables:
            tenants: list[Tenant] = list(tables["tenants"].values())
            return tuple(_counted(server, tenants) for _, server in sorted(_rows(tables).items()))

    def prove(self, host: str, port: int) -> int:
        if (host, port) in self.silent:
            raise ServerUnfit(f"No se pudo entrar a {host}:{port} como el aprovisionador.")
        return _VERSION

    def add(self, server: DatabaseServer, deed: Deed) -> None:
        with self.control.transaction() as tables:
            rows = _rows(tables)
            places = {(one.host, one.port) for one in rows.values()}
            if server.name in rows or (server.host, server.port) in places:
                raise ServerTaken(f"Ya hay un servidor «{server.name}», o uno en esa dirección.")
            self._kept(tables, {**rows, server.name: server}, deed)

    def accept(self, name: str, accepts_new: bool, deed: Deed) -> None:
        with self.control.transaction() as tables:
            rows = _rows(tables)
            self._kept(tables, {**rows, name: replace(_found(rows, name), accepts_new=accepts_new)}, deed)

    def remove(self, name: str, deed: Deed) -> None:
        with self.control.transaction() as tables:
            rows = _rows(tables)
            found = _counted(_found(rows, name), list(tables["tenants"].values()))
            if found.host is None:
                raise ServerInUse(f"«{name}» es el servidor de la base central.")
            if found.clients or found.retired:
                raise in_use(name, found.clients, found.retired)
            self._kept(tables, {kept: server for kept, server in rows.items() if kept != name}, deed)

    def _kept(self, tables: Tables, rows: dict[str, DatabaseServer], deed: Deed) -> None:
        tables["database_servers"] = rows
        MemoryAuditLog(tables, self.control.clock).record(deed)


def _rows(tables: Tables) -> dict[str, DatabaseServer]:
    return tables["database_servers"] or {"principal": DatabaseServer("principal", None, None)}


def _found(rows: dict[str, DatabaseServer], name: str) -> DatabaseServer:
    if name not in rows:
        raise ServerMissing(f"No hay un servidor «{name[:40]}»: míralos con horux servers list.")
    return rows[name]


def _counted(server: DatabaseServer, tenants: list[Tenant]) -> DatabaseServer:
    here = [tenant for tenant in tenants if tenant.server == server.name]
    gone = sum(tenant.state is TenantState.DELETED for tenant in here)
    return replace(server, clients=len(here) - gone, retired=gone)
