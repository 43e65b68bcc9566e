"""The servers of clients' databases, as rows of the central database, and the proof that one serves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from horux_adapters.postgres.addresses import on_each_server
from horux_adapters.postgres.audit import PostgresAuditLog
from horux_adapters.postgres.central import migrations
from horux_adapters.postgres.connecting import dsn, time_limits
from horux_adapters.postgres.control import ControlDatabase, refusing
from horux_adapters.postgres.listening import Cache, Changes, notify
from horux_adapters.postgres.migrating import MigrationError
from horux_adapters.postgres.scratch import a_scratch
from horux_adapters.postgres.template import TenantTemplate
from horux_core.audit.model import Deed
from horux_core.tenancy.errors import ServerInUse, ServerMissing, ServerTaken, ServerUnfit
from horux_core.tenancy.model import DatabaseServer
from horux_core.tenancy.servers import in_use

_OLDEST = 15
_PATIENCE = 10
_ALL = """
SELECT s.name, s.host, s.port, s.accepts_new, count(t.id) FILTER (WHERE t.state <> 'deleted'),
       count(t.id) FILTER (WHERE t.state = 'deleted'), coalesce(sum(u.octets), 0)::bigint
FROM database_servers s LEFT JOIN tenants t ON t.server = s.name LEFT JOIN client_usage u ON u.tenant_id = t.id
GROUP BY s.name ORDER BY s.name
"""
_ON_IT = """
SELECT count(*) FILTER (WHERE state <> 'deleted'), count(*) FILTER (WHERE state = 'deleted') FROM tenants
WHERE server = %s
"""
_SAME_PLACE = "SELECT name FROM database_servers WHERE name = %s OR (host = %s AND coalesce(port, 5432) = %s)"
_INSERT = "INSERT INTO database_servers (name, host, port, accepts_new) VALUES (%s, %s, %s, %s)"
_CHANGED, _EVERY = "servidores", "todos"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PostgresDatabaseServers:
    """`admin_url` is the provisioner's address on the central database."""

    control: ControlDatabase
    admin_url: str = field(repr=False)

    def all(self) -> tuple[DatabaseServer, ...]:
        with self.control.transaction() as connection:
            return tuple(DatabaseServer(*row) for row in connection.execute(_ALL).fetchall())

    def prove(self, host: str, port: int) -> int:
        url = make_conninfo(self.admin_url, host=host, port=port)
        try:
            version = self._version(url)
            if version < _OLDEST:
                raise ServerUnfit(f"Ahí corre PostgreSQL {version}: hace falta {_OLDEST} o más nuevo.")
            TenantTemplate(url, migrations("tenant")).ensure()
            with a_scratch(url, self.admin_url, f"horux_mudanza_{uuid4().hex}"):
                return version
        except psycopg.errors.InsufficientPrivilege as error:
            raise ServerUnfit("Ahí el aprovisionador no puede crear bases y roles: dale los dos permisos.") from error
        except psycopg.Error as error:
            raise ServerUnfit(
                f"No se pudo entrar a {host}:{port} como el aprovisionador (DATABASE_ADMIN_URL): revisa que conteste "
                "y que tenga los mismos dos roles con las mismas claves y una base del nombre de la central, vacía."
            ) from error
        except MigrationError as error:
            raise ServerUnfit(f"Ahí no se pudo preparar la plantilla: {error}") from error

    def add(self, server: DatabaseServer, deed: Deed) -> None:
        taken = ServerTaken(f"Ya hay un servidor «{server.name}», o uno en esa dirección.")
        with refusing(database_servers_pkey=taken), self.control.transaction() as connection:
            if connection.execute(_SAME_PLACE, (server.name, server.host, server.port)).fetchone() is not None:
                raise taken
            connection.execute(_INSERT, (server.name, server.host, server.port, server.accepts_new))
            _told(connection, deed)

    def accept(self, name: str, accepts_new: bool, deed: Deed) -> None:
        with self.control.transaction() as connection:
            changed = connection.execute(
                "UPDATE database_servers SET accepts_new = %s WHERE name = %s", (accepts_new, name)
            )
            _require_one(changed.rowcount, name)
            _told(connection, deed)

    def remove(self, name: str, deed: Deed) -> None:
        with self.control.transaction() as connection:
            row = connection.execute("SELECT host FROM database_servers WHERE name = %s FOR UPDATE", (name,)).fetchone()
            _require_one(row is not None, name)
            if row == (None,):
                raise ServerInUse(f"«{name}» es el servidor de la base central: ciérralo con horux servers close.")
            # The row is locked: no client comes while these are counted.
            clients, retired = connection.execute(_ON_IT, (name,)).fetchone() or (0, 0)
            if clients or retired:
                raise in_use(name, clients, retired)
            connection.execute("DELETE FROM database_servers WHERE name = %s", (name,))
            _told(connection, deed)

    def _version(self, url: str) -> int:
        options = time_limits(_PATIENCE, _PATIENCE)
        with psycopg.connect(make_conninfo(dsn(url, options=options), connect_timeout=_PATIENCE)) as conn:
            row = conn.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
            if row == (True,):
                raise ServerUnfit("Ahí el aprovisionador es superusuario: quítaselo con ALTER ROLE … NOSUPERUSER.")
            return conn.info.server_version // 10_000


class KnownServers(Mapping[str, T]):
    """What `make` makes of the address on each server, also of one that came after the process began."""

    def __init__(
        self, control: ControlDatabase, url: str, make: Callable[[str], T], changes: Changes | None = None
    ) -> None:
        def ask(_: str) -> dict[str, T]:
            return {name: make(address) for name, address in on_each_server(control, url).items()}

        self._ask = ask
        self._known: Callable[[str], dict[str, T]] = ask
        if changes is not None:
            cache: Cache[str, dict[str, T]] = Cache(changes, _CHANGED, ask)
            self._known = cache.get

    def __getitem__(self, name: str) -> T:
        known = self._known(_EVERY)
        # A client may be there before word of its server has come.
        return known[name] if name in known else self._ask(_EVERY)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known(_EVERY))

    def __len__(self) -> int:
        return len(self._known(_EVERY))


def _require_one(found: Any, name: str) -> None:
    if not found:
        raise ServerMissing(f"No hay un servidor «{name[:40]}»: míralos con horux servers list.")


def _told(connection: Connection[TupleRow], deed: Deed) -> None:
    PostgresAuditLog(connection).record(deed)
    notify(connection, _CHANGED, _EVERY)
