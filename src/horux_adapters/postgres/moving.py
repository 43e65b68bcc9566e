"""A client's database on its way between two servers: copied while nobody writes it, then opened on the other side."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from horux_adapters.postgres import locks, marks
from horux_adapters.postgres.central import migrations
from horux_adapters.postgres.children import Programs
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.contents import contents_of
from horux_adapters.postgres.dumping import dumping
from horux_adapters.postgres.migrating import Connection, MigrationError, advisory_lock
from horux_adapters.postgres.naming import role_name
from horux_adapters.postgres.scratch import Scratch, a_scratch, dropped, kept, removed, restoring
from horux_adapters.postgres.servers import PostgresServers, ServerError, derive_password, grant_inside, turn_of
from horux_adapters.postgres.stopping import MOVER, let_write, stopped
from horux_adapters.postgres.template import TenantTemplate
from horux_core.backups.errors import BackupFailed
from horux_core.backups.model import differences
from horux_core.onboarding.errors import MoveFailed, MoveRefused
from horux_core.onboarding.model import Run
from horux_core.tenancy.model import Tenant

_PIECE = 1 << 18
_BACKED_UP_WITHIN = 120.0
_TRIES = 5
_RETRY_AFTER = 60
_CLOSED = "ALTER DATABASE {} ALLOW_CONNECTIONS false"


@dataclass(frozen=True, slots=True)
class PostgresTenantMoves:
    """`servers` answers the provisioner's address on each server by name; `home` is that of the central database.

    From `role_secret` follow the passwords of the clients' roles.
    """

    servers: Callable[[], Mapping[str, str]]
    home: str = field(repr=False)
    role_secret: bytes = field(repr=False)
    programs: Programs

    def require_possible(self, tenant: Tenant, target: str) -> None:
        every = self.servers()
        majors = [self._major(name, every[name]) for name in (tenant.server, target)]
        if majors[1] < majors[0]:
            raise MoveRefused(
                f"El servidor «{target}» es PostgreSQL {majors[1]} y el cliente está en {majors[0]}: "
                "una base no se muda a una versión más vieja."
            )
        try:
            self.programs.of("pg_dump", majors[0])
            self.programs.of("pg_restore", majors[1])
        except BackupFailed as error:
            raise MoveRefused(str(error)) from error
        with _connected(every[target]) as conn:
            if marks.of(conn, tenant.database_name):
                raise MoveRefused(
                    f"En «{target}» hay una copia de otra mudanza de este cliente: da horux doctor y repite."
                )
            if marks.there(conn, tenant.database_name):
                raise MoveRefused(
                    f"En «{target}» ya hay una base {tenant.database_name} que nadie usa: revísala y quítala primero."
                )

    @contextmanager
    def copied(self, tenant: Tenant, run: Run) -> Iterator[None]:
        with ExitStack() as stack:
            with _told():
                source, target = self._address(run.source), self._address(run.target)
                self._cleared(target, tenant, run)
                inside = stack.enter_context(closing(_inside(source, tenant.database_name)))
                _alone(inside)
                with advisory_lock(inside, locks.MIGRATING), _changing(source, tenant.database_name) as conn:
                    marks.put(conn, tenant.database_name, run.id)
                self._poured(inside, target, tenant, run)
                inside.execute("SELECT 1")
            yield

    def open(self, tenant: Tenant, run: Run) -> None:
        database, gone = tenant.database_name, marks.gone_name(run.id)
        with _told(), _changing(self._address(run.source), database) as conn:
            if marks.of(conn, database) == str(run.id):
                conn.execute(sql.SQL(_CLOSED).format(sql.Identifier(database)))
                self._renamed(conn, run, database, gone)
        target = self._address(run.target)
        with _told(), _changing(target, database) as conn:
            if marks.of(conn, database) == str(run.id):
                with closing(_inside(target, database)) as inside:
                    let_write(inside, role_name(tenant.id))
                    # What the planner knows of the rows stayed behind; the client works meanwhile.
                    inside.execute("ANALYZE")
                marks.take(conn, database)

    def clear(self, tenant: Tenant, run: Run) -> None:
        with _told(), _connected(self._address(run.source)) as conn:
            dropped(conn, marks.gone_name(run.id))
            _without_role(conn, role_name(tenant.id))

    def undo(self, tenant: Tenant, run: Run) -> None:
        database, source, target = tenant.database_name, self._address(run.source), self._address(run.target)
        with _told(), _changing(source, database) as conn:
            if marks.of(conn, database) == str(run.id):
                with closing(_inside(source, database)) as inside:
                    let_write(inside, role_name(tenant.id))
                marks.take(conn, database)
        with _told():
            self._cleared(target, tenant, run)
            with _connected(target) as conn:
                _without_role(conn, role_name(tenant.id))

    def _poured(self, inside: Connection, target: str, tenant: Tenant, run: Run) -> None:
        role, database = role_name(tenant.id), tenant.database_name
        password = derive_password(self.role_secret, tenant.id, database)
        _servers(target).make_role(role, password, login=True)
        with a_scratch(target, self.home, marks.copy_name(run.id)) as scratch:
            source = self._address(run.source)
            with _changing(source, database) as conn:
                if marks.of(conn, database) != str(run.id):
                    raise MoveFailed("Otro proceso deshizo esta mudanza. Intenta de nuevo.", retryAfter=_RETRY_AFTER)
                stopped(inside, role)
            self._equal(dsn(source, dbname=database, application_name=MOVER), scratch)
            with _changing(target, database) as conn:
                marks.put(conn, scratch.name, run.id)
                kept(scratch, conn, database)
                name = sql.Identifier(database)
                conn.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(name))
                conn.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(role)))
                with psycopg.connect(dsn(target, dbname=database, application_name=MOVER)) as own:
                    grant_inside(own, role)
                    own.execute(sql.SQL(marks.NO_WRITES).format(sql.Identifier(role)))

    def _equal(self, source: str, scratch: Scratch) -> None:
        """Both are summed up, the source while it is read. Raises MoveFailed."""
        with (
            ThreadPoolExecutor(1, thread_name_prefix="mudanza") as aside,
            dumping(source, self.programs) as dump,
            restoring(scratch, self.programs) as trial,
        ):
            summed = aside.submit(contents_of, dump.conn)
            while octets := dump.read(_PIECE):
                trial.write(octets)
            found = trial.found()
            wrong = differences(summed.result(), found)
        if wrong:
            raise MoveFailed(f"La copia no salió igual ({'; '.join(wrong[:3])}).", retryAfter=_RETRY_AFTER)

    def _cleared(self, target: str, tenant: Tenant, run: Run) -> None:
        """What this run has made on the target so far."""
        with _changing(target, tenant.database_name) as conn:
            removed(conn, marks.copy_name(run.id))
            if marks.of(conn, tenant.database_name) == str(run.id):
                dropped(conn, tenant.database_name)

    def _renamed(self, conn: Connection, run: Run, database: str, gone: str) -> None:
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(database), sql.Identifier(gone))
        for attempt in range(1, _TRIES + 1):
            _servers(self._address(run.source)).end_sessions(database)
            try:
                conn.execute(rename)
            except psycopg.errors.ObjectInUse:
                if attempt == _TRIES:
                    raise
            else:
                return

    def _address(self, server: str | None) -> str:
        every = self.servers()
        if server is None or server not in every:
            raise MoveFailed(f"No hay un servidor «{server}».", retryAfter=_RETRY_AFTER)
        return every[server]

    def _major(self, name: str, address: str) -> int:
        try:
            with _connected(address) as conn:
                return conn.info.server_version // 10000
        except psycopg.OperationalError as error:
            raise MoveRefused(f"El servidor «{name}» no contesta: revísalo con horux doctor.") from error


@contextmanager
def _told() -> Iterator[None]:
    """What a server or program refuses, without what it quotes. Raises MoveFailed."""
    try:
        yield
    except psycopg.Error as error:
        said = " ".join((error.diag.message_primary or type(error).__name__).split())[:200]
        raise MoveFailed(f"Un servidor no lo permitió: {said}.", retryAfter=_RETRY_AFTER) from error
    except (BackupFailed, MigrationError, ServerError) as error:
        raise MoveFailed(str(error), retryAfter=_RETRY_AFTER) from error


def _alone(inside: Connection) -> None:
    """Nobody backs this database up while the session lasts. Raises MoveFailed."""
    deadline = time.monotonic() + _BACKED_UP_WITHIN
    while inside.execute("SELECT pg_try_advisory_lock(%s)", (locks.WHOLE,)).fetchone() != (True,):
        if time.monotonic() >= deadline:
            raise MoveFailed("Se está respaldando a este cliente: espera a que termine.", retryAfter=_RETRY_AFTER)
        time.sleep(0.2)


@contextmanager
def _changing(admin: str, database: str) -> Iterator[Connection]:
    with _connected(admin) as conn, advisory_lock(conn, turn_of(database)):
        yield conn


@contextmanager
def _connected(admin: str) -> Iterator[Connection]:
    with closing(psycopg.connect(dsn(admin, application_name=MOVER), autocommit=True)) as conn:
        yield conn


def _inside(admin: str, database: str) -> Connection:
    return psycopg.connect(dsn(admin, dbname=database, application_name=MOVER), autocommit=True)


def _without_role(conn: Connection, role: str) -> None:
    try:
        conn.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
    except psycopg.errors.DependentObjectsStillExist:
        # A database of the client's stands here under its own name: it came back, and keeps its role.
        return


def _servers(admin: str) -> PostgresServers:
    return PostgresServers(admin, TenantTemplate(admin, migrations("tenant")))
