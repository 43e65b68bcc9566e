"""Where tenants' databases are, and how many connections each process may hold."""

import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from horux_adapters.container.connections import dsns, tenant_connections
from horux_adapters.container.settings import load
from horux_adapters.postgres.addresses import COMMAND, SERVER, WORKER, Part, TenantConnections, on_each_server, share
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.listening import Listener, notify
from horux_core.fiscal.configuracion.model import Contribuyente
from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import Rfc
from horux_core.tenancy.errors import TenantMissing
from tests.adapters.postgres.conftest import SECRET, Installation, TenantBase
from tests.central import a_central_database


@pytest.fixture(scope="module")
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


def registered(
    control: ControlDatabase, tenant: TenantBase, state: str = "live", server: str = "principal"
) -> TenantId:
    with control.transaction() as conn:
        conn.execute(
            "INSERT INTO tenants (id, rfc, nombre, plan, database_name, server, state, created_at)"
            " VALUES (%s, %s, 'x', 'starter', %s, 'principal', %s, now())",
            (tenant.id, tenant.database[6:18].upper(), tenant.database, state),
        )
    return TenantId(tenant.id)


class TestShare:
    def test_many_processes_take_no_more_than_there_is(self, control: ControlDatabase) -> None:
        with control.transaction() as conn:
            row = conn.execute("SELECT current_setting('max_connections')::int").fetchone()
        assert row is not None
        for processes in (1, 2, 3, 8):
            part = share(control, processes)
            # Besides: a worker with its queue, the locks and databases of its work, and two commands under way.
            assert processes * (part + 9) + 13 + 2 * 12 < row[0], processes
            assert part < share(control, processes - 1) if processes > 1 else part > 50

    @pytest.mark.parametrize("processes", [30, 64, 1000])
    def test_is_never_below_three(self, control: ControlDatabase, processes: int) -> None:
        assert share(control, processes) == 3


def test_a_command_takes_a_few_connections_and_not_a_process_s_share(control: ControlDatabase) -> None:
    env = {"DATABASE_URL": control.dsn, "JWT_SECRET": "x9" * 20, "DATABASE_ROLE_SECRET": "z7" * 20}
    most = {}
    for part in (SERVER, WORKER, COMMAND):
        held = tenant_connections(load(env), dsns(load(env)), control, Listener(control.dsn), part)
        most[part] = next(held).pools.most
        next(held, None)
    assert most == {SERVER: share(control, 3), WORKER: share(control, 3), COMMAND: 3}


def test_each_server_has_its_own_address(control: ControlDatabase) -> None:
    with control.transaction() as conn:
        conn.execute("INSERT INTO database_servers (name, host, port) VALUES ('b', 'db2', 5433), ('c', 'db3', NULL)")
    try:
        found = {name: conninfo_to_dict(url) for name, url in on_each_server(control, control.dsn).items()}
    finally:
        with control.transaction() as conn:
            conn.execute("DELETE FROM database_servers WHERE name IN ('b', 'c')")
    own = conninfo_to_dict(control.dsn)
    assert found["principal"] == own
    assert (found["b"]["host"], int(str(found["b"]["port"]))) == ("db2", 5433)
    assert (found["c"]["host"], int(str(found["c"]["port"]))) == ("db3", 5432)
    assert found["b"]["dbname"] == own["dbname"]


class TestTenantConnections:
    @pytest.fixture
    def connections(self, control: ControlDatabase, installation: Installation) -> Iterator[TenantConnections]:
        changes = Listener(control.dsn)
        servers = {"principal": installation.superuser_url}
        built = TenantConnections(control, changes, servers, SECRET, 5)
        changes.start()
        built.pools.start()
        yield built
        built.pools.close()
        changes.close()

    def test_opens_each_tenant_s_own_database_under_its_own_role(
        self, connections: TenantConnections, control: ControlDatabase, installation: Installation
    ) -> None:
        for n in (1, 2):
            tenant = installation.created(n)
            with connections.connection(registered(control, tenant)) as conn:
                row = conn.execute("SELECT current_database(), current_user").fetchone()
                assert row == (tenant.database, tenant.role)

    @pytest.mark.parametrize("state", ["deprovisioning", "deleted"])
    def test_knows_none_that_is_unknown_or_gone(
        self, connections: TenantConnections, control: ControlDatabase, installation: Installation, state: str
    ) -> None:
        gone = registered(control, installation.tenant(3), state)
        for tenant in (TenantId(UUID(int=7)), TenantId(uuid4()), gone):
            with pytest.raises(TenantMissing), connections.connection(tenant):
                pass
            with pytest.raises(TenantMissing):
                connections.contribuyente(tenant)

    def test_knows_whose_each_database_is(
        self, connections: TenantConnections, control: ControlDatabase, installation: Installation
    ) -> None:
        tenant = registered(control, installation.tenant(8))
        with control.transaction() as conn:
            conn.execute("UPDATE tenants SET rfc = 'ROEM691011EZ4', regimenes = '{612,606}' WHERE id = %s", (tenant,))
        assert connections.contribuyente(tenant) == Contribuyente(Rfc("ROEM691011EZ4"), ("612", "606"))

    def test_lets_go_of_one_that_leaves(
        self, connections: TenantConnections, control: ControlDatabase, installation: Installation
    ) -> None:
        tenant = registered(control, installation.created(4))
        with connections.connection(tenant):
            pass
        assert tenant in connections.pools.tenants()
        with control.transaction() as conn:
            conn.execute("UPDATE tenants SET state = 'deprovisioning' WHERE id = %s", (tenant,))
            notify(conn, "tenant", str(tenant))
        with psycopg.connect(control.dsn) as conn:
            while tenant in connections.pools.tenants():
                conn.execute("SELECT pg_sleep(0.01)")
        with pytest.raises(TenantMissing), connections.connection(tenant):
            pass

    def test_keeps_the_connections_of_one_that_only_changed_its_plan(
        self, connections: TenantConnections, control: ControlDatabase, installation: Installation
    ) -> None:
        tenant = registered(control, installation.created(5))
        with connections.connection(tenant) as conn:
            before = conn.info.backend_pid
        with control.transaction() as conn:
            conn.execute("UPDATE tenants SET plan = 'business' WHERE id = %s", (tenant,))
            notify(conn, "tenant", str(tenant))
        time.sleep(0.3)
        connections.pools.sweep()
        with connections.connection(tenant) as conn:
            assert conn.info.backend_pid == before

    def test_the_listener_s_thread_closes_no_connection(
        self, connections: TenantConnections, control: ControlDatabase, installation: Installation
    ) -> None:
        tenant = registered(control, installation.created(6))
        with connections.connection(tenant):
            pass
        connections.pools.close = lambda: None  # type: ignore[method-assign]
        connections.pools.of("principal")._woken.set = lambda: None  # type: ignore[method-assign]
        with control.transaction() as conn:
            conn.execute("UPDATE tenants SET state = 'deprovisioning' WHERE id = %s", (tenant,))
        connections._let_go(str(tenant))
        assert connections.pools.open_connections == 1
        connections._known.clear()
        connections.pools.sweep()
        assert connections.pools.open_connections == 0

    @pytest.mark.parametrize(("part", "statement", "lock"), [(SERVER, "30s", "10s"), (WORKER, "2min", "2min")])
    def test_a_server_waits_less_for_a_tenant_s_database_than_a_worker(
        self, control: ControlDatabase, installation: Installation, part: Part, statement: str, lock: str
    ) -> None:
        servers = {"principal": installation.superuser_url}
        built = TenantConnections(control, Listener(control.dsn), servers, SECRET, 5, part)
        with built.connection(registered(control, installation.created(7))) as conn:
            row = conn.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
            assert row.fetchone() == (statement, lock)
        built.pools.close()
