"""The physical side of a tenant's database: making, closing and removing it, with the provisioner's rights."""

import base64
import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from uuid import UUID

import psycopg
from psycopg import sql

from horux_adapters.postgres.connecting import IDLE_IN_TRANSACTION_TIMEOUT, STATEMENT_TIMEOUT, dsn
from horux_adapters.postgres.migrating import Connection, advisory_lock
from horux_adapters.postgres.template import TenantTemplate

_SESSIONS_GONE_WITHIN = 10.0


class ServerError(RuntimeError):
    """The server would not do it. The message, in Spanish, says what an administrator has to do."""


def derive_password(secret: bytes, tenant_id: UUID, database: str) -> str:
    """The password of a tenant's role, the same each time, so that none is stored. Raises ValueError: no secret."""
    if not secret:
        raise ValueError("Falta DATABASE_ROLE_SECRET: de él salen las claves de las bases de los clientes.")
    message = b"horux/rol-de-cliente/1\0" + tenant_id.bytes + b"\0" + database.encode()
    return base64.urlsafe_b64encode(hmac.digest(secret, message, "sha256")).rstrip(b"=").decode()


class PostgresServers:
    """One server, through a role that may create databases and roles and is never a superuser.

    Everything can be done again after a kill at any statement, with the same end.
    """

    def __init__(self, admin_url: str, template: TenantTemplate) -> None:
        self._admin_url = admin_url
        self._template = template

    def exists(self, database: str) -> bool:
        with self._admin() as conn:
            return _exists(conn, database)

    def stands(self, database: str) -> bool:
        """Whether it is there and lets its role in, once whoever is making or removing it has done so."""
        with self._changing(database) as conn:
            row = conn.execute("SELECT datallowconn FROM pg_database WHERE datname = %s", (database,)).fetchone()
        return row is not None and bool(row[0])

    def create(self, database: str, role: str, role_password: str) -> None:
        """The role, the database as a copy of the template, open to that role alone, and its rights inside."""
        with self._changing(database) as conn:
            _made_role(conn, role, role_password)
            if _cut_short(conn, database):
                _dropped(conn, database)
            if not _exists(conn, database):
                with self._template.held(conn) as template:
                    _copied(conn, database, template)
            _opened_to(conn, database, role)
            with psycopg.connect(dsn(self._admin_url, dbname=database)) as inside:
                grant_inside(inside, role)

    def make_role(self, role: str, password: str, *, login: bool) -> None:
        """A role with that password, for a database that is there or will be; without `login` it opens nothing."""
        with self._changing(role) as conn:
            _made_role(conn, role, password)
            if not login:
                conn.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(role)))

    def drop(self, database: str, role: str) -> None:
        """Take both away, whoever is connected; nothing when they are not there."""
        with self._changing(database) as conn:
            _dropped(conn, database)
            conn.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))

    def retire(self, database: str, role: str, new_name: str) -> None:
        """Let nobody in, end who is in, and give it another name. The role stays, unable to log in."""
        with self._changing(database) as conn:
            if _role_exists(conn, role):
                conn.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(role)))
            if _exists(conn, new_name) or not _exists(conn, database):
                # Done before. What bears the old name now may be a successor's, with the same RFC.
                return
            old, new = sql.Identifier(database), sql.Identifier(new_name)
            conn.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(old))
            _ended(conn, database)
            conn.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(old, new))

    def end_sessions(self, database: str) -> int:
        """End every session in it but ours, and wait until they are gone; how many. Raises ServerError."""
        with self._admin() as conn:
            return _ended(conn, database)

    def revoke_public(self, *databases: str) -> tuple[str, ...]:
        """Close databases to those without a grant of their own: the central one, `postgres`, `template1`.

        Answers those that are still open, because they belong to somebody else: an administrator must
        `REVOKE CONNECT, TEMPORARY ON DATABASE … FROM PUBLIC` there.
        """
        with self._admin() as conn:
            for name in databases:
                if _open_to_all(conn, name):
                    with suppress(psycopg.errors.InsufficientPrivilege):
                        _revoked(conn, name)
            return tuple(name for name in databases if _open_to_all(conn, name))

    @contextmanager
    def _admin(self) -> Iterator[Connection]:
        with psycopg.connect(dsn(self._admin_url, application_name="horux-servidores"), autocommit=True) as conn:
            yield conn

    @contextmanager
    def _changing(self, database: str) -> Iterator[Connection]:
        """One at a time on each database: two processes may have taken up the same dead run."""
        with self._admin() as conn, advisory_lock(conn, turn_of(database)):
            yield conn


def turn_of(database: str) -> int:
    """The number of the lock that who makes, closes or removes a database holds."""
    return int.from_bytes(sha256(database.encode()).digest()[:8], signed=True)


def grant_inside(conn: Connection, role: str) -> None:
    """Inside a tenant's database: its role reads and writes rows, also of tables yet to come, and makes nothing."""
    who = sql.Identifier(role)
    for grant in (
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        "REVOKE INSERT, UPDATE, DELETE ON schema_version FROM {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}",
    ):
        conn.execute(sql.SQL(grant).format(who))
    # A database that was not brought up to date yet has no such function.
    if conn.execute("SELECT to_regprocedure('public.analizar_libros()') IS NOT NULL").fetchone() == (True,):
        conn.execute(sql.SQL("GRANT EXECUTE ON FUNCTION public.analizar_libros() TO {}").format(who))


def _made_role(conn: Connection, role: str, password: str) -> None:
    name = sql.Identifier(role)
    if not _role_exists(conn, role):
        conn.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT").format(name))
    # The password leaves as its SCRAM verifier: the text itself never stands in a server's log.
    verifier = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    conn.execute(sql.SQL("ALTER ROLE {} LOGIN NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD {}").format(name, verifier))
    for setting, seconds in (
        ("statement_timeout", STATEMENT_TIMEOUT),
        ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT),
    ):
        change = sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(setting), sql.Literal(f"{seconds}s"))
        conn.execute(change)
    _may_end_its_sessions(conn, role)


def _may_end_its_sessions(conn: Connection, role: str) -> None:
    """Who is no superuser ends another role's session only as a member that inherits from it."""
    row = conn.execute("SELECT pg_has_role(current_user, %s, 'USAGE')", (role,)).fetchone()
    if row is not None and row[0]:
        return
    how = "WITH INHERIT TRUE, SET FALSE" if conn.info.server_version >= 160000 else ""
    conn.execute(sql.SQL("GRANT {} TO CURRENT_USER " + how).format(sql.Identifier(role)))


def _copied(conn: Connection, database: str, template: str) -> None:
    """Nobody gets in before it is closed to the public."""
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {} ALLOW_CONNECTIONS false")
    conn.execute(command.format(sql.Identifier(database), sql.Identifier(template)))


def _opened_to(conn: Connection, database: str, role: str) -> None:
    _revoked(conn, database)
    name = sql.Identifier(database)
    conn.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(role)))
    conn.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


def _revoked(conn: Connection, database: str) -> None:
    conn.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))


def _dropped(conn: Connection, database: str) -> None:
    conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _ended(conn: Connection, database: str) -> int:
    """Asks until none is left: a session may have begun while the others were being ended."""
    ended: set[object] = set()
    deadline = time.monotonic() + _SESSIONS_GONE_WITHIN
    while pids := _sessions(conn, database):
        for pid in pids:
            try:
                conn.execute("SELECT pg_terminate_backend(%s)", (pid,))
            except psycopg.errors.InsufficientPrivilege as error:
                raise ServerError(
                    f"La sesión {pid} en {database} es de un superusuario: un administrador debe cerrarla."
                ) from error
        ended.update(pids)
        if time.monotonic() >= deadline:
            raise ServerError(f"Siguen abiertas {len(pids)} sesiones en {database}: ciérrelas y vuelva a intentar.")
        time.sleep(0.01)
    return len(ended)


def _sessions(conn: Connection, database: str) -> list[object]:
    rows = conn.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() AND usesysid IS NOT NULL",
        (database,),
    ).fetchall()
    return [pid for (pid,) in rows]


def _exists(conn: Connection, database: str) -> bool:
    return conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is not None


def _cut_short(conn: Connection, database: str) -> bool:
    """A drop the server was killed in leaves a database that only can be dropped again."""
    found = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datconnlimit = -2", (database,))
    return found.fetchone() is not None


def _role_exists(conn: Connection, role: str) -> bool:
    return conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None


def _open_to_all(conn: Connection, database: str) -> bool:
    row = conn.execute("SELECT has_database_privilege('public', %s, 'CONNECT')", (database,)).fetchone()
    return row is not None and bool(row[0])
