"""Bringing every tenant up to date: the one that is broken is named, and the others get on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from contracts.clients import a_tenant
from contracts.ports.registry import kept
from horux_adapters.postgres.central import migrate_central, migrations
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.databases import PostgresTenantDatabases, Server
from horux_adapters.postgres.migrating import Outcome
from horux_adapters.postgres.naming import role_name
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_adapters.postgres.servers import PostgresServers, derive_password
from horux_adapters.postgres.template import TenantTemplate
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_adapters.postgres.tenants import close_to_public, migrate_templates, migrate_tenants
from horux_core.tenancy.model import Tenant, TenantState
from tests.adapters.postgres.conftest import SECRET, Installation

RFCS = ("AAA010101AAA", "CAS2408138W2", "TPR840604D98")


@pytest.fixture
def control(installation: Installation) -> Iterator[ControlDatabase]:
    migrate_central(installation.admin_url, installation.admin_url)
    control = ControlDatabase(installation.admin_url).open()
    yield control
    control.close()


@pytest.fixture
def tenants(control: ControlDatabase, installation: Installation) -> Iterator[list[Tenant]]:
    template = TenantTemplate(installation.admin_url, migrations("tenant"), name=f"plantilla_real_{installation.mark}")
    template.ensure()
    server = Server(PostgresServers(installation.admin_url, template), installation.admin_url)
    databases = PostgresTenantDatabases(control, {"principal": server}, SECRET)
    made = [a_tenant(rfc) for rfc in RFCS]
    kept(PostgresRegistry(control, PostgresOutbox), *made)
    for tenant in made:
        databases.create(tenant)
    yield made
    for tenant in made:
        databases.drop(tenant)


def damaged(installation: Installation, tenant: Tenant, statement: str) -> None:
    with psycopg.connect(dsn(installation.superuser_url, dbname=tenant.database_name), autocommit=True) as conn:
        conn.execute(statement.encode())


def own_address(installation: Installation, tenant: Tenant) -> str:
    password = derive_password(SECRET, tenant.id, tenant.database_name)
    return dsn(installation.admin_url, dbname=tenant.database_name, user=role_name(tenant.id), password=password)


def test_what_is_up_to_date_is_left_alone(installation: Installation, tenants: list[Tenant]) -> None:
    seen: list[Outcome] = []
    report = migrate_tenants(installation.admin_url, seen.append)
    assert report.failed == {}
    assert len(seen) == len(tenants)
    assert all(not outcome.applied for outcome in seen)


def test_the_books_are_looked_at_anew_by_their_own_role_alone(
    installation: Installation, tenants: list[Tenant]
) -> None:
    with psycopg.connect(own_address(installation, tenants[0]), autocommit=True) as conn:
        conn.execute("SELECT analizar_libros()")
        known = conn.execute("SELECT reltuples FROM pg_class WHERE oid = 'cfdis'::regclass").fetchone()
        public = conn.execute("SELECT has_function_privilege('public', 'analizar_libros()', 'EXECUTE')").fetchone()
    assert (known, public) == ((0.0,), (False,))


@dataclass(frozen=True)
class Old:
    """An installation whose template is of before the last migrations."""

    control: ControlDatabase
    databases: PostgresTenantDatabases
    physical: PostgresServers

    def registered(self, rfc: str, state: TenantState) -> Tenant:
        tenant = a_tenant(rfc, state)
        kept(PostgresRegistry(self.control, PostgresOutbox), tenant)
        return tenant


@pytest.fixture
def old(installation: Installation, control: ControlDatabase, tmp_path: Path) -> Old:
    for migration in migrations("tenant").iterdir():
        if migration.name < "0003":
            (tmp_path / migration.name).write_bytes(migration.read_bytes())
    template = TenantTemplate(installation.admin_url, tmp_path, name=f"plantilla_vieja_{installation.mark}")
    template.ensure()
    physical = PostgresServers(installation.admin_url, template)
    server = Server(physical, installation.admin_url)
    return Old(control, PostgresTenantDatabases(control, {"principal": server}, SECRET), physical)


def test_does_not_miss_who_is_being_taken_in(installation: Installation, old: Old) -> None:
    arriving = old.registered(RFCS[0], TenantState.PROVISIONING)
    old.databases.create(arriving)
    report = migrate_tenants(installation.admin_url)
    assert (set(report.applied), report.failed) == ({arriving.rfc}, {})
    old.databases.drop(arriving)


def test_who_has_no_database_yet_has_not_failed(installation: Installation, old: Old) -> None:
    old.registered(RFCS[0], TenantState.PROVISIONING)
    half = old.registered(RFCS[1], TenantState.PROVISIONING)
    old.databases.create(half)
    closed(installation, half.database_name)
    report = migrate_tenants(installation.admin_url)
    assert (report.total, report.failed) == (0, {})
    old.databases.drop(half)


def test_waits_for_a_database_that_is_being_made(installation: Installation, old: Old) -> None:
    arriving = old.registered(RFCS[0], TenantState.PROVISIONING)
    old.databases.create(arriving)
    closed(installation, arriving.database_name)
    with ThreadPoolExecutor(1) as threads:
        with old.physical._changing(arriving.database_name) as conn:
            migrating = threads.submit(migrate_tenants, installation.admin_url)
            asks = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> %s AND query LIKE %s"
            here = (conn.info.dbname, conn.info.backend_pid)
            while installation.as_superuser(asks, *here, "%try_advisory_lock(%") == [(0,)]:
                assert not migrating.done()
            opened = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true")
            conn.execute(opened.format(sql.Identifier(arriving.database_name)))
        assert set(migrating.result(30).applied) == {arriving.rfc}
    old.databases.drop(arriving)


def test_who_left_meanwhile_has_not_failed(
    installation: Installation, control: ControlDatabase, tenants: list[Tenant]
) -> None:
    leaving, broken, _ = tenants
    for tenant in (leaving, broken):
        with psycopg.connect(installation.superuser_url, autocommit=True) as conn:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(tenant.database_name)))

    def leave(_: Outcome) -> None:
        with control.transaction() as conn:
            conn.execute("UPDATE tenants SET state = 'deprovisioning' WHERE id = %s", (leaving.id,))

    assert list(migrate_tenants(installation.admin_url, leave).failed) == [broken.rfc]


def closed(installation: Installation, database: str) -> None:
    with psycopg.connect(installation.superuser_url, autocommit=True) as conn:
        conn.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(database)))


def test_looks_at_the_template_of_each_server(installation: Installation, control: ControlDatabase) -> None:
    with control.transaction() as conn:
        conn.execute("INSERT INTO database_servers (name, host, port) VALUES ('lejano', '127.0.0.1', 1)")
    far, here = migrate_templates(installation.admin_url, f"plantilla_de_{installation.mark}")
    assert (far.label, far.applied, bool(far.error)) == ("lejano", (), True)
    assert (here.label, bool(here.applied), here.error) == ("principal", True, None)


def test_lets_the_service_into_the_central_database_and_nobody_else(
    installation: Installation, control: ControlDatabase
) -> None:
    service, stranger = f"servicio_{installation.mark}", f"extrano_{installation.mark}"
    with psycopg.connect(installation.admin_url, autocommit=True) as conn:
        for role in (service, stranger):
            conn.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(sql.Identifier(role)))
    runtime = dsn(installation.admin_url, user=service, password="x")
    with control.transaction() as conn:
        conn.execute("INSERT INTO database_servers (name, host, port) VALUES ('lejano', '127.0.0.1', 1)")
    for _ in range(2):
        still = close_to_public(installation.admin_url, runtime, runtime)
        assert set(still) <= {"postgres (principal)", "template1 (principal)"}
    psycopg.connect(runtime).close()
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(dsn(runtime, user=stranger))


def test_a_role_of_before_may_have_its_books_looked_at_after_the_migration(
    installation: Installation, old: Old
) -> None:
    tenant = old.registered(RFCS[0], TenantState.LIVE)
    old.databases.create(tenant)
    assert migrate_tenants(installation.admin_url).failed == {}
    with psycopg.connect(own_address(installation, tenant), autocommit=True) as conn:
        conn.execute("SELECT analizar_libros()")
    old.databases.drop(tenant)


def test_names_the_broken_one_and_goes_on(installation: Installation, tenants: list[Tenant]) -> None:
    older, broken, last = tenants
    damaged(installation, broken, "UPDATE schema_version SET sha256 = 'otra cosa'")
    for behind in (older, last):
        damaged(installation, behind, "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION CURRENT_USER")
        owner = psycopg.conninfo.conninfo_to_dict(installation.admin_url)["user"]
        with psycopg.connect(dsn(installation.superuser_url, dbname=behind.database_name), autocommit=True) as conn:
            conn.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(str(owner))))
    report = migrate_tenants(installation.admin_url)
    assert list(report.failed) == [broken.rfc]
    assert "0001" in report.failed[broken.rfc]
    assert {older.rfc, last.rfc} <= set(report.applied)


def test_names_one_whose_database_is_gone(installation: Installation, tenants: list[Tenant]) -> None:
    gone = tenants[0]
    with psycopg.connect(installation.superuser_url, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(gone.database_name)))
    report = migrate_tenants(installation.admin_url)
    assert list(report.failed) == [gone.rfc]


def test_leaves_out_who_has_left(installation: Installation, control: ControlDatabase, tenants: list[Tenant]) -> None:
    with control.transaction() as conn:
        conn.execute("UPDATE tenants SET state = %s", (TenantState.DEPROVISIONING,))
    seen: list[Outcome] = []
    assert migrate_tenants(installation.admin_url, seen.append).failed == {}
    assert seen == []
    assert len(tenants) == len(RFCS)
