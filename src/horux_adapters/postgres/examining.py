"""What a doctor asks the servers of databases, each time on a connection of its own that gives up soon."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from horux_adapters.postgres import migrating
from horux_adapters.postgres.addresses import every_server
from horux_adapters.postgres.central import migrations
from horux_adapters.postgres.connecting import dsn, time_limits
from horux_adapters.postgres.migrating import Connection, Migration
from horux_adapters.postgres.pooler import shared
from horux_core.diagnosis.databases import Pending, RightsState, RoleState, ServerState
from horux_core.tenancy.errors import DatabaseUnavailable

_PATIENCE = 5
_AT_ONCE = 4
_RIGHTS = {
    "rolsuper": "SUPERUSER",
    "rolcreatedb": "CREATEDB",
    "rolcreaterole": "CREATEROLE",
    "rolreplication": "REPLICATION",
    "rolbypassrls": "BYPASSRLS",
}
_ROLES = (
    f"SELECT rolname, {', '.join(_RIGHTS)} FROM pg_roles"  # noqa: S608
    " WHERE rolname = ANY(%s) OR rolname ~ '^horux_t_[0-9a-f]{32}$' ORDER BY 1"
)
_OPEN = """
SELECT datname FROM pg_database WHERE has_database_privilege('public', oid, 'CONNECT') AND datallowconn
AND (datname = current_database() OR datname LIKE 'horux\\_%%' OR datname IN ('postgres', 'template1')) ORDER BY 1
"""
_CAPACITY = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
"""
_MOVES = "SELECT id FROM provisioning_runs WHERE kind = 'mudanza' AND state = 'abierta'"
# By its name, or by what is noted of it, which ends with the run's id.
_MARKED = """
SELECT datname, coalesce(substring(datname FROM '^horux_(?:mudanza|mudada)_([0-9a-f]{32})$'),
                         substring(shobj_description(oid, 'pg_database') FROM 'horux-mudanza ([0-9a-f-]{36})$')) AS run
FROM pg_database
WHERE datname ~ '^horux_(mudanza|mudada)_[0-9a-f]{32}$' OR shobj_description(oid, 'pg_database') ~ 'horux-mudanza '
ORDER BY 1
"""
_BASES = "SELECT rfc, database_name, server FROM tenants WHERE state = 'live' ORDER BY rfc"


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many connections a server has for those who are no superusers; `central`: it has the central database."""

    server: str
    most: int
    central: bool


@dataclass(frozen=True, slots=True)
class Examiner:
    """`admin` and `runtime` are the central database as provisioner and service reach it, `direct` as long sessions do;
    without it they go as the service."""

    admin: str
    runtime: str
    direct: str | None = None

    def servers(self) -> tuple[ServerState, ...]:
        """The central one first. It alone when it does not answer: the others are known there."""
        try:
            with _asked(self.runtime) as conn:
                places = every_server(conn, self.runtime)
        except DatabaseUnavailable:
            return (ServerState("principal", error="no deja entrar o no contesta"),)
        return tuple(_state(name, url) for name, url in places.items())

    def skew(self) -> float:
        """How many seconds the database's clock is ahead of ours."""
        with _asked(self.runtime) as conn:
            before = time.time()
            theirs = _one(conn, "SELECT extract(epoch FROM clock_timestamp())::float8")
            return float(theirs) - (before + time.time()) / 2

    def pending_central(self) -> tuple[Pending, ...]:
        return (_pending("base central", dsn(self.admin), migrating.read(migrations("control"))),)

    def pending_clients(self) -> tuple[Pending, ...]:
        """Several at a time, by RFC."""
        with _asked(self.admin) as conn:
            servers, rows = every_server(conn, self.admin), conn.execute(_BASES).fetchall()
        known = migrating.read(migrations("tenant"))
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="revisar") as threads:
            found = threads.map(lambda row: _pending(row[0], dsn(servers[row[2]], dbname=row[1]), known), rows)
            return tuple(found)

    def rights(self) -> RightsState:
        service, provisioner = (str(conninfo_to_dict(url)["user"]) for url in (self.runtime, self.admin))
        roles: list[RoleState] = []
        still: list[str] = []
        with _asked(self.admin) as conn:
            servers = every_server(conn, self.admin)
        for server, url in servers.items():
            with _asked(url) as conn:
                rows = conn.execute(_ROLES.encode(), ([service, provisioner],)).fetchall()
                still += [f"{name} ({server})" for (name,) in conn.execute(_OPEN.encode()).fetchall()]
            roles += [RoleState(name, name != provisioner, _held(has)) for name, *has in rows]
        return RightsState(tuple(roles), tuple(still))

    def sealed(self) -> tuple[frozenset[str], frozenset[str]]:
        """Of the e.firmas in the base: whose they are, and under which versions of the key."""
        with _asked(self.runtime) as conn:
            rows = conn.execute("SELECT tenant_id, key_version FROM fiel_credentials").fetchall()
        return frozenset(str(tenant) for tenant, _ in rows), frozenset(version for _, version in rows)

    def left_by_moves(self) -> tuple[str, ...]:
        """Databases of moves under way are none of them."""
        with _asked(self.admin) as conn:
            servers = every_server(conn, self.admin)
            runs = {run.hex for (run,) in conn.execute(_MOVES).fetchall()}
        found: list[str] = []
        for server, url in servers.items():
            with _asked(url) as conn:
                rows = conn.execute(_MARKED.encode()).fetchall()
            found += [f"{name} ({server})" for name, run in rows if run.replace("-", "") not in runs]
        return tuple(found)

    def capacities(self) -> tuple[Capacity, ...]:
        """Of each server that answers; of the others `servers` tells. Raises DatabaseUnavailable if the central one
        does not."""
        with _asked(self.runtime) as conn:
            places = every_server(conn, self.runtime)
        central = conninfo_to_dict(self.runtime)
        every = ((name, url, conninfo_to_dict(url) == central) for name, url in places.items())
        return tuple(found for one in every if (found := _capacity(*one)) is not None)

    def pooled(self) -> bool:
        """Whether the service enters through a pooler."""
        with _asked(self.runtime) as conn:
            return shared(conn)

    def sessions_pooled(self) -> bool:
        """Whether long sessions end up at a pooler."""
        with _asked(self.direct or self.runtime) as conn:
            return shared(conn)


def _state(name: str, url: str) -> ServerState:
    try:
        with _asked(url) as conn:
            return ServerState(name, conn.info.server_version // 10_000)
    except DatabaseUnavailable:
        return ServerState(name, error="no deja entrar o no contesta")


def _capacity(name: str, url: str, central: bool) -> Capacity | None:
    try:
        with _asked(url) as conn:
            return Capacity(name, int(_one(conn, _CAPACITY)), central)
    except DatabaseUnavailable:
        if central:
            raise
        return None


def _pending(label: str, address: str, known: tuple[Migration, ...]) -> Pending:
    try:
        with _asked(address) as conn:
            begun = conn.execute("SELECT to_regclass('schema_version') IS NOT NULL").fetchone() == (True,)
            rows = conn.execute("SELECT v, sha256 FROM schema_version").fetchall() if begun else []
    except DatabaseUnavailable:
        return Pending(label, error="no deja entrar o no contesta")
    done = dict(rows)
    if done.keys() - {migration.v for migration in known}:
        return Pending(label, error="es de una versión más nueva de Horux360")
    if any(done.get(migration.v, migration.sha256) != migration.sha256 for migration in known):
        return Pending(label, error="una migración aplicada no es la de este programa")
    return Pending(label, sum(migration.v not in done for migration in known))


def _held(has: list[Any]) -> frozenset[str]:
    return frozenset(name for name, held in zip(_RIGHTS.values(), has, strict=True) if held)


def _one(conn: Connection, query: str) -> Any:
    row = conn.execute(query.encode()).fetchone()
    return row[0] if row else 0


@contextmanager
def _asked(url: str) -> Iterator[Connection]:
    """Raises DatabaseUnavailable."""
    options = time_limits(_PATIENCE, _PATIENCE)
    address = make_conninfo(dsn(url, application_name="horux doctor", options=options), connect_timeout=_PATIENCE)
    try:
        with psycopg.connect(address, autocommit=True) as conn:
            yield conn
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable("La base de datos no responde.", retryAfter=_PATIENCE) from error
    except psycopg.ProgrammingError as error:
        raise DatabaseUnavailable("La base de datos no está al día: da horux migrate.") from error
