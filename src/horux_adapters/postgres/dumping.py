"""Dumping databases by pg_dump, and summing up what is in them, both as of one snapshot."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import IO, cast

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from horux_adapters.postgres import locks
from horux_adapters.postgres.addresses import on_each_server
from horux_adapters.postgres.children import Child, Programs, launched
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.contents import contents_of
from horux_adapters.postgres.control import ControlDatabase
from horux_core.backups.errors import BackupFailed
from horux_core.backups.model import Contents, Kind, Subject
from horux_core.kernel.ids import TenantId

# Custom format, packed by us. No large objects: nothing keeps any, and those a client's role made are its own alone.
_DUMP = ("--format=custom", "--compress=0", "-B", "--no-publications", "--no-subscriptions")
_LOCK_WAIT = "--lock-wait-timeout=60000"
_RENAMED_WITHIN = 10.0
_MOVED_WITHIN = 600.0
_NAME = "horux-respaldo"
_CLIENTS = """
SELECT id, rfc, database_name, server FROM tenants WHERE state <> 'provisioning' ORDER BY rfc, id
"""
_PLACE = "SELECT rfc, database_name, server FROM tenants WHERE id = %s"


@dataclass(frozen=True, slots=True)
class PostgresEstate:
    control: ControlDatabase
    admin_url: str = field(repr=False)

    def central(self) -> Subject:
        return Subject(Kind.CENTRAL, database=central_name(self.admin_url))

    def clients(self) -> tuple[Subject, ...]:
        with self.control.transaction() as connection:
            rows = connection.execute(_CLIENTS).fetchall()
        return tuple(Subject(Kind.CLIENTE, TenantId(ident), *rest) for ident, *rest in rows)


@dataclass(frozen=True, slots=True)
class PostgresDumper:
    """With the provisioner's rights, who owns every database and is no superuser."""

    control: ControlDatabase
    admin_url: str = field(repr=False)
    programs: Programs

    @contextmanager
    def dumped(self, subject: Subject) -> Iterator["PostgresDump"]:
        with explained(subject), self._staying(subject) as url, dumping(url, self.programs) as dump:
            yield dump

    @contextmanager
    def _staying(self, subject: Subject) -> Iterator[str]:
        """The address of the database, which nobody moves while this lasts; one that is being moved is waited for."""
        deadline = time.monotonic() + _MOVED_WITHIN
        while True:
            with ExitStack() as stack:
                place = stack.enter_context(self._opened(subject))
                url = dsn(place[0], dbname=place[1], application_name=_NAME)
                if _stays(stack, url) and self._found(subject) == place:
                    yield url
                    return
            if time.monotonic() >= deadline:
                raise BackupFailed(f"La mudanza de {subject.named} no termina: da horux duties run recuperacion.")
            time.sleep(0.2)

    @contextmanager
    def _opened(self, subject: Subject) -> Iterator[tuple[str, str]]:
        """Its server's address and its name. One that was closed when its client left is open while this lasts."""
        admin, database = self._found(subject)
        with psycopg.connect(dsn(admin, application_name=_NAME), autocommit=True) as conn:
            row = conn.execute("SELECT datallowconn FROM pg_database WHERE datname = %s", (database,)).fetchone()
            closed = row == (False,)
            if closed:
                _let_in(conn, database, "true")
            try:
                yield admin, database
            finally:
                if closed:
                    _let_in(conn, database, "false")

    def _found(self, subject: Subject) -> tuple[str, str]:
        """The server's address and what the database is called now: a client that leaves has it renamed meanwhile."""
        servers = on_each_server(self.control, self.admin_url)
        if subject.tenant is None:
            return self.admin_url, central_name(self.admin_url)
        deadline = time.monotonic() + _RENAMED_WITHIN
        while True:
            with self.control.transaction() as connection:
                row = connection.execute(_PLACE, (subject.tenant,)).fetchone()
            if row is None:
                raise BackupFailed(f"{subject.named} ya no está en la base central.")
            admin, database = servers[row[2]], str(row[1])
            with psycopg.connect(dsn(admin, application_name=_NAME), autocommit=True) as conn:
                if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone():
                    return admin, database
            if time.monotonic() >= deadline:
                raise BackupFailed(f"No está la base {database} en su servidor: restáurala, o da de baja al cliente.")
            time.sleep(0.2)


@contextmanager
def dumping(url: str, programs: Programs) -> Iterator["PostgresDump"]:
    """The database of that address, as of now. Raises BackupFailed."""
    with ExitStack() as stack:
        conn = stack.enter_context(psycopg.connect(url))
        conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        conn.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        row = conn.execute("SELECT pg_export_snapshot()").fetchone()
        program = programs.of("pg_dump", conn.info.server_version // 10000)
        command = [program, *_DUMP, _LOCK_WAIT, f"--snapshot={row[0] if row else ''}"]
        yield PostgresDump(conn, stack.enter_context(launched(command, url, writes=True)))


@dataclass(frozen=True, slots=True)
class PostgresDump:
    """A dump under way. `conn` sees what it sees."""

    conn: Connection[TupleRow]
    child: Child

    def read(self, size: int = -1, /) -> bytes:
        octets = cast(IO[bytes], self.child.process.stdout).read(size)
        if not octets:
            self.child.ended_well()
        return octets

    def contents(self) -> Contents:
        self.child.ended_well()
        return contents_of(self.conn)


def central_name(admin_url: str) -> str:
    return str(conninfo_to_dict(admin_url)["dbname"])


@contextmanager
def explained(subject: Subject) -> Iterator[None]:
    """What the server refuses is told without what it quotes. Raises BackupFailed."""
    try:
        yield
    except psycopg.Error as error:
        said = error.diag.message_primary or type(error).__name__
        raise BackupFailed(
            f"El servidor no lo permitió con {subject.named}: {' '.join(said.split())[:200]}."
        ) from error


def servers_of(control: ControlDatabase, admin_url: str) -> Callable[[], Mapping[str, str]]:
    """The provisioner's address on every server; of a central database that is empty, its own server's alone."""

    def known() -> Mapping[str, str]:
        try:
            return on_each_server(control, admin_url)
        except psycopg.errors.UndefinedTable:
            return {"principal": admin_url}

    return known


def _stays(stack: ExitStack, url: str) -> bool:
    """Whether nobody moves it, from now until the stack is closed."""
    conn = stack.enter_context(closing(psycopg.connect(url, autocommit=True)))
    row = conn.execute("SELECT pg_try_advisory_lock_shared(%s)", (locks.WHOLE,)).fetchone()
    return row == (True,)


def _let_in(conn: Connection[TupleRow], database: str, whether: str) -> None:
    conn.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS " + whether).format(sql.Identifier(database)))
