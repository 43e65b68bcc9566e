"""Where dumps of databases become databases again: for a proof, beside what there is, and in its place."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from horux_adapters.postgres import marks, swapping
from horux_adapters.postgres import naming as names
from horux_adapters.postgres.central import migrate_central, migrations
from horux_adapters.postgres.children import Programs
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.dumping import central_name, explained
from horux_adapters.postgres.migrating import Connection, MigrationError, advisory_lock, migrate
from horux_adapters.postgres.scratch import Scratch, ScratchTrial, a_scratch, apart, dropped, kept, restoring, swept
from horux_adapters.postgres.servers import PostgresServers, derive_password, grant_inside, turn_of
from horux_adapters.postgres.template import TenantTemplate
from horux_core.backups import naming
from horux_core.backups.errors import NotRestorable
from horux_core.backups.model import Kind, Subject
from horux_core.backups.ports import Trial

_NAME = "horux-restaurar"
_RETIRED = "horux_deleted_"


@dataclass(frozen=True, slots=True)
class PostgresSite:
    """`servers` answers the provisioner's address on each server, `runtime_url` the service's on the central database.

    From `role_secret` follow the passwords of the clients' roles.
    """

    servers: Callable[[], Mapping[str, str]]
    admin_url: str = field(repr=False)
    runtime_url: str = field(repr=False)
    role_secret: bytes = field(repr=False)
    programs: Programs

    @contextmanager
    def trial(self, subject: Subject) -> Iterator[Trial]:
        with (
            explained(subject),
            a_scratch(self._proving(subject), self.admin_url) as scratch,
            restoring(scratch, self.programs) as trial,
        ):
            yield trial

    @contextmanager
    def beside(self, subject: Subject, name: str) -> Iterator[Trial]:
        admin = self._server(subject)
        with (
            explained(subject),
            psycopg.connect(dsn(admin, application_name=_NAME), autocommit=True) as conn,
            a_scratch(admin, self.admin_url) as scratch,
        ):
            if _there(conn, name):
                raise NotRestorable(f"Ya hay una base {name}: espera un segundo y repite.")
            with restoring(scratch, self.programs) as trial:
                yield trial
            self._readied(subject, scratch, trial)
            kept(scratch, conn, name)

    def swap(self, subject: Subject, name: str, aside: str, mark: str) -> None:
        admin, database = self._server(subject), self._database(subject)
        what = swapping.Replaced(name, database, aside, mark, database.startswith(_RETIRED))
        with explained(subject), psycopg.connect(dsn(admin, application_name=_NAME), autocommit=True) as conn:
            if subject.kind is Kind.CENTRAL:
                self._admitted(subject, admin, conn, name)
                conn.close()
                with apart(admin, self.admin_url) as third:
                    swapping.of_central(what, admin, self.runtime_url, third)
                return
            # A move takes its turn to mark the database, and looks for its mark in the end.
            with advisory_lock(conn, turn_of(database)):
                self._swapped(subject, admin, conn, what)

    def _swapped(self, subject: Subject, admin: str, conn: Connection, what: swapping.Replaced) -> None:
        if marks.of(conn, what.database):
            raise NotRestorable(f"{subject.named} se está mudando a otro servidor: espera a que termine.")
        self._admitted(subject, admin, conn, what.new)
        swapping.swapped(what, admin, (admin,))
        if _there(conn, what.aside):
            shut = sql.SQL("REVOKE CONNECT ON DATABASE {} FROM {}")
            conn.execute(shut.format(sql.Identifier(what.aside), sql.Identifier(_role(subject))))

    def mark(self, subject: Subject) -> str:
        with explained(subject), psycopg.connect(dsn(self._server(subject), application_name=_NAME)) as conn:
            return swapping.mark_of(conn, self._database(subject))

    def sweep(self) -> int:
        count = 0
        for admin in self.servers().values():
            # One that is down keeps nobody else's clients from their backup.
            with suppress(psycopg.OperationalError):
                count += swept(admin, self.admin_url)
        return count

    def left_over(self) -> tuple[str, ...]:
        found: set[str] = set()
        for admin in self.servers().values():
            with psycopg.connect(dsn(admin, application_name=_NAME)) as conn:
                rows = conn.execute(
                    "SELECT datname FROM pg_database WHERE pg_has_role(datdba, 'USAGE') AND datname LIKE 'horux\\_%'"
                ).fetchall()
            found.update(str(name) for (name,) in rows if naming.LEFT_OVER.fullmatch(str(name)))
        return tuple(sorted(found))

    def drop(self, name: str) -> bool:
        if not naming.LEFT_OVER.fullmatch(name):
            raise NotRestorable(f"«{name[:80]}» no es una base que haya dejado una restauración: no se borra.")
        was = False
        for admin in self.servers().values():
            with psycopg.connect(dsn(admin, application_name=_NAME), autocommit=True) as conn:
                was = _there(conn, name) or was
                dropped(conn, name)
        return was

    def _readied(self, subject: Subject, scratch: Scratch, trial: ScratchTrial) -> None:
        """All of it is there, and as this program wants it. What was kept by an older one is brought up to date."""
        trial.child.ended_well()
        if subject.kind is Kind.CLIENTE:
            try:
                migrate(scratch.url, migrations("tenant"))
            except MigrationError as error:
                raise NotRestorable(str(error)) from error

    def _admitted(self, subject: Subject, admin: str, conn: Connection, name: str) -> None:
        """Whoever is to use it may, and nobody else."""
        inside = dsn(admin, dbname=name, application_name=_NAME)
        if subject.kind is Kind.CENTRAL:
            migrate_central(inside, dsn(self.runtime_url, dbname=name))
            _let_in(conn, name, str(conninfo_to_dict(self.runtime_url)["user"]))
            _settled(inside, subject.server)
            _signed_out(inside)
            return
        role = _role(subject)
        assert subject.tenant is not None
        # The password follows from the name the database will have.
        password = derive_password(self.role_secret, subject.tenant, subject.database)
        _servers(admin).make_role(role, password, login=not subject.database.startswith(_RETIRED))
        with psycopg.connect(inside) as own:
            grant_inside(own, role)
        _let_in(conn, name, role)

    def _server(self, subject: Subject) -> str:
        if subject.kind is Kind.CENTRAL:
            return self.admin_url
        servers = self.servers()
        if subject.server not in servers:
            raise NotRestorable(
                f"No hay un servidor «{subject.server}»: indica uno con --server. Hay: {', '.join(servers)}."
            )
        return servers[subject.server]

    def _proving(self, subject: Subject) -> str:
        """A proof may be done on any: best where it was, for the version of the server."""
        return self.admin_url if subject.kind is Kind.CENTRAL else self.servers().get(subject.server, self.admin_url)

    def _database(self, subject: Subject) -> str:
        """The central one is called as it is here, whatever it was called where it was kept."""
        return central_name(self.admin_url) if subject.kind is Kind.CENTRAL else subject.database


def require_empty(admin_url: str) -> None:
    """Of the central database, as it is on a server that was set up and took nobody in. Raises NotRestorable."""
    with psycopg.connect(dsn(admin_url, application_name=_NAME)) as conn:
        there = conn.execute("SELECT to_regclass('public.tenants') IS NOT NULL").fetchone() == (True,)
        if there and conn.execute("SELECT EXISTS (SELECT FROM public.tenants)").fetchone() == (True,):
            raise NotRestorable(
                "La base central ya tiene clientes: todo se restaura solo sobre una instalación vacía. "
                "Para un cliente usa --rfc."
            )


def _settled(inside: str, server: str) -> None:
    """Where the clients are from now on, if anywhere else than they were."""
    if server:
        with psycopg.connect(inside) as conn:
            conn.execute("UPDATE tenants SET server = %s WHERE server <> %s", (server, server))


def _signed_out(inside: str) -> None:
    """Whoever was in when it was kept: a session may have been ended since, for a good reason."""
    with psycopg.connect(inside) as conn:
        conn.execute("UPDATE sessions SET ended_at = now() WHERE ended_at IS NULL")


def _let_in(conn: Connection, database: str, role: str) -> None:
    name = sql.Identifier(database)
    conn.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(name))
    conn.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(role)))


def _role(subject: Subject) -> str:
    assert subject.tenant is not None
    return names.role_name(subject.tenant)


def _servers(admin: str) -> PostgresServers:
    return PostgresServers(admin, TenantTemplate(admin, migrations("tenant")))


def _there(conn: Connection, database: str) -> bool:
    return conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is not None
