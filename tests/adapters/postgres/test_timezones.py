"""Every session is in UTC, whatever zone the database has: in others some moments that are kept cannot be read."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from procrastinate import App
from psycopg import sql

from contracts.boveda import a_certificado, a_sealed
from contracts.clients import a_tenant
from contracts.ports.registry import kept
from horux_adapters.postgres.addresses import TenantConnections
from horux_adapters.postgres.central import migrate_central
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.fiel import PostgresVault
from horux_adapters.postgres.jobs import direct
from horux_adapters.postgres.listening import Listener
from horux_adapters.postgres.migrating import migrate, migrate_all
from horux_adapters.postgres.onboarding import PostgresRuns
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_adapters.postgres.tenants import migrate_templates, migrate_tenants
from horux_adapters.worker.running import connector
from horux_core.kernel.ids import RunId
from tests.adapters.postgres.conftest import SECRET, Installation
from tests.adapters.postgres.test_addresses import registered

ZONE = "SELECT current_setting('timezone')"


def in_mexico(postgres_url: str, database: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        name = sql.Identifier(database)
        conn.execute(sql.SQL("ALTER DATABASE {} SET timezone = 'America/Mexico_City'").format(name))


@pytest.fixture
def address(fresh_database: Callable[[], str], postgres_url: str) -> str:
    database = str(psycopg.conninfo.conninfo_to_dict(fresh_database())["dbname"])
    in_mexico(postgres_url, database)
    made = psycopg.conninfo.make_conninfo(postgres_url, dbname=database)
    with psycopg.connect(made) as conn:
        assert conn.execute(ZONE).fetchone() == ("America/Mexico_City",)
    return made


@pytest.fixture
def control(address: str) -> Iterator[ControlDatabase]:
    migrate_central(address, address)
    opened = ControlDatabase(address).open()
    yield opened
    opened.close()


@pytest.fixture
def zones(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Those of the sessions that are opened from here on."""
    seen: list[str] = []
    connect = psycopg.connect

    def watched(*args: Any, **kwargs: Any) -> Any:
        conn = connect(*args, **kwargs)
        seen.append(str(conn.info.parameter_status("TimeZone")))
        return conn

    monkeypatch.setattr(psycopg, "connect", watched)
    return seen


def test_a_moment_of_any_age_can_be_read(control: ControlDatabase) -> None:
    with control.transaction() as conn:
        found = conn.execute("SELECT '0001-01-01 00:00:00+00'::timestamptz").fetchone()
    assert found == (datetime(1, 1, 1, tzinfo=UTC),)


def test_whatever_time_a_certificate_may_have_is_kept_and_read(control: ControlDatabase) -> None:
    tenant = a_tenant()
    kept(PostgresRegistry(control, PostgresOutbox), tenant)
    vault = PostgresVault(control, PostgresOutbox, direct(control.dsn))
    first, last = datetime(1950, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC)
    sealed = a_sealed(tenant.id, replace(a_certificado(), valido_desde=first, valido_hasta=last))
    with vault.transaction() as tx:
        tx.credentials.put(sealed)
    assert vault.stored(tenant.id) == sealed


def test_the_central_database_s(control: ControlDatabase, zones: list[str]) -> None:
    with control.transaction() as conn:
        assert conn.execute(ZONE).fetchone() == ("UTC",)
        assert conn.execute("SHOW statement_timeout").fetchone() == ("1min",)
    direct(control.dsn)().close()
    ear = Listener(control.dsn)
    assert ear.start(30)
    ear.close()
    with PostgresRuns(control, PostgresOutbox, control.dsn).resume(RunId(UUID(int=1))):
        pass
    assert zones == ["UTC"] * 3


def test_the_queue_s(address: str) -> None:
    async def asked() -> str:
        queue = App(connector=connector(address))
        async with queue.open_async():
            return str((await queue.connector.execute_query_one_async(f"{ZONE} AS zone"))["zone"])

    assert asyncio.run(asked()) == "UTC"


def test_those_that_migrate(address: str, tmp_path: Path, zones: list[str]) -> None:
    (tmp_path / "0001_zona.sql").write_text(f"CREATE TABLE zona AS {ZONE} AS es")
    migrate(address, tmp_path)
    assert migrate_all([("una", address)], tmp_path).total == 1
    with psycopg.connect(address) as conn:
        assert conn.execute("SELECT es FROM zona").fetchone() == ("UTC",)
    zones.pop()
    assert zones == ["UTC"] * 2


def test_those_that_bring_everything_up_to_date(address: str, zones: list[str]) -> None:
    migrate_central(address, address)
    template = f"plantilla_{uuid4().hex[:16]}"
    try:
        assert [outcome.error for outcome in migrate_templates(address, template)] == [None]
    finally:
        with psycopg.connect(address, autocommit=True) as conn:
            conn.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(template)))
            conn.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(template)))
        zones.pop()
    assert not migrate_tenants(address).failed
    assert set(zones) == {"UTC"}


def test_a_client_s(control: ControlDatabase, installation: Installation, postgres_url: str) -> None:
    tenant = installation.created(1)
    in_mexico(postgres_url, tenant.database)
    built = TenantConnections(control, Listener(control.dsn), {"principal": installation.superuser_url}, SECRET, 5)
    with built.connection(registered(control, tenant)) as conn:
        assert conn.execute(ZONE).fetchone() == ("UTC",)
    built.pools.close()
