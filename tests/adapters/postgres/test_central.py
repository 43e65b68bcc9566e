"""A server of our own, and the central database on it: two roles, each with what it needs and no more."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import errors, sql

from contracts.clients import RFC
from horux_adapters.postgres.central import migrate_central, migrations
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.embedded import EmbeddedPostgres
from horux_adapters.postgres.installing import CENTRAL, Addresses, prepare
from horux_adapters.postgres.programs import found
from tests.conftest import short_folder


@dataclass(frozen=True)
class Own:
    superuser: str
    addresses: Addresses


@pytest.fixture(scope="module")
def own(postgres_url: str) -> Iterator[Own]:
    """A server apart, as the roles and the name of the central database are the real ones."""
    assert postgres_url
    with short_folder() as folder:
        server = EmbeddedPostgres(folder, programs_dir=found(None), durable=False)
        superuser = server.start()
        addresses = prepare(superuser)
        migrate_central(addresses.admin, addresses.runtime)
        yield Own(superuser, addresses)
        server.stop()


def refused(address: str, statement: str) -> bool:
    with psycopg.connect(address, autocommit=True) as conn:
        try:
            conn.execute(statement.encode())
        except errors.InsufficientPrivilege:
            return True
    return False


class TestInstalling:
    def test_neither_role_is_a_superuser_and_only_one_makes_databases(self, own: Own) -> None:
        with psycopg.connect(own.superuser) as conn:
            rows = conn.execute(
                "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles"
                " WHERE rolname LIKE 'horux%' ORDER BY rolname"
            ).fetchall()
        assert rows == [("horux_admin", False, True, True), ("horux_app", False, False, False)]

    def test_preparing_again_keeps_what_there_is_and_changes_the_passwords(self, own: Own) -> None:
        again = prepare(own.superuser)
        try:
            with psycopg.connect(again.runtime) as conn:
                assert conn.execute("SELECT count(*) FROM tenants").fetchone() is not None
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(own.addresses.runtime)
        finally:
            self._put_back(own)

    def _put_back(self, own: Own) -> None:
        with psycopg.connect(own.superuser, autocommit=True) as conn:
            for url in (own.addresses.runtime, own.addresses.admin):
                parts = psycopg.conninfo.conninfo_to_dict(url)
                change = sql.SQL("ALTER ROLE {} PASSWORD {}")
                conn.execute(change.format(sql.Identifier(str(parts["user"])), str(parts["password"])))

    @pytest.mark.parametrize("database", ["postgres", "template1"])
    def test_the_service_sees_the_central_database_alone(self, own: Own, database: str) -> None:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(dsn(own.addresses.runtime, dbname=database))


class TestCentral:
    def test_is_up_to_date_at_once_the_second_time(self, own: Own) -> None:
        assert migrate_central(own.addresses.admin, own.addresses.runtime) == []

    def test_nobody_changes_or_removes_what_was_audited(self, own: Own) -> None:
        runtime = own.addresses.runtime
        assert not refused(runtime, "SELECT count(*) FROM audit_log")
        for statement in (
            "UPDATE audit_log SET email = 'otro'",
            "DELETE FROM audit_log",
            "TRUNCATE audit_log",
            "DROP TABLE audit_log",
            "ALTER TABLE audit_log DISABLE TRIGGER ALL",
        ):
            assert refused(runtime, statement), statement

    def test_nobody_changes_or_removes_what_an_e_firma_was_used_for(self, own: Own) -> None:
        runtime = own.addresses.runtime
        assert not refused(runtime, "INSERT INTO fiel_uses SELECT * FROM fiel_uses")
        for table in ("fiel_uses", "fiel_receipts"):
            assert not refused(runtime, f"SELECT count(*) FROM {table}")
            for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"DROP TABLE {table}"):
                assert refused(runtime, statement), statement
        for change in ("fiel_uses SET hash", "fiel_receipts SET rfc"):
            assert refused(runtime, f"UPDATE {change} = ''"), change

    def test_nobody_dates_or_numbers_what_it_adds_to_the_trail(self, own: Own) -> None:
        told = "gen_random_uuid(), '', 'vista', 'GET', '/', ''"
        names = "id, email, action, method, path, request_id"
        assert not refused(own.addresses.runtime, f"INSERT INTO audit_log ({names}) VALUES ({told})")
        for name, value in (("at", "'2001-01-01'"), ("at", "now()"), ("n", "1")):
            statement = f"INSERT INTO audit_log ({names}, {name}) OVERRIDING SYSTEM VALUE VALUES ({told}, {value})"
            assert refused(own.addresses.runtime, statement), name

    def test_the_service_reads_and_writes_rows_and_changes_no_tables(self, own: Own) -> None:
        runtime = own.addresses.runtime
        insert = (
            "INSERT INTO tenants (id, rfc, nombre, plan, database_name, server, state, created_at) VALUES"
            f" (gen_random_uuid(), '{RFC}', 'x', 'starter', 'horux_x', 'principal', 'live', now())"
        )
        assert not refused(runtime, insert)
        assert not refused(runtime, "DELETE FROM tenants")
        for statement in (
            "CREATE TABLE mia (n int)",
            "DROP TABLE tenants",
            "INSERT INTO schema_version (v, name, sha256, ms) VALUES (99, 'x', 'x', 0)",
            "CREATE DATABASE mia",
            "CREATE ROLE mia",
        ):
            assert refused(runtime, statement), statement

    def test_its_files_are_found_wherever_it_is_installed(self) -> None:
        for kind in ("control", "tenant"):
            assert [file.name for file in migrations(kind).iterdir() if file.name.endswith(".sql")]

    def test_the_name_is_the_documented_one(self, own: Own) -> None:
        assert psycopg.conninfo.conninfo_to_dict(own.addresses.runtime)["dbname"] == CENTRAL == "horux360"
