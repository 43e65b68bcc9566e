"""Bringing the central database up to date, with the provisioner's rights."""

from importlib.resources import files
from importlib.resources.abc import Traversable

import psycopg
from psycopg import sql

from horux_adapters.postgres import locks
from horux_adapters.postgres.audit import COLUMNS
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.migrating import Connection, advisory_lock, migrate
from horux_adapters.postgres.queue import ensure_queue


def migrations(kind: str) -> Traversable:
    """The SQL files of `control` or `tenant`."""
    return files("horux_adapters.postgres").joinpath("migrations", kind)


def migrate_central(admin_url: str, runtime_url: str) -> list[str]:
    """Bring the central database up to date and give the service's role its rights. Raises MigrationError."""
    runtime = str(psycopg.conninfo.conninfo_to_dict(runtime_url)["user"])
    with psycopg.connect(dsn(admin_url), autocommit=True) as conn:
        applied = migrate(conn, migrations("control"))
        with advisory_lock(conn, locks.CENTRAL), conn.transaction():
            if ensure_queue(conn):
                applied.append("procrastinate")
            _grant(conn, runtime)
    return applied


def _grant(conn: Connection, runtime: str) -> None:
    """Rows, and nothing else; the audit trail, books of use and receipts can only be added to and read."""
    row = conn.execute("SELECT current_user").fetchone()
    if row is not None and row[0] == runtime:
        return
    for grant in (
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        "REVOKE INSERT, UPDATE, DELETE ON audit_log FROM {}",
        f"GRANT INSERT ({COLUMNS}) ON audit_log TO {{}}",
        "REVOKE UPDATE, DELETE ON fiel_uses, fiel_receipts FROM {}",
        "REVOKE INSERT, UPDATE, DELETE ON schema_version FROM {}",
    ):
        conn.execute(sql.SQL(grant).format(sql.Identifier(runtime)))
