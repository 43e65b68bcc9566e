from collections.abc import Iterator, Set

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from contracts.clients import a_run, a_tenant
from contracts.ports.clients import ClientsContract
from contracts.ports.registry import RegistryContract, kept
from contracts.ports.runs import RunsContract
from contracts.ports.subscriptions import SubscriptionsContract
from contracts.ports.tenant_databases import Names, TenantDatabasesContract
from horux_adapters.postgres.audit import PostgresAuditTrail
from horux_adapters.postgres.billing import PostgresSubscriptions
from horux_adapters.postgres.clients import PostgresClients
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.databases import PostgresTenantDatabases, Server
from horux_adapters.postgres.fiel import PostgresVault
from horux_adapters.postgres.identity import PostgresDirectory
from horux_adapters.postgres.jobs import direct
from horux_adapters.postgres.naming import role_name
from horux_adapters.postgres.onboarding import PostgresRuns
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_adapters.postgres.servers import derive_password
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_core.audit.ports import AuditTrail
from horux_core.billing.ports import Subscriptions
from horux_core.fiel.ports import Vault
from horux_core.identity.ports import Directory
from horux_core.kernel.ids import TenantId
from horux_core.onboarding.ports import Runs
from horux_core.operations.clients import Clients
from horux_core.tenancy.errors import DatabaseNameTaken
from horux_core.tenancy.model import TenantState
from horux_core.tenancy.ports import Registry, TenantDatabases
from tests.adapters.postgres.conftest import SECRET, Installation
from tests.central import a_central_database


@pytest.fixture(scope="module")
def central(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


@pytest.fixture
def control(central: ControlDatabase) -> ControlDatabase:
    with central.transaction() as conn:
        conn.execute("TRUNCATE tenants, users, provisioning_runs, outbox CASCADE")
    return central


def told(conn: psycopg.Connection[tuple[object, ...]]) -> set[str]:
    return {note.payload for note in conn.notifies(timeout=2, stop_after=1)}


@pytest.fixture
def trail(control: ControlDatabase) -> AuditTrail:
    return PostgresAuditTrail(control)


class TestPostgresRegistry(RegistryContract):
    @pytest.fixture
    def registry(self, control: ControlDatabase) -> Registry:
        return PostgresRegistry(control, PostgresOutbox)

    def test_tells_every_process_of_a_change(self, registry: Registry, control: ControlDatabase) -> None:
        tenant = a_tenant()
        kept(registry, tenant)
        with psycopg.connect(control.dsn, autocommit=True) as conn:
            conn.execute("LISTEN horux_cambios")
            with registry.transaction() as tx:
                tx.tenants.save(tx.tenants.lock(tenant.id).renamed("Otro"))
            assert f"tenant:{tenant.id}" in told(conn)


class TestPostgresRuns(RunsContract):
    @pytest.fixture
    def runs(self, control: ControlDatabase) -> Runs:
        return PostgresRuns(control, PostgresOutbox, control.dsn)

    def test_a_run_whose_session_the_server_lost_is_dead(self, runs: Runs, control: ControlDatabase) -> None:
        run = a_run()
        with runs.begin(run):
            with control.transaction() as conn:
                conn.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE application_name = 'horux-altas' AND datname = current_database()"
                )
            assert runs.dead() == (run,)


class TestPostgresClients(ClientsContract):
    @pytest.fixture
    def clients(self, control: ControlDatabase) -> Clients:
        return PostgresClients(control)

    @pytest.fixture
    def registry(self, control: ControlDatabase) -> Registry:
        return PostgresRegistry(control, PostgresOutbox)

    @pytest.fixture
    def subscriptions(self, control: ControlDatabase) -> Subscriptions:
        return PostgresSubscriptions(control)

    @pytest.fixture
    def directory(self, control: ControlDatabase) -> Directory:
        return PostgresDirectory(control)

    @pytest.fixture
    def vault(self, control: ControlDatabase) -> Vault:
        return PostgresVault(control, PostgresOutbox, direct(control.dsn))


class TestPostgresSubscriptions(SubscriptionsContract):
    @pytest.fixture
    def subscriptions(self, control: ControlDatabase) -> Subscriptions:
        return PostgresSubscriptions(control)

    @pytest.fixture
    def tenant(self, control: ControlDatabase) -> TenantId:
        return self._added(control, "CAS2408138W2")

    @pytest.fixture
    def other(self, control: ControlDatabase) -> TenantId:
        return self._added(control, "TPR840604D98")

    def _added(self, control: ControlDatabase, rfc: str) -> TenantId:
        tenant = a_tenant(rfc)
        kept(PostgresRegistry(control, PostgresOutbox), tenant)
        return tenant.id

    def test_tells_every_process_what_the_client_may_do_now(
        self, subscriptions: Subscriptions, control: ControlDatabase, tenant: TenantId
    ) -> None:
        with psycopg.connect(control.dsn, autocommit=True) as conn:
            conn.execute("LISTEN horux_cambios")
            subscriptions.cancel(tenant)
            assert f"tenant:{tenant}" in told(conn)


class TestPostgresTenantDatabases(TenantDatabasesContract):
    @pytest.fixture
    def databases(self, control: ControlDatabase, installation: Installation) -> Iterator[TenantDatabases]:
        server = Server(installation.servers, installation.admin_url)
        yield PostgresTenantDatabases(control, {"principal": server}, SECRET)
        user = conninfo_to_dict(installation.admin_url)["user"]
        with psycopg.connect(installation.superuser_url, autocommit=True) as conn:
            rows = conn.execute(
                "SELECT format('DROP DATABASE %%I WITH (FORCE)', datname) FROM pg_database d"
                " JOIN pg_roles r ON r.oid = d.datdba WHERE r.rolname = %s AND datname ~ '^horux_(deleted_)?(cas|tpr)'",
                (user,),
            ).fetchall()
            for (command,) in rows:
                conn.execute(str(command).encode())

    @pytest.fixture
    def names(self, installation: Installation) -> Names:
        def names() -> Set[str]:
            return {str(name) for (name,) in installation.as_superuser("SELECT datname FROM pg_database")}

        return names

    def test_lets_the_tenants_own_role_in_and_nobody_after_it_is_retired(
        self, databases: TenantDatabases, installation: Installation
    ) -> None:
        tenant = a_tenant()
        databases.create(tenant)
        password = derive_password(SECRET, tenant.id, tenant.database_name)
        own = dsn(installation.admin_url, dbname=tenant.database_name, user=role_name(tenant.id), password=password)
        with psycopg.connect(own) as conn:
            conn.execute("SELECT count(*) FROM cosas")
        retired = databases.retired_name(tenant, "20260301120000")
        databases.retire(tenant, retired)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(dsn(own, dbname=retired))

    def test_takes_away_a_copy_that_was_cut_short(
        self, databases: TenantDatabases, installation: Installation, names: Names
    ) -> None:
        tenant = a_tenant()
        with psycopg.connect(installation.admin_url, autocommit=True) as conn:
            conn.execute(f"CREATE ROLE {role_name(tenant.id)}".encode())
            conn.execute(f"CREATE DATABASE {tenant.database_name} TEMPLATE template0 ALLOW_CONNECTIONS false".encode())
        databases.drop(tenant)
        assert tenant.database_name not in names()

    def test_leaves_a_closed_database_of_that_name_that_it_did_not_make(
        self, databases: TenantDatabases, installation: Installation, names: Names
    ) -> None:
        tenant = a_tenant()
        with psycopg.connect(installation.admin_url, autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {tenant.database_name} TEMPLATE template0 ALLOW_CONNECTIONS false".encode())
        with pytest.raises(DatabaseNameTaken):
            databases.create(tenant)
        databases.drop(tenant)
        assert tenant.database_name in names()

    def test_waits_for_what_a_killed_process_had_asked_for(
        self, databases: TenantDatabases, installation: Installation
    ) -> None:
        tenant = a_tenant()
        slow = f'DO $$ BEGIN PERFORM pg_sleep(0.5) /* "{tenant.database_name}" */; END $$'
        with psycopg.connect(installation.admin_url, autocommit=True) as conn:
            conn.pgconn.send_query(slow.encode())
            databases.drop(tenant)
            conn.pgconn.consume_input()
            still_at_work = conn.pgconn.is_busy()
            while conn.pgconn.get_result():
                pass
        assert not still_at_work, "it had ended before anything was taken away"

    def test_a_new_client_goes_where_there_is_most_room(
        self, databases: TenantDatabases, control: ControlDatabase
    ) -> None:
        with control.transaction() as conn:
            conn.execute("INSERT INTO database_servers (name) VALUES ('segundo')")
        try:
            kept(PostgresRegistry(control, PostgresOutbox), a_tenant(state=TenantState.LIVE))
            assert databases.server_for_new() == "segundo"
        finally:
            with control.transaction() as conn:
                conn.execute("DELETE FROM database_servers WHERE name = 'segundo'")
