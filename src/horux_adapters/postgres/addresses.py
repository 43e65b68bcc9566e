"""Where each tenant's database is, and how many connections a process may hold to them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from horux_adapters.postgres import naming
from horux_adapters.postgres.connecting import dsn, time_limits
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.listening import Cache, Changes
from horux_adapters.postgres.pools import PER_TENANT, Connection
from horux_adapters.postgres.server_pools import ServerPools
from horux_adapters.postgres.servers import derive_password
from horux_core.fiscal.configuracion.model import Contribuyente
from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import Rfc
from horux_core.tenancy.errors import TenantMissing, TenantMoving

CONTROL_CONNECTIONS = 8
# Of the worker alone: its queue's pool, and for each thing it does at once the session that holds a job's or an
# intake's lock and one that lays out a database.
_QUEUE_CONNECTIONS = 5
_WORK_CONNECTIONS = 8
# For commands beside the service, each with its central pool and its few, and for whoever looks after the server.
_RESERVE = 2 * (CONTROL_CONNECTIONS + 1 + PER_TENANT)
_RETRY_AFTER = 5
_MOVING = """
SELECT EXISTS (SELECT FROM provisioning_runs WHERE tenant_id = %s AND kind = 'mudanza'
               AND (state = 'abierta' OR ended_at > now() - interval '5 minutes'))
"""
LEAST = 3
"""A process has so many to clients, however few the server has."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a process plays in the service: how long, in seconds, it lets a tenant's database take for a statement
    and for a lock, and how many connections to them it opens at most; None is its share of the server's."""

    statement: int
    lock: int
    connections: int | None = None
    shields: bool = False
    """Whether it keeps the clients of each server from waiting for those of another."""


SERVER = Part(statement=30, lock=10, shields=True)
WORKER = Part(statement=120, lock=120)
COMMAND = Part(statement=120, lock=120, connections=PER_TENANT)


@dataclass(frozen=True, slots=True)
class _Place:
    server: str
    database: str
    rfc: str
    regimenes: tuple[str, ...]


class TenantConnections:
    """Transactions on tenants' own databases, each under its own role; a tenant that is let go is let go here too.

    `servers` are the service's addresses on each server by name; from `secret` follow the roles' passwords.
    """

    def __init__(
        self,
        control: ControlDatabase,
        changes: Changes,
        servers: Mapping[str, str],
        secret: bytes,
        max_total: int,
        part: Part = COMMAND,
    ) -> None:
        self._limits = f"{time_limits(part.statement)} -c lock_timeout={part.lock * 1000} -c jit=off"
        self._control = control
        self._servers = servers
        self._secret = secret
        self._known: Cache[TenantId, _Place | None] = Cache(changes, "tenant", self._place)
        self.pools = ServerPools(self._server, self._dsn, max_total, lambda: part.shields and len(self._servers) > 1)
        changes.subscribe("tenant", self._let_go)

    @contextmanager
    def connection(self, tenant: TenantId) -> Iterator[Connection]:
        """One transaction. Raises TenantMissing, ConnectionsExhausted, DatabaseUnavailable or TenantMoving."""
        self._found(tenant)
        try:
            with self.pools.connection(tenant) as connection:
                yield connection
        except psycopg.errors.InsufficientPrivilege as error:
            if not self._moving(tenant):
                raise
            raise TenantMoving(
                "La empresa se está mudando a otro servidor: por unos segundos se consulta y no se guarda nada.",
                retryAfter=_RETRY_AFTER,
            ) from error

    def contribuyente(self, tenant: TenantId) -> Contribuyente:
        """Whose database it is. Raises TenantMissing."""
        place = self._found(tenant)
        return Contribuyente(Rfc(place.rfc), place.regimenes)

    def caches(self) -> dict[str, Cache[Any, Any]]:
        """What is remembered, by what it is."""
        return {"direcciones": self._known}

    def _place(self, tenant: TenantId) -> _Place | None:
        with self._control.transaction() as connection:
            row: tuple[Any, ...] | None = connection.execute(
                "SELECT server, database_name, rfc, regimenes FROM tenants "
                "WHERE id = %s AND state IN ('live', 'provisioning')",
                (tenant,),
            ).fetchone()
        if row is None:
            return None
        server, database, rfc, regimenes = row
        return _Place(server, database, rfc, tuple(regimenes))

    def _moving(self, tenant: TenantId) -> bool:
        """Also if it has just ended: who was refused a moment before asks after it."""
        with self._control.transaction() as connection:
            return connection.execute(_MOVING, (tenant,)).fetchone() == (True,)

    def _server(self, tenant: TenantId) -> str:
        return self._found(tenant).server

    def _found(self, tenant: TenantId) -> _Place:
        place = self._known.get(tenant)
        if place is None:
            raise TenantMissing("No existe esa empresa o ya fue dada de baja.")
        return place

    def _dsn(self, tenant: TenantId) -> str:
        place = self._found(tenant)
        return dsn(
            self._servers[place.server],
            dbname=place.database,
            user=naming.role_name(tenant),
            password=derive_password(self._secret, tenant, place.database),
            application_name="horux",
            options=self._limits,
        )

    def _let_go(self, key: str) -> None:
        """In the listener's thread: only a mark, for a connection's end may take long."""
        for tenant in self.pools.tenants():
            if str(tenant) == key:
                self.pools.doubt(tenant)


def on_each_server(control: ControlDatabase, url: str) -> dict[str, str]:
    """`url` on every server of `database_servers`: the central database's own, and those with a host of theirs."""
    with control.transaction() as connection:
        return every_server(connection, url)


def every_server(connection: psycopg.Connection[TupleRow], url: str) -> dict[str, str]:
    """As `on_each_server`, asked on a connection to the central database."""
    rows = connection.execute("SELECT name, host, port FROM database_servers ORDER BY name").fetchall()
    places: dict[str, str] = {}
    for name, host, port in rows:
        parts = conninfo_to_dict(url)
        if host is not None:
            parts.update(host=host, port=port or 5432)
        places[name] = make_conninfo("", **parts)
    return places


def share(control: ControlDatabase, processes: int) -> int:
    """This process's part of the server's connections, once the central database and a reserve have theirs."""
    with control.transaction() as connection:
        row = connection.execute(
            "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
        ).fetchone()
    every = row[0] if row else 100
    return max(LEAST, (every - fixed(processes)) // processes)


def fixed(processes: int) -> int:
    """What all processes, commands and whoever looks after the server take besides connections to clients."""
    return processes * (CONTROL_CONNECTIONS + 1) + _QUEUE_CONNECTIONS + _WORK_CONNECTIONS + _RESERVE


def fixed_elsewhere() -> int:
    """As `fixed`, on a server that has clients only: what the worker lays out, and two commands."""
    return _WORK_CONNECTIONS + 2 * PER_TENANT
