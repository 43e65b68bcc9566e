"""Moving a client's database between two real servers."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from contracts.clients import a_tenant
from contracts.ports.database_servers import DatabaseServersContract, Place, a_deed
from contracts.ports.tenant_moves import FROM, TO, Seen, TenantMovesContract, a_move
from horux_adapters.postgres import locks, marks
from horux_adapters.postgres.audit import PostgresAuditTrail
from horux_adapters.postgres.children import Programs
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.database_servers import KnownServers, PostgresDatabaseServers
from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.listening import Listener
from horux_adapters.postgres.moving import PostgresTenantMoves
from horux_adapters.postgres.naming import role_name
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_adapters.postgres.servers import PostgresServers, derive_password
from horux_adapters.postgres.stopping import stopped
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_core.audit.ports import AuditTrail
from horux_core.onboarding.errors import MoveFailed, MoveRefused
from horux_core.onboarding.ports import TenantMoves
from horux_core.tenancy.model import DatabaseServer, Tenant
from horux_core.tenancy.ports import DatabaseServers, Registry
from tests.adapters.postgres.conftest import SECRET, Installation
from tests.central import a_central_database
from tests.conftest import short_folder
from tests.system.processes import free_port
from tests.system.waiting import until


@pytest.fixture(scope="module")
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


@pytest.fixture(scope="module")
def second() -> Iterator[str]:
    """The superuser's address on another server."""
    with short_folder() as folder:
        server = EmbeddedPostgres(folder / "postgres", durable=False, max_connections=40)
        try:
            yield server.start()
        finally:
            server.stop()


@pytest.fixture
def admins(installation: Installation, second: str) -> dict[str, str]:
    """The provisioner's address on both."""
    parts = conninfo_to_dict(installation.admin_url)
    with psycopg.connect(second, autocommit=True) as conn:
        role = sql.Identifier(str(parts["user"]))
        conn.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD 'aprovisiona'").format(role))
        conn.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(str(parts["dbname"])), role))
    there = conninfo_to_dict(second)
    away = psycopg.conninfo.make_conninfo(installation.admin_url, host=there["host"], port=there["port"])
    return {FROM: installation.admin_url, TO: away}


@pytest.fixture
def tenant(installation: Installation) -> Iterator[Tenant]:
    built = a_tenant()
    password = derive_password(SECRET, built.id, built.database_name)
    installation.servers.create(built.database_name, role_name(built.id), password)
    yield built
    with psycopg.connect(installation.superuser_url, autocommit=True) as conn:
        conn.execute(f"DROP DATABASE IF EXISTS {built.database_name} WITH (FORCE)".encode())


@pytest.fixture
def moves(installation: Installation, admins: dict[str, str]) -> Iterator[TenantMoves]:
    yield PostgresTenantMoves(lambda: admins, installation.admin_url, SECRET, Programs())
    with psycopg.connect(admins[TO], autocommit=True) as conn:
        rows = conn.execute("SELECT datname FROM pg_database WHERE datname ~ '^horux_(cas|muda)'").fetchall()
        for (name,) in rows:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def as_client(admin: str, tenant: Tenant) -> str:
    password = derive_password(SECRET, tenant.id, tenant.database_name)
    return dsn(admin, dbname=tenant.database_name, user=role_name(tenant.id), password=password)


class TestPostgresTenantMoves(TenantMovesContract):
    @pytest.fixture
    def seen(self, admins: dict[str, str], tenant: Tenant) -> Seen:
        def seen(server: str) -> bool | None:
            try:
                with psycopg.connect(as_client(admins[server], tenant)) as conn:
                    conn.execute("SELECT count(*) FROM cosas")
                    conn.execute("INSERT INTO cosas (texto) VALUES ('x')")
            except psycopg.errors.InsufficientPrivilege:
                return False
            except psycopg.OperationalError:
                return None
            return True

        return seen

    def test_every_row_and_counter_goes_along(self, moves: TenantMoves, tenant: Tenant, admins: dict[str, str]) -> None:
        with psycopg.connect(as_client(admins[FROM], tenant)) as conn:
            conn.execute("INSERT INTO cosas (texto) SELECT 'Ñandú ' || n FROM generate_series(1, 500) n")
            before = conn.execute("SELECT * FROM cosas ORDER BY id").fetchall()
        run = a_move(tenant)
        with moves.copied(tenant, run):
            pass
        moves.open(tenant, run)
        moves.clear(tenant, run)
        with psycopg.connect(as_client(admins[TO], tenant)) as conn:
            assert conn.execute("SELECT * FROM cosas ORDER BY id").fetchall() == before
            assert conn.execute("INSERT INTO cosas (texto) VALUES ('otra') RETURNING id").fetchone() == (501,)
        with psycopg.connect(admins[FROM]) as conn:
            left = conn.execute("SELECT datname FROM pg_database WHERE datname ~ '^horux_(cas|muda)'").fetchall()
            roles = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role_name(tenant.id),)).fetchall()
        assert (left, roles) == ([], [])

    def test_a_backup_under_way_is_waited_for(
        self, moves: TenantMoves, tenant: Tenant, admins: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("horux_adapters.postgres.moving._BACKED_UP_WITHIN", 0.3)
        with psycopg.connect(dsn(admins[FROM], dbname=tenant.database_name), autocommit=True) as backing:
            backing.execute("SELECT pg_advisory_lock_shared(%s)", (locks.WHOLE,))
            with pytest.raises(MoveFailed, match="respaldando"), moves.copied(tenant, a_move(tenant)):
                pass
            backing.execute("SELECT pg_advisory_unlock_shared(%s)", (locks.WHOLE,))
            run = a_move(tenant)
            with moves.copied(tenant, run):
                pass
            moves.undo(tenant, run)

    def test_a_copy_that_is_not_equal_is_not_used(
        self, moves: TenantMoves, tenant: Tenant, monkeypatch: pytest.MonkeyPatch, seen: Seen
    ) -> None:
        monkeypatch.setattr("horux_adapters.postgres.moving.differences", lambda *_: ("cosas: 5 y 4",))
        run = a_move(tenant)
        with pytest.raises(MoveFailed, match="cosas: 5 y 4"), moves.copied(tenant, run):
            pass
        moves.undo(tenant, run)
        assert (seen(FROM), seen(TO)) == (True, None)

    def test_who_was_undone_before_the_stop_stops_nobody(
        self, moves: TenantMoves, tenant: Tenant, monkeypatch: pytest.MonkeyPatch, seen: Seen
    ) -> None:
        run, make = a_move(tenant), PostgresServers.make_role

        def undone_meanwhile(servers: PostgresServers, role: str, password: str, *, login: bool) -> None:
            make(servers, role, password, login=login)
            moves.undo(tenant, run)

        monkeypatch.setattr(PostgresServers, "make_role", undone_meanwhile)
        with pytest.raises(MoveFailed, match="deshizo"), moves.copied(tenant, run):
            pass
        assert (seen(FROM), seen(TO)) == (True, None)

    def test_a_server_that_does_not_answer_is_no_place(
        self, installation: Installation, tenant: Tenant, admins: dict[str, str]
    ) -> None:
        away = {**admins, TO: psycopg.conninfo.make_conninfo(admins[TO], port=free_port())}
        moves = PostgresTenantMoves(lambda: away, installation.admin_url, SECRET, Programs())
        with pytest.raises(MoveRefused, match="no contesta"):
            moves.require_possible(tenant, TO)


def test_no_acknowledged_write_comes_after_the_stop(
    installation: Installation, tenant: Tenant, admins: dict[str, str]
) -> None:
    """Sessions that began before it, in the middle of their work, with statements prepared."""
    url, begun, over = as_client(admins[FROM], tenant), Event(), Event()

    def write(n: int) -> int:
        kept = 0
        with psycopg.connect(url, autocommit=True, prepare_threshold=0) as conn:
            while not over.is_set():
                try:
                    with conn.transaction():
                        conn.execute("INSERT INTO cosas (texto) VALUES (%s)", (f"{n}",))
                        conn.execute("INSERT INTO cosas (texto) VALUES (%s)", (f"{n}",))
                    kept += 2
                except psycopg.errors.InsufficientPrivilege:
                    return kept
                begun.set()
        raise AssertionError("nadie lo detuvo")

    with ThreadPoolExecutor(6) as threads:
        writers = [threads.submit(write, n) for n in range(6)]
        begun.wait(10)
        time.sleep(0.2)
        with psycopg.connect(dsn(admins[FROM], dbname=tenant.database_name), autocommit=True) as conn:
            stopped(conn, role_name(tenant.id))
            row = conn.execute("SELECT count(*) FROM cosas").fetchone()
        kept = sum(writer.result(10) for writer in writers)
        over.set()
    assert row == (kept,)
    assert kept > 12


def test_who_goes_on_writing_for_long_is_not_moved(
    tenant: Tenant, admins: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("horux_adapters.postgres.stopping._TRIES", 2)
    monkeypatch.setattr("horux_adapters.postgres.stopping._PATIENCE", "100ms")
    with psycopg.connect(as_client(admins[FROM], tenant)) as writer:
        writer.execute("INSERT INTO cosas (texto) VALUES ('larga')")
        with (
            psycopg.connect(dsn(admins[FROM], dbname=tenant.database_name), autocommit=True) as conn,
            pytest.raises(MoveFailed, match="carga del cliente"),
        ):
            stopped(conn, role_name(tenant.id))
        writer.execute("INSERT INTO cosas (texto) VALUES ('sigue')")


def test_what_else_is_noted_of_a_database_stays(installation: Installation, tenant: Tenant) -> None:
    name = tenant.database_name
    with psycopg.connect(installation.admin_url, autocommit=True) as conn:
        conn.execute(f"COMMENT ON DATABASE {name} IS 'horux-respaldo 1'".encode())
        marks.put(conn, name, tenant.id)
        marks.put(conn, name, tenant.id)
        assert marks.of(conn, name) == str(tenant.id)
        marks.take(conn, name)
        assert marks.of(conn, name) == ""
        said = conn.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (name,))
        assert said.fetchone() == ("horux-respaldo 1",)


def _place(address: str) -> Place:
    parts = conninfo_to_dict(address)
    return str(parts["host"]), int(str(parts["port"]))


class TestPostgresDatabaseServers(DatabaseServersContract):
    @pytest.fixture
    def servers(self, control: ControlDatabase, admins: dict[str, str]) -> DatabaseServers:
        with control.transaction() as conn:
            conn.execute("DELETE FROM tenants; DELETE FROM database_servers WHERE name <> 'principal'")
        return PostgresDatabaseServers(control, admins[FROM])

    @pytest.fixture
    def registry(self, control: ControlDatabase) -> Registry:
        return PostgresRegistry(control, PostgresOutbox)

    @pytest.fixture
    def trail(self, control: ControlDatabase) -> AuditTrail:
        return PostgresAuditTrail(control)

    @pytest.fixture
    def answering(self, admins: dict[str, str]) -> Place:
        return _place(admins[TO])

    @pytest.fixture
    def silent(self) -> Place:
        return "127.0.0.1", free_port()

    def test_a_process_that_runs_hears_of_each_change(
        self, servers: DatabaseServers, control: ControlDatabase, admins: dict[str, str]
    ) -> None:
        ear = Listener(control.dsn)
        assert ear.start()
        try:
            known: KnownServers[str] = KnownServers(control, admins[FROM], str, ear)
            assert set(known) == {"principal"}
            servers.add(DatabaseServer("nuevo", "db7", 5433), a_deed())
            assert conninfo_to_dict(known["nuevo"])["host"] == "db7"
            until("se sabe del nuevo", lambda: set(known) == {"principal", "nuevo"}, 10)
            servers.remove("nuevo", a_deed())
            until("se olvida", lambda: set(known) == {"principal"}, 10)
        finally:
            ear.close()
