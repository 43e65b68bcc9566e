"""Making the central database and bringing it up to date, with the provisioner's rights."""

import secrets
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

import psycopg
from psycopg import sql

from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.migrating import Connection, advisory_lock, migrate
from horux_adapters.postgres.queue import ensure_queue

CENTRAL = "horux360"
_LOCK = 0x486F72757802
_PROVISIONER = "horux_admin"
_RUNTIME = "horux_app"


def migrations(kind: str) -> Traversable:
    """The SQL files of `control` or `tenant`."""
    return files("horux_adapters.postgres").joinpath("migrations", kind)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the central database is, for the service itself and for the provisioner."""

    runtime: str
    admin: str


def prepare(superuser_url: str) -> Addresses:
    """On a server of our own: the two roles and the central database, each only if it is missing.

    The roles get new passwords each time, known to nobody but the caller.
    """
    passwords = {_PROVISIONER: secrets.token_urlsafe(24), _RUNTIME: secrets.token_urlsafe(24)}
    rights = {_PROVISIONER: "CREATEDB CREATEROLE", _RUNTIME: "NOCREATEDB NOCREATEROLE"}
    with psycopg.connect(superuser_url, autocommit=True) as conn:
        for role, password in passwords.items():
            name = sql.Identifier(role)
            if conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
                conn.execute(sql.SQL("CREATE ROLE {}").format(name))
            verifier = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            change = sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER " + rights[role] + " PASSWORD {}")
            conn.execute(change.format(name, verifier))
        if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (CENTRAL,)).fetchone() is None:
            command = sql.SQL("CREATE DATABASE {} OWNER {}")
            conn.execute(command.format(sql.Identifier(CENTRAL), sql.Identifier(_PROVISIONER)))
        for database in (CENTRAL, "postgres", "template1"):
            close = sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC")
            conn.execute(close.format(sql.Identifier(database)))
        for role in (_PROVISIONER, _RUNTIME):
            let_in = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
            conn.execute(let_in.format(sql.Identifier(CENTRAL), sql.Identifier(role)))
    place = {role: dsn(superuser_url, dbname=CENTRAL, user=role, password=word) for role, word in passwords.items()}
    return Addresses(place[_RUNTIME], place[_PROVISIONER])


def migrate_central(admin_url: str, runtime_url: str) -> list[str]:
    """Bring the central database up to date and give the service's role its rights. Raises MigrationError."""
    runtime = str(psycopg.conninfo.conninfo_to_dict(runtime_url)["user"])
    with psycopg.connect(admin_url, autocommit=True) as conn:
        applied = migrate(conn, migrations("control"))
        with advisory_lock(conn, _LOCK), conn.transaction():
            if ensure_queue(conn):
                applied.append("procrastinate")
            _grant(conn, runtime)
    return applied


def _grant(conn: Connection, runtime: str) -> None:
    """Rows, and nothing else; what is in the audit trail can be added to and read."""
    row = conn.execute("SELECT current_user").fetchone()
    if row is not None and row[0] == runtime:
        return
    for grant in (
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        "REVOKE UPDATE, DELETE ON audit_log FROM {}",
        "REVOKE INSERT, UPDATE, DELETE ON schema_version FROM {}",
    ):
        conn.execute(sql.SQL(grant).format(sql.Identifier(runtime)))
