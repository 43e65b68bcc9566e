"""The tenants' databases, over the servers that hold them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.migrating import Connection
from horux_adapters.postgres.naming import database_name, retired_name, role_name
from horux_adapters.postgres.servers import PostgresServers, ServerError, derive_password
from horux_core.kernel.rfc import Rfc
from horux_core.tenancy.errors import DatabaseNameTaken, DatabaseUnavailable
from horux_core.tenancy.model import Tenant

_SETTLED_WITHIN = 30.0
_CHOSEN = """
SELECT s.name FROM database_servers s LEFT JOIN tenants t ON t.server = s.name AND t.state <> 'deleted'
LEFT JOIN client_usage u ON u.tenant_id = t.id
WHERE s.accepts_new GROUP BY s.name ORDER BY count(t.id) * 10000000 + coalesce(sum(u.octets), 0), s.name LIMIT 1
"""
"""By what the clients keep there, as it was measured last; an empty database alone takes 10 MB."""
# A copy that was cut short is closed or half dropped; a whole one lets in the tenant's role by name.
_OF_ANOTHER = """
SELECT d.datallowconn AND d.datconnlimit <> -2
   AND NOT EXISTS (SELECT 1 FROM aclexplode(d.datacl) a JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname = %s)
FROM pg_database d WHERE d.datname = %s
"""
_AT_WORK = """
SELECT count(*) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND state = 'active' AND (position(%s IN query) > 0 OR position(%s IN query) > 0)
"""


@dataclass(frozen=True, slots=True)
class Server:
    """One server of tenants' databases, and the provisioner's address on it."""

    physical: PostgresServers
    admin_url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PostgresTenantDatabases:
    """`servers` by their name in `database_servers`; every role's password follows from `role_secret`."""

    control: ControlDatabase
    servers: Mapping[str, Server]
    role_secret: bytes = field(repr=False)

    def name_for(self, rfc: Rfc) -> str:
        return database_name(rfc)

    def server_for_new(self) -> str:
        with self.control.transaction() as connection:
            row = connection.execute(_CHOSEN).fetchone()
        if row is None:
            raise DatabaseUnavailable("Ningún servidor recibe empresas nuevas. Avisa a soporte.", retryAfter=300)
        return str(row[0])

    def create(self, tenant: Tenant) -> None:
        physical = self.servers[tenant.server].physical
        if physical.exists(tenant.database_name):
            raise DatabaseNameTaken("Ya existe una base de datos con el nombre que le toca. Avisa a soporte.")
        password = derive_password(self.role_secret, tenant.id, tenant.database_name)
        physical.create(tenant.database_name, role_name(tenant.id), password)

    def drop(self, tenant: Tenant) -> None:
        server, role = self.servers[tenant.server], role_name(tenant.id)
        with psycopg.connect(dsn(server.admin_url, application_name="horux-bases"), autocommit=True) as conn:
            _settled(conn, tenant.database_name, role)
            if not _role_exists(conn, role):
                # The role is made first and dropped last: without it nothing here is this tenant's.
                return
            if _of_another(conn, tenant.database_name, role):
                _without_role(conn, role)
                return
        server.physical.drop(tenant.database_name, role)

    def retire(self, tenant: Tenant, retired_name: str) -> None:
        self.servers[tenant.server].physical.retire(tenant.database_name, role_name(tenant.id), retired_name)

    def retired_name(self, tenant: Tenant, stamp: str) -> str:
        return retired_name(tenant.rfc, stamp)


def _of_another(conn: Connection, database: str, role: str) -> bool:
    row = conn.execute(_OF_ANOTHER, (role, database)).fetchone()
    return row is not None and bool(row[0])


def _role_exists(conn: Connection, role: str) -> bool:
    return conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None


def _without_role(conn: Connection, role: str) -> None:
    try:
        conn.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
    except psycopg.errors.DependentObjectsStillExist:
        # The tenant's own database stands under the name it was retired to, and keeps its role.
        return


def _settled(conn: Connection, database: str, role: str) -> None:
    """Wait for what a killed process had asked of the server: it goes on making the copy after its asker is gone."""
    names = (f'"{database}"', f'"{role}"')
    deadline = time.monotonic() + _SETTLED_WITHIN
    while (row := conn.execute(_AT_WORK, names).fetchone()) is not None and row[0]:
        if time.monotonic() >= deadline:
            raise ServerError(f"El servidor sigue trabajando en {database}: espere y vuelva a intentar.")
        time.sleep(0.02)
