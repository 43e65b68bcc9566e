"""Databases made of dumps, each by a role that owns it and may do nothing outside: whatever a dump holds runs there."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, cast
from uuid import uuid4

import psycopg
from psycopg import sql

from horux_adapters.postgres.children import Child, Programs, launched
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.contents import contents_of
from horux_adapters.postgres.dumping import central_name
from horux_adapters.postgres.migrating import Connection
from horux_adapters.postgres.template import locale
from horux_core.backups.model import Contents

_NAME = "horux-restaurar"
_TRIES = 5
_RESTORE = ("--format=custom", "--no-owner", "--no-acl", "--exit-on-error")


@dataclass(frozen=True, slots=True)
class Scratch:
    """A database of one restored dump. `url` is the address its own role reaches it by, `admin_url` the server's."""

    name: str
    url: str
    admin_url: str


@dataclass(frozen=True, slots=True)
class ScratchTrial:
    """A restoring that is at work in a scratch."""

    scratch: Scratch
    child: Child

    def write(self, octets: bytes, /) -> int:
        try:
            cast(IO[bytes], self.child.process.stdin).write(octets)
        except BrokenPipeError:
            self.child.process.wait()
            raise self.child.failure() from None
        return len(octets)

    def flush(self) -> None:
        """All of it is looked at together, in `found`."""

    def found(self) -> Contents:
        try:
            cast(IO[bytes], self.child.process.stdin).close()
        except BrokenPipeError:
            self.child.process.wait()
            raise self.child.failure() from None
        self.child.ended_well()
        with psycopg.connect(self.scratch.url) as conn:
            return contents_of(conn)


def prefix(admin_url: str) -> str:
    """What the names of this installation's scratches begin with: others may live on the same server."""
    return f"horux_prueba_{sha256(central_name(admin_url).encode()).hexdigest()[:8]}_"


@contextmanager
def a_scratch(admin_url: str, home: str, called: str | None = None) -> Iterator[Scratch]:
    """An empty one on that server, gone at the end with its role. `home` is the address of the central database.

    One that is `called` something else than those of backups is swept by nobody but who made it.
    """
    name, password = called or prefix(home) + uuid4().hex[:16], secrets.token_urlsafe(24)
    with psycopg.connect(dsn(admin_url, application_name=_NAME), autocommit=True) as conn:
        try:
            _made(conn, name, password)
            url = dsn(admin_url, dbname=name, user=name, password=password, application_name=_NAME)
            yield Scratch(name, url, admin_url)
        finally:
            removed(conn, name)


@contextmanager
def restoring(scratch: Scratch, programs: Programs) -> Iterator[ScratchTrial]:
    with psycopg.connect(scratch.url) as conn:
        program = programs.of("pg_restore", conn.info.server_version // 10000)
    with launched([program, *_RESTORE], scratch.url, writes=False) as child:
        yield ScratchTrial(scratch, child)


@contextmanager
def apart(admin_url: str, home: str) -> Iterator[Scratch]:
    """As `a_scratch`, with no session of ours in any other database while the context lasts."""
    name, password = prefix(home) + uuid4().hex[:16], secrets.token_urlsafe(24)
    with psycopg.connect(dsn(admin_url, application_name=_NAME), autocommit=True) as conn:
        _made(conn, name, password)
    try:
        yield Scratch(name, dsn(admin_url, dbname=name, user=name, password=password), admin_url)
    finally:
        with psycopg.connect(dsn(admin_url, application_name=_NAME), autocommit=True) as conn:
            removed(conn, name)


def removed(conn: Connection, name: str) -> None:
    """The database and its role. A server goes on making a database whose asker was killed: it may appear meanwhile."""
    for attempt in range(1, _TRIES + 1):
        dropped(conn, name)
        try:
            conn.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))
        except psycopg.errors.DependentObjectsStillExist:
            if attempt == _TRIES:
                raise
        else:
            return


def dropped(conn: Connection, name: str) -> None:
    """Whoever is in it. Not by force: that is refused to who is no superuser while the server itself tidies it up."""
    for attempt in range(1, _TRIES + 1):
        rows = conn.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s AND usesysid IS NOT NULL", (name,))
        for (pid,) in rows.fetchall():
            with suppress(psycopg.errors.InsufficientPrivilege):
                conn.execute("SELECT pg_terminate_backend(%s)", (pid,))
        try:
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        except psycopg.errors.ObjectInUse:
            if attempt == _TRIES:
                raise
        else:
            return


def kept(scratch: Scratch, conn: Connection, name: str) -> None:
    """From now on it is the provisioner's, whose connection `conn` is, under that name. Its own role is let go of."""
    role = sql.Identifier(scratch.name)
    with psycopg.connect(dsn(scratch.admin_url, dbname=scratch.name, application_name=_NAME)) as inside:
        inside.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(role))
        inside.execute(sql.SQL("DROP OWNED BY {}").format(role))
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    conn.execute(rename.format(sql.Identifier(scratch.name), sql.Identifier(name)))


def swept(admin_url: str, home: str) -> int:
    """Scratches that nobody is left to remove; how many. Whoever calls is alone with the installation."""
    like = prefix(home).replace("_", r"\_") + "%"
    with psycopg.connect(dsn(admin_url, application_name=_NAME), autocommit=True) as conn:
        names = conn.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s UNION SELECT rolname FROM pg_roles"
            " WHERE rolname LIKE %s",
            (like, like),
        ).fetchall()
        for (name,) in names:
            removed(conn, str(name))
    return len(names)


def _made(conn: Connection, name: str, password: str) -> None:
    ident = sql.Identifier(name)
    # The password leaves as its SCRAM verifier: the text itself never stands in a server's log.
    verifier = conn.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    # It inherits nothing but the owner's hold of `public`, which before PostgreSQL 16 a NOINHERIT owner goes without.
    rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT NOREPLICATION NOBYPASSRLS PASSWORD {}"
    conn.execute(sql.SQL("CREATE ROLE {} " + rights).format(ident, verifier))
    superuser = conn.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if superuser == (False,):
        how = "WITH INHERIT TRUE, SET TRUE" if conn.info.server_version >= 160000 else ""
        conn.execute(sql.SQL("GRANT {} TO CURRENT_USER " + how).format(ident))
    command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' {}")
    conn.execute(command.format(ident, ident, locale(conn)))
    conn.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(ident))
