"""Bringing the servers of tenants, and every tenant's database on them, up to date."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from horux_adapters.postgres import marks, naming
from horux_adapters.postgres.addresses import every_server
from horux_adapters.postgres.central import migrations
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.migrating import Connection, MigrationError, Outcome, Report, migrate_all
from horux_adapters.postgres.servers import PostgresServers, grant_inside
from horux_adapters.postgres.template import TenantTemplate

_HERE = """
SELECT id, rfc, database_name, server, state FROM tenants WHERE state IN ('live', 'provisioning') ORDER BY rfc
"""
_OPEN_TO_ALL = ("postgres", "template1")
"""The databases every server has besides ours, and lets anybody into."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A tenant and where its database is; `arriving`: somebody may still be making or undoing it."""

    id: UUID
    rfc: str
    database: str
    server: str = field(repr=False)
    arriving: bool

    @property
    def address(self) -> str:
        return dsn(self.server, dbname=self.database, application_name="horux-migrar")


def migrate_templates(admin_url: str, name: str = naming.TEMPLATE) -> list[Outcome]:
    """The template on each server. Whatever is taken in after this begins up to date."""
    with psycopg.connect(dsn(admin_url)) as conn:
        servers = every_server(conn, admin_url)
    return [_template(server, TenantTemplate(url, migrations("tenant"), name)) for server, url in servers.items()]


def migrate_tenants(admin_url: str, progress: Callable[[Outcome], None] | None = None, parallel: int = 4) -> Report:
    """Every tenant that is here or being taken in, several at a time, its template being up to date already.

    One that fails is named in the report and does not stop the rest; one that has left meanwhile has not failed.
    """
    with psycopg.connect(dsn(admin_url)) as conn:
        listed = _here(conn, admin_url)
    places = {place.rfc: place for place in listed if not place.arriving or _arrived(place)}

    def grants(conn: Connection) -> None:
        if marks.of(conn, conn.info.dbname):
            raise MigrationError("Se está mudando a otro servidor: repite horux migrate cuando termine.")
        grant_inside(conn, roles[conn.info.dbname])

    roles = {place.database: naming.role_name(place.id) for place in places.values()}
    addresses = [(rfc, place.address) for rfc, place in places.items()]
    report = migrate_all(addresses, migrations("tenant"), parallel, progress, grants)
    if not report.failed:
        return report
    with psycopg.connect(dsn(admin_url)) as conn:
        still = {place.id for place in _here(conn, admin_url)}
    return replace(report, failed={rfc: why for rfc, why in report.failed.items() if places[rfc].id in still})


def close_to_public(admin_url: str, *services: str) -> tuple[str, ...]:
    """Let into the central database those of `services`, addresses of roles, and on no server just anybody.

    Answers what is still open, as `database (server)`: there an administrator has to close it.
    """
    with psycopg.connect(dsn(admin_url), autocommit=True) as conn:
        central, servers = conn.info.dbname, every_server(conn, admin_url)
        for role in {str(conninfo_to_dict(address)["user"]) for address in services} - {conn.info.user}:
            let_in = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
            # Who may not grant may not revoke either: then the database is named below.
            with suppress(psycopg.errors.InsufficientPrivilege):
                conn.execute(let_in.format(sql.Identifier(central), sql.Identifier(role)))
    still: list[str] = []
    for server, url in servers.items():
        # One that cannot be reached is named with its template.
        with suppress(psycopg.OperationalError):
            still += [f"{name} ({server})" for name in _server(url).revoke_public(central, *_OPEN_TO_ALL)]
    return tuple(still)


def _here(conn: Connection, admin_url: str) -> list[_Place]:
    servers = every_server(conn, admin_url)
    rows = conn.execute(_HERE).fetchall()
    return [
        _Place(UUID(str(ident)), rfc, database, servers[server], state == "provisioning")
        for ident, rfc, database, server, state in rows
    ]


def _arrived(place: _Place) -> bool:
    """Whether it has a database already; one that is made later is a copy of the new template."""
    try:
        return _server(place.server).stands(place.database)
    except (psycopg.OperationalError, MigrationError):
        # It is tried all the same, and named when it fails.
        return True


def _server(url: str) -> PostgresServers:
    return PostgresServers(url, TenantTemplate(url, migrations("tenant")))


def _template(server: str, template: TenantTemplate) -> Outcome:
    try:
        return Outcome(server, tuple(template.ensure()))
    except (psycopg.Error, MigrationError) as error:
        return Outcome(server, (), str(error).strip())
