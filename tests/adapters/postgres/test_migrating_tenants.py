"""Bringing every tenant up to date: the one that is broken is named, and the others get on."""

from collections.abc import Iterator

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
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_adapters.postgres.servers import PostgresServers
from horux_adapters.postgres.template import TenantTemplate
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_adapters.postgres.tenants import migrate_tenants
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


def test_what_is_up_to_date_is_left_alone(installation: Installation, tenants: list[Tenant]) -> None:
    seen: list[Outcome] = []
    report = migrate_tenants(installation.admin_url, seen.append)
    assert report.failed == {}
    assert len(seen) == len(tenants)
    assert all(not outcome.applied for outcome in seen)


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
