"""Backups on a real server, with the rights that a provisioner has in production and no more."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event, Thread
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from contracts.ports.backup_log import a_client
from contracts.ports.backup_sites import Change, DumperContract, EstateContract, SiteContract, dump, pour
from horux_adapters.container.horux import Horux, opened
from horux_adapters.container.settings import load
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.dumping import PostgresDumper, PostgresEstate
from horux_adapters.postgres.naming import role_name
from horux_adapters.postgres.scratch import prefix
from horux_adapters.postgres.servers import derive_password
from horux_adapters.postgres.site import PostgresSite, require_empty
from horux_core.backups import naming
from horux_core.backups.errors import BackupFailed, NotRestorable
from horux_core.backups.model import Kind, Subject, differences
from horux_core.backups.ports import Dumper, Estate, Site
from horux_core.identity.model import Actor
from horux_core.onboarding.model import NewClient
from tests.system.installation import Installation, installation
from tests.system.processes import free_port

NOON = datetime(2026, 3, 1, 18, tzinfo=UTC)
RFC = "EKU9003173C9"


@pytest.fixture(scope="module")
def place() -> Iterator[Installation]:
    with installation() as installed:
        yield installed


@pytest.fixture(scope="module")
def horux(place: Installation) -> Iterator[Horux]:
    with opened(load(place.env)) as product:
        provisioned(product, RFC)
        yield product


def provisioned(horux: Horux, rfc: str) -> None:
    new = NewClient(rfc, "Escuela", "starter", f"{rfc.lower()}@ejemplo.mx", "Ana", ("601",))
    horux.use_cases.provision_tenant()(Actor.system(), new)


@pytest.fixture
def subject(horux: Horux) -> Subject:
    clients: tuple[Subject, ...] = horux.backups.estate().clients()
    return next(one for one in clients if one.rfc == RFC)


@pytest.fixture
def dumper(horux: Horux) -> Dumper:
    made: Dumper = horux.backups.databases().dumper
    return made


@pytest.fixture
def site(horux: Horux) -> Site:
    made: Site = horux.backups.databases().site
    return made


@pytest.fixture
def change(place: Installation, subject: Subject) -> Change:
    return lambda: grow(place, subject)


def grow(place: Installation, subject: Subject) -> None:
    with psycopg.connect(dsn(place.env["DATABASE_ADMIN_URL"], dbname=subject.database), autocommit=True) as conn:
        conn.execute(_ROW)


_ROW = "CREATE TABLE IF NOT EXISTS notas (n int); INSERT INTO notas SELECT count(*) FROM notas"


class TestPostgresDumper(DumperContract):
    @pytest.fixture
    def dumper(self, horux: Horux) -> Dumper:
        made: PostgresDumper = horux.backups.databases().dumper
        return made

    @pytest.fixture
    def gone(self) -> Subject:
        return a_client("XIA190128J61")

    def test_agrees_with_itself_while_others_write(
        self, place: Installation, dumper: Dumper, site: Site, subject: Subject
    ) -> None:
        grow(place, subject)
        with busy(place, subject) as written:
            for _ in range(5):
                octets, contents = dump(dumper, subject)
                with site.trial(subject) as trial:
                    assert differences(contents, pour(trial, octets)) == ()
        assert written[0] > 5

    def test_the_central_database_is_dumped_and_restored(self, horux: Horux, dumper: Dumper, site: Site) -> None:
        central = horux.backups.estate().central()
        octets, contents = dump(dumper, central)
        with site.trial(central) as trial:
            assert differences(contents, pour(trial, octets)) == ()
        assert {"public.tenants", "public.procrastinate_jobs"} <= {entry.name for entry in contents.entries}

    def test_a_retired_database_is_dumped_and_stays_closed(
        self, place: Installation, horux: Horux, dumper: Dumper, site: Site
    ) -> None:
        rfc = "URE180429TM6"
        provisioned(horux, rfc)
        horux.use_cases.deprovision_tenant()(Actor.system(), rfc)
        gone = next(one for one in horux.backups.estate().clients() if one.rfc == rfc)
        octets, contents = dump(dumper, gone)
        with site.trial(gone) as trial:
            assert differences(contents, pour(trial, octets)) == ()
        assert place.rows("SELECT datallowconn FROM pg_database WHERE datname = %s", gone.database) == [(False,)]


class TestPostgresSite(SiteContract):
    @pytest.fixture
    def site(self, horux: Horux) -> Site:
        made: PostgresSite = horux.backups.databases().site
        return made

    def test_what_a_dump_holds_runs_with_no_rights_outside(
        self, place: Installation, dumper: Dumper, site: Site, subject: Subject
    ) -> None:
        owner = dsn(place.env["DATABASE_ADMIN_URL"], dbname=subject.database)
        with psycopg.connect(owner, autocommit=True) as conn:
            conn.execute("CREATE FUNCTION trampa(n int) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN true; END'")
            conn.execute('CREATE TABLE "tabla\n; DROP" (n int CHECK (public.trampa(n)))')
            conn.execute('INSERT INTO "tabla\n; DROP" VALUES (1)')
            conn.execute(
                "CREATE OR REPLACE FUNCTION trampa(n int) RETURNS bool LANGUAGE plpgsql AS "
                "'BEGIN CREATE ROLE intruso; RETURN true; END'"
            )
            try:
                octets, _ = dump(dumper, subject)
                before = place.rows("SELECT datname FROM pg_database ORDER BY 1")
                with pytest.raises(BackupFailed, match="COPY failed"), site.trial(subject) as trial:
                    pour(trial, octets)
            finally:
                conn.execute('DROP TABLE "tabla\n; DROP"; DROP FUNCTION trampa')
        assert place.rows("SELECT 1 FROM pg_roles WHERE rolname = 'intruso'") == []
        assert place.rows("SELECT datname FROM pg_database ORDER BY 1") == before

    def test_what_was_restored_is_the_provisioner_s_and_open_to_the_client_alone(
        self, place: Installation, horux: Horux, dumper: Dumper, site: Site, subject: Subject
    ) -> None:
        beside, aside = naming.beside_name(subject, NOON), naming.aside_name(subject, NOON)
        octets, _ = dump(dumper, subject)
        with site.beside(subject, beside) as trial:
            pour(trial, octets)
        site.swap(subject, beside, aside, "uno")
        assert subject.tenant is not None
        role = f"horux_t_{subject.tenant.hex}"
        for who, name, may in (
            (role, subject.database, True),
            (role, aside, False),
            ("public", subject.database, False),
        ):
            assert place.rows("SELECT has_database_privilege(%s, %s, 'CONNECT')", who, name) == [(may,)]
        owners = place.rows(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
            database=subject.database,
        )
        assert owners == [("horux_admin",)]
        with horux.gateways.tenants().connection(subject.tenant) as conn:
            conn.execute("SELECT count(*) FROM cfdis")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute("CREATE TABLE mia (n int)")
        assert site.drop(aside)

    def test_takes_its_place_while_the_client_is_at_work(
        self, place: Installation, dumper: Dumper, site: Site, subject: Subject
    ) -> None:
        grow(place, subject)
        octets, contents = dump(dumper, subject)
        with busy(place, subject) as written:
            for n in range(3):
                moment = NOON.replace(second=n + 1)
                beside, aside = naming.beside_name(subject, moment), naming.aside_name(subject, moment)
                with site.beside(subject, beside) as trial:
                    assert differences(contents, pour(trial, octets)) == ()
                site.swap(subject, beside, aside, f"{n}")
                assert site.drop(aside)
        assert written[0]
        assert site.mark(subject) == "2"

    def test_sweeps_what_a_kill_left_and_nothing_of_another_installation(self, place: Installation, site: Site) -> None:
        mine, theirs = prefix(place.env["DATABASE_ADMIN_URL"]) + "0" * 16, f"horux_prueba_00000000_{uuid4().hex[:16]}"
        with psycopg.connect(place.env["DATABASE_ADMIN_URL"], autocommit=True) as conn:
            for name in (mine, theirs):
                conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
                conn.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
            assert site.sweep() == 1
            left = place.rows("SELECT datname FROM pg_database WHERE datname LIKE 'horux_prueba%%'")
            assert left == [(theirs,)]
            conn.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(theirs)))
            conn.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(theirs)))

    def test_a_server_that_is_down_keeps_no_other_from_being_swept(self, place: Installation, site: Site) -> None:
        assert isinstance(site, PostgresSite)
        admin = place.env["DATABASE_ADMIN_URL"]
        servers = {"caido": psycopg.conninfo.make_conninfo(admin, port=free_port()), "principal": admin}
        mine = prefix(admin) + "1" * 16
        with psycopg.connect(admin, autocommit=True) as conn:
            conn.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(mine)))
        assert replace(site, servers=lambda: servers).sweep() == 1

    def test_an_installation_with_clients_is_not_empty(self, place: Installation, horux: Horux) -> None:
        assert horux
        with pytest.raises(NotRestorable):
            require_empty(place.env["DATABASE_ADMIN_URL"])


class TestPostgresEstate(EstateContract):
    @pytest.fixture
    def estate(self, horux: Horux) -> Estate:
        made: PostgresEstate = horux.backups.estate()
        return made

    @pytest.fixture
    def expected(self, place: Installation, horux: Horux) -> tuple[Subject, ...]:
        """Whatever the state, but one that is being taken in, which has nothing yet."""
        assert horux
        rows = place.rows(
            "SELECT id, rfc, database_name, server FROM tenants WHERE state <> 'provisioning' ORDER BY rfc, id",
            database="horux360",
        )
        assert len(rows) >= 1
        return tuple(Subject(Kind.CLIENTE, *row) for row in rows)


def own_address(place: Installation, subject: Subject) -> str:
    """As the service reaches the client's database."""
    assert subject.tenant is not None
    secret = place.env["DATABASE_ROLE_SECRET"].encode()
    password = derive_password(secret, subject.tenant, subject.database)
    return dsn(place.superuser, dbname=subject.database, user=role_name(subject.tenant), password=password)


@contextmanager
def busy(place: Installation, subject: Subject) -> Iterator[list[int]]:
    """Somebody writes all the while, in sessions that come back when they are ended."""
    ended, written = Event(), [0]

    def write() -> None:
        while not ended.is_set():
            try:
                with psycopg.connect(own_address(place, subject), autocommit=True) as conn:
                    while not ended.is_set():
                        conn.execute("INSERT INTO notas VALUES (1)")
                        written[0] += 1
            except psycopg.OperationalError:
                continue

    thread = Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        ended.set()
        thread.join()
