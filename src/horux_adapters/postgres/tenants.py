"""Bringing every tenant's database up to date."""

from collections.abc import Callable
from uuid import UUID

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from horux_adapters.postgres import naming
from horux_adapters.postgres.central import migrations
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.migrating import Connection, Outcome, Report, migrate_all
from horux_adapters.postgres.servers import grant_inside

_LIVE = """
SELECT t.id, t.rfc, t.database_name, s.host, s.port
FROM tenants t JOIN database_servers s ON s.name = t.server WHERE t.state = 'live' ORDER BY t.rfc
"""


def migrate_tenants(admin_url: str, progress: Callable[[Outcome], None] | None = None, parallel: int = 4) -> Report:
    """Every live tenant, several at a time; one that fails is named in the report and does not stop the rest."""
    with psycopg.connect(admin_url) as conn:
        rows = conn.execute(_LIVE).fetchall()
    places = [(rfc, _place(admin_url, database, host, port)) for _, rfc, database, host, port in rows]
    roles = {database: naming.role_name(UUID(str(ident))) for ident, _, database, _, _ in rows}

    def grants(conn: Connection) -> None:
        grant_inside(conn, roles[conn.info.dbname])

    return migrate_all(places, migrations("tenant"), parallel, progress, grants)


def _place(admin_url: str, database: str, host: str | None, port: int | None) -> str:
    parts = conninfo_to_dict(dsn(admin_url, dbname=database, application_name="horux-migrar"))
    if host is not None:
        parts.update(host=host, port=port or 5432)
    return make_conninfo("", **parts)
