import threading
import time
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.migrating import migrate
from horux_adapters.postgres.servers import PostgresServers, ServerError, derive_password
from tests.adapters.postgres.conftest import Installation

Write = Callable[..., Path]

FORBIDDEN = [
    "CREATE TABLE t (n int)",
    "CREATE TEMP TABLE t (n int)",
    "CREATE SCHEMA s",
    "CREATE VIEW v AS SELECT 1",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1",
    "CREATE EXTENSION pg_trgm",
    "CREATE ROLE intruso",
    "CREATE DATABASE intrusa",
    "ALTER TABLE cosas ADD mas text",
    "ALTER ROLE CURRENT_USER CREATEDB",
    "DROP TABLE cosas",
    "TRUNCATE cosas",
    "CREATE INDEX ON cosas (texto)",
    "COPY cosas FROM PROGRAM 'id'",
    "COPY cosas TO '/tmp/robo'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT * FROM pg_authid",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "INSERT INTO schema_version (v, name, sha256, ms) VALUES (9, 'x', 'x', 0)",
    "UPDATE schema_version SET sha256 = ''",
    "DELETE FROM schema_version",
]


class TestPassword:
    def test_is_the_same_each_time_and_another_for_anything_else(self) -> None:
        one, other = UUID(int=1), UUID(int=2)
        known = derive_password(b"a" * 32, one, "horux_a")
        assert known == derive_password(b"a" * 32, one, "horux_a")
        others = {
            derive_password(b"b" * 32, one, "horux_a"),
            derive_password(b"a" * 32, other, "horux_a"),
            derive_password(b"a" * 32, one, "horux_b"),
        }
        assert len(others | {known}) == 4
        assert len(known) == 43

    def test_needs_a_secret(self) -> None:
        with pytest.raises(ValueError, match="DATABASE_ROLE_SECRET"):
            derive_password(b"", UUID(int=1), "horux_a")


class TestCreate:
    def test_gives_a_database_its_role_can_work_in(self, installation: Installation) -> None:
        tenant = installation.created()
        assert installation.servers.exists(tenant.database)
        with psycopg.connect(installation.dsn_of(tenant)) as conn:
            conn.execute("INSERT INTO cosas (texto) VALUES ('una')")
            conn.execute("UPDATE cosas SET texto = 'otra'")
            assert conn.execute("DELETE FROM cosas RETURNING texto").fetchall() == [("otra",)]

    def test_the_role_reaches_tables_of_later_migrations(self, installation: Installation, write: Write) -> None:
        tenant = installation.created()
        folder = write(**{"0002_mas": "CREATE TABLE mas (id int GENERATED ALWAYS AS IDENTITY, t text);"})
        migrate(dsn(installation.admin_url, dbname=tenant.database), folder)
        with psycopg.connect(installation.dsn_of(tenant)) as conn:
            assert conn.execute("INSERT INTO mas (t) VALUES ('x') RETURNING id").fetchone() == (1,)

    def test_the_role_makes_and_reads_nothing_else(self, installation: Installation) -> None:
        allowed = []
        with psycopg.connect(installation.dsn_of(installation.created()), autocommit=True) as conn:
            for statement in FORBIDDEN:
                try:
                    conn.execute(statement.encode())
                except psycopg.errors.InsufficientPrivilege:
                    continue
                allowed.append(statement)
        assert allowed == []

    def test_what_no_role_can_be_kept_from_stays_in_its_own_database(self, installation: Installation) -> None:
        """As contracts/decisions/0006 says it."""
        one, other = installation.created(1), installation.created(2)
        with psycopg.connect(installation.dsn_of(one), autocommit=True) as conn:
            large = conn.execute("SELECT lo_from_bytea(0, 'x')").fetchone()
            assert large is not None
            for statement in ("SELECT lo_import('/etc/passwd')", f"SELECT lo_export({large[0]}, '/tmp/robo')"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    conn.execute(statement.encode())
            conn.execute("ALTER ROLE CURRENT_USER PASSWORD 'suya'")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(sql.SQL("ALTER ROLE {} PASSWORD 'suya'").format(sql.Identifier(other.role)))
        with psycopg.connect(installation.dsn_of(other)) as conn:
            assert conn.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchone() == (0,)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(installation.dsn_of(one))
        installation.servers.create(one.database, one.role, one.password)
        with psycopg.connect(installation.dsn_of(one)) as conn:
            assert conn.execute("SELECT count(*) FROM cosas").fetchone() == (0,)

    def test_the_role_has_no_attribute_but_log_in(self, installation: Installation) -> None:
        tenant = installation.created()
        attributes = installation.as_superuser(
            "SELECT rolcanlogin, "
            "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls OR rolinherit, "
            "(SELECT count(*) FROM pg_auth_members WHERE member = r.oid) FROM pg_roles r WHERE rolname = %s",
            tenant.role,
        )
        assert attributes == [(True, False, 0)]

    def test_no_role_enters_another_s_database(self, installation: Installation) -> None:
        tenants = [installation.created(n) for n in range(3)]
        central = f"central_{installation.mark}"
        installation.servers.revoke_public(central)
        targets = [(one, other.database) for one, other in permutations(tenants, 2)]
        targets += [(one, name) for one in tenants for name in (central, installation.template.name)]
        for one, target in targets:
            with pytest.raises(psycopg.OperationalError, match=r"denied|not currently accepting"):
                psycopg.connect(dsn(installation.dsn_of(one), dbname=target))

    def test_the_password_is_kept_and_sent_as_a_verifier(self, installation: Installation) -> None:
        tenant = installation.created()
        kept = installation.as_superuser("SELECT rolpassword FROM pg_authid WHERE rolname = %s", tenant.role)
        assert str(kept[0][0]).startswith("SCRAM-SHA-256$")

    def test_the_role_s_sessions_have_limits(self, installation: Installation) -> None:
        with psycopg.connect(installation.dsn_of(installation.created())) as conn:
            assert conn.execute("SHOW statement_timeout").fetchone() == ("30s",)
            assert conn.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("1min",)

    def test_may_be_done_again_and_renews_the_password(self, installation: Installation) -> None:
        tenant = installation.created()
        with psycopg.connect(installation.dsn_of(tenant)) as conn:
            conn.execute("INSERT INTO cosas (texto) VALUES ('sigue')")
        installation.servers.create(tenant.database, tenant.role, "otra")
        with psycopg.connect(dsn(installation.dsn_of(tenant), password="otra")) as conn:
            assert conn.execute("SELECT texto FROM cosas").fetchall() == [("sigue",)]

    def test_ends_well_after_a_kill_at_any_statement(
        self, installation: Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each statement in turn is the last of a first try; the second must give a database that works."""
        installation.template.ensure()
        execute = psycopg.Connection.execute
        for last in range(1, 60):
            tenant = installation.tenant(last)
            left = last

            def dying(conn: psycopg.Connection, query: object, *args: object, **kwargs: object) -> object:
                nonlocal left
                left -= 1
                if left < 0:
                    raise KeyboardInterrupt
                return execute(conn, query, *args, **kwargs)  # type: ignore[call-overload]

            with monkeypatch.context() as patch:
                patch.setattr(psycopg.Connection, "execute", dying)
                try:
                    installation.servers.create(tenant.database, tenant.role, tenant.password)
                except KeyboardInterrupt:
                    ended = False
                else:
                    ended = True
            installation.servers.create(tenant.database, tenant.role, tenant.password)
            with psycopg.connect(installation.dsn_of(tenant)) as conn:
                conn.execute("INSERT INTO cosas (texto) VALUES ('x')")
            installation.servers.drop(tenant.database, tenant.role)
            if ended:
                return
        pytest.fail("create no terminó en 60 órdenes")


class TestDrop:
    def test_takes_both_away_also_under_open_sessions(self, installation: Installation) -> None:
        tenant = installation.created()
        with psycopg.connect(installation.dsn_of(tenant)) as conn:
            conn.execute("SELECT 1 FROM cosas")
            installation.servers.drop(tenant.database, tenant.role)
            with pytest.raises(psycopg.OperationalError):
                conn.execute("SELECT 1")
        assert not installation.servers.exists(tenant.database)
        assert installation.as_superuser("SELECT 1 FROM pg_roles WHERE rolname = %s", tenant.role) == []

    def test_of_nothing_is_nothing(self, installation: Installation) -> None:
        tenant = installation.tenant()
        installation.servers.drop(tenant.database, tenant.role)

    def test_undoes_a_role_without_a_database(self, installation: Installation) -> None:
        tenant = installation.created()
        with psycopg.connect(installation.superuser_url, autocommit=True) as conn:
            conn.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(tenant.database)))
        installation.servers.drop(tenant.database, tenant.role)
        assert installation.as_superuser("SELECT 1 FROM pg_roles WHERE rolname = %s", tenant.role) == []


class TestRetire:
    def test_ends_sessions_refuses_new_ones_and_frees_the_name(self, installation: Installation) -> None:
        tenant = installation.created()
        retired = f"{tenant.database}_retirada"
        with psycopg.connect(installation.dsn_of(tenant)) as conn:
            conn.execute("SELECT 1")
            installation.servers.retire(tenant.database, tenant.role, retired)
            with pytest.raises(psycopg.OperationalError):
                conn.execute("SELECT 1")
        assert not installation.servers.exists(tenant.database)
        assert installation.servers.exists(retired)
        for name in (tenant.database, retired):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(dsn(installation.dsn_of(tenant), dbname=name))

    def test_done_again_leaves_a_successor_with_the_same_name_alone(self, installation: Installation) -> None:
        tenant, retired = installation.created(), f"horux_deleted_{installation.mark}"
        installation.servers.retire(tenant.database, tenant.role, retired)
        successor = installation.tenant()
        installation.servers.create(tenant.database, successor.role, successor.password)
        installation.servers.retire(tenant.database, tenant.role, retired)
        with psycopg.connect(dsn(installation.admin_url, dbname=tenant.database)) as conn:
            assert conn.execute("SELECT count(*) FROM cosas").fetchone() == (0,)
        installation.servers.drop(retired, tenant.role)
        assert installation.servers.exists(tenant.database)


class TestSessions:
    def test_ends_those_of_one_database_alone(self, installation: Installation) -> None:
        one, other = installation.created(1), installation.created(2)
        with (
            psycopg.connect(installation.dsn_of(one)) as ended,
            psycopg.connect(installation.dsn_of(one)) as too,
            psycopg.connect(installation.dsn_of(other)) as spared,
        ):
            assert installation.servers.end_sessions(one.database) == 2
            for conn in (ended, too):
                with pytest.raises(psycopg.OperationalError):
                    conn.execute("SELECT 1")
            assert spared.execute("SELECT 1").fetchone() == (1,)

    def test_says_when_one_is_a_superuser_s(self, installation: Installation) -> None:
        tenant = installation.created()
        with (
            psycopg.connect(dsn(installation.superuser_url, dbname=tenant.database)),
            pytest.raises(ServerError, match="superusuario"),
        ):
            installation.servers.end_sessions(tenant.database)


class TestPublic:
    def test_closes_its_own_and_names_those_of_others(self, installation: Installation) -> None:
        central = f"central_{installation.mark}"
        foreign = f"ajena_{installation.mark}"
        with psycopg.connect(installation.superuser_url, autocommit=True) as conn:
            conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(foreign)))
        assert installation.servers.revoke_public(central, foreign) == (foreign,)
        as_superuser = PostgresServers(installation.superuser_url, installation.template)
        assert as_superuser.revoke_public(central, foreign) == ()


def test_creates_and_drops_in_milliseconds(installation: Installation) -> None:
    installation.created(0)
    began = time.monotonic()
    tenants = [installation.created(n) for n in range(1, 6)]
    created = (time.monotonic() - began) / 5
    began = time.monotonic()
    for tenant in tenants:
        installation.servers.drop(tenant.database, tenant.role)
    dropped = (time.monotonic() - began) / 5
    print(f"crear {created * 1000:.0f} ms, quitar {dropped * 1000:.0f} ms")
    assert created < 1
    assert dropped < 1


def test_the_same_one_twice_at_once_is_made_once(installation: Installation) -> None:
    installation.template.ensure()
    tenant = installation.tenant()
    failures: list[BaseException] = []

    def create() -> None:
        try:
            installation.servers.create(tenant.database, tenant.role, tenant.password)
        except (psycopg.Error, RuntimeError) as error:
            failures.append(error)

    threads = [threading.Thread(target=create) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with psycopg.connect(installation.dsn_of(tenant)) as conn:
        conn.execute("INSERT INTO cosas (texto) VALUES ('x')")
    assert failures == []
