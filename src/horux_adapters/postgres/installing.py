"""Making the central database on a server of our own, and the two roles that use it."""

import secrets
from dataclasses import dataclass

import psycopg
from psycopg import sql

from horux_adapters.postgres.connecting import dsn

CENTRAL = "horux360"
_PROVISIONER = "horux_admin"
_RUNTIME = "horux_app"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the central database is, for the service itself and for the provisioner."""

    runtime: str
    admin: str


def prepare(superuser_url: str, *, runtime: str | None = None, provisioner: str | None = None) -> Addresses:
    """On a server of our own: the two roles and the central database, each only if it is missing.

    The roles get those passwords, or else new ones each time, known to nobody but the caller.
    """
    passwords = {
        _PROVISIONER: provisioner or secrets.token_urlsafe(24),
        _RUNTIME: runtime or secrets.token_urlsafe(24),
    }
    rights = {_PROVISIONER: "CREATEDB CREATEROLE", _RUNTIME: "NOCREATEDB NOCREATEROLE"}
    with psycopg.connect(dsn(superuser_url), autocommit=True) as conn:
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
