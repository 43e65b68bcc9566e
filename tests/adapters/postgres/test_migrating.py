import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from horux_adapters.postgres.migrating import (
    MigrationChanged,
    MigrationError,
    Outcome,
    advisory_lock,
    migrate,
    migrate_all,
)
from tests.adapters.postgres.conftest import Installation

Write = Callable[..., Path]
Fresh = Callable[[], str]


def rows(dsn: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as conn:
        return list(conn.execute(query.encode()).fetchall())


def test_applies_each_file_once_and_in_order(fresh_database: Fresh, write: Write) -> None:
    dsn = fresh_database()
    folder = write(**{"0002_dos": "INSERT INTO a VALUES (2);", "0001_uno": "CREATE TABLE a (n int);"})
    assert migrate(dsn, folder) == ["0001_uno", "0002_dos"]
    assert migrate(dsn, folder) == []
    write(**{"0003_tres": "INSERT INTO a VALUES (3); INSERT INTO a VALUES (4);"})
    assert migrate(dsn, folder) == ["0003_tres"]
    assert rows(dsn, "SELECT n FROM a ORDER BY n") == [(2,), (3,), (4,)]
    assert rows(dsn, "SELECT v, name, length(sha256), ms >= 0 FROM schema_version ORDER BY v")[2] == (
        3, "0003_tres", 64, True,
    )  # fmt: skip


def test_keeps_nothing_of_a_file_that_fails_and_all_before_it(fresh_database: Fresh, write: Write) -> None:
    dsn = fresh_database()
    folder = write(**{"0001_uno": "CREATE TABLE a (n int);", "0002_dos": "CREATE TABLE b (n int); SELECT nada;"})
    with pytest.raises(MigrationError, match="0002_dos"):
        migrate(dsn, folder)
    assert rows(dsn, "SELECT to_regclass('a') IS NOT NULL, to_regclass('b') IS NULL") == [(True, True)]
    write(**{"0002_dos": "CREATE TABLE b (n int);"})
    assert migrate(dsn, folder) == ["0002_dos"]


def test_refuses_an_applied_file_that_changed(fresh_database: Fresh, write: Write) -> None:
    dsn = fresh_database()
    folder = write(**{"0001_uno": "CREATE TABLE a (n int);"})
    migrate(dsn, folder)
    write(**{"0001_uno": "CREATE TABLE a (n bigint);", "0002_dos": "CREATE TABLE b (n int);"})
    with pytest.raises(MigrationChanged, match="0001_uno"):
        migrate(dsn, folder)
    assert rows(dsn, "SELECT to_regclass('b') IS NULL") == [(True,)]


def test_refuses_a_database_newer_than_the_program(fresh_database: Fresh, write: Write) -> None:
    dsn = fresh_database()
    folder = write(**{"0001_uno": "SELECT 1;", "0002_dos": "SELECT 2;"})
    migrate(dsn, folder)
    (folder / "0002_dos.sql").unlink()
    with pytest.raises(MigrationError, match="0002_dos"):
        migrate(dsn, folder)


def test_refuses_a_file_put_before_those_applied(fresh_database: Fresh, write: Write) -> None:
    dsn = fresh_database()
    folder = write(**{"0002_dos": "SELECT 2;"})
    migrate(dsn, folder)
    write(**{"0001_uno": "SELECT 1;"})
    with pytest.raises(MigrationError, match="0001_uno"):
        migrate(dsn, folder)


@pytest.mark.parametrize("name", ["0001_otro", "1_corto", "0003-guion"])
def test_refuses_a_folder_with_misnamed_files(fresh_database: Fresh, write: Write, name: str) -> None:
    folder = write(**{"0001_uno": "SELECT 1;", name: "SELECT 1;"})
    with pytest.raises(MigrationError, match=name):
        migrate(fresh_database(), folder)


def test_makes_indexes_concurrently_where_the_file_asks(fresh_database: Fresh, write: Write) -> None:
    dsn = fresh_database()
    concurrent = "-- no-transaction\nDROP INDEX IF EXISTS a_n;\nCREATE INDEX CONCURRENTLY a_n ON a (n);\n-- fin\n"
    folder = write(**{"0001_uno": "CREATE TABLE a (n int);", "0002_dos": concurrent})
    assert migrate(dsn, folder) == ["0001_uno", "0002_dos"]
    assert rows(dsn, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_n'::regclass") == [(True,)]


def test_two_at_once_apply_it_once(fresh_database: Fresh, write: Write) -> None:
    dsn = fresh_database()
    concurrent = "-- no-transaction\nCREATE INDEX CONCURRENTLY a_n ON a (n);"
    slow = "CREATE TABLE a (n int); SELECT pg_sleep(0.3);"
    folder = write(**{"0001_uno": slow, "0002_dos": concurrent})
    done: list[list[str]] = []
    threads = [threading.Thread(target=lambda: done.append(migrate(dsn, folder))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == [[], [], ["0001_uno", "0002_dos"]]


def test_waits_for_a_busy_table_and_then_says_so(
    fresh_database: Fresh, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("horux_adapters.postgres.migrating._TABLE_LOCK_ATTEMPTS", 1)
    dsn = fresh_database()
    folder = write(**{"0001_uno": "CREATE TABLE a (n int);"})
    migrate(dsn, folder)
    write(**{"0002_dos": "ALTER TABLE a ADD m int;"})
    with psycopg.connect(dsn) as busy:
        busy.execute("SELECT * FROM a")
        began = time.monotonic()
        with pytest.raises(MigrationError, match="ocupada"):
            migrate(dsn, folder)
        assert 4 < time.monotonic() - began < 20
    assert migrate(dsn, folder) == ["0002_dos"]


def test_the_callback_is_part_of_each_file_s_transaction(fresh_database: Fresh, write: Write) -> None:
    dsn = fresh_database()
    folder = write(**{"0001_uno": "CREATE TABLE a (n int);"})

    def refuse(conn: psycopg.Connection[tuple[object, ...]]) -> None:
        assert conn.execute("SELECT to_regclass('a')").fetchone() != (None,)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        migrate(dsn, folder, after=refuse)
    assert rows(dsn, "SELECT to_regclass('a')") == [(None,)]
    assert migrate(dsn, folder, after=lambda conn: None) == ["0001_uno"]


def test_leaves_a_borrowed_connection_as_it_was(fresh_database: Fresh, write: Write) -> None:
    with psycopg.connect(fresh_database()) as conn:
        assert migrate(conn, write(**{"0001_uno": "CREATE TABLE a (n int);"})) == ["0001_uno"]
        assert not conn.autocommit
        assert conn.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone() == (0,)
        assert conn.execute("SHOW lock_timeout").fetchone() == ("0",)


def test_one_failing_database_is_named_and_stops_no_other(fresh_database: Fresh, write: Write) -> None:
    folder = write(**{"0001_uno": "CREATE TABLE a (n int);"})
    good, bad = [fresh_database() for _ in range(5)], fresh_database()
    with psycopg.connect(bad) as conn:
        conn.execute("CREATE TABLE a (n int)")
    databases = [(f"buena{i}", dsn) for i, dsn in enumerate(good)]
    databases[2:2] = [("mala", bad), ("ausente", bad.replace("prueba_", "nada_"))]
    told: list[Outcome] = []
    report = migrate_all(databases, folder, progress=told.append)
    assert report.total == len(told) == 7
    assert set(report.failed) == {"mala", "ausente"}
    assert "0001_uno" in report.failed["mala"]
    assert report.applied == {f"buena{i}": ("0001_uno",) for i in range(5)}
    with psycopg.connect(bad) as conn:
        conn.execute("DROP TABLE a")
    assert migrate_all(databases, folder).applied == {"mala": ("0001_uno",)}


def test_a_hundred_databases_with_nothing_to_do_take_a_moment(fresh_database: Fresh, write: Write) -> None:
    folder = write(**{"0001_uno": "SELECT 1;"})
    databases = [(str(i), dsn) for i, dsn in enumerate([fresh_database()] * 100)]
    migrate_all(databases[:1], folder)
    began = time.monotonic()
    report = migrate_all(databases, folder)
    assert time.monotonic() - began < 2
    assert (report.total, report.applied, report.failed) == (100, {}, {})


class TestTemplate:
    def test_is_made_once_and_copied(self, installation: Installation) -> None:
        assert installation.template.ensure() == ["0001_cosas"]
        assert installation.template.ensure() == []
        tenant = installation.created()
        with psycopg.connect(installation.dsn_of(tenant)) as conn:
            assert conn.execute("SELECT v FROM schema_version").fetchall() == [(1,)]

    def test_lets_nobody_in(self, installation: Installation) -> None:
        installation.template.ensure()
        state = installation.as_superuser(
            "SELECT datallowconn, datistemplate FROM pg_database WHERE datname = %s", installation.template.name
        )
        assert state == [(False, True)]

    def test_follows_the_migrations(self, installation: Installation, write: Write) -> None:
        installation.template.ensure()
        write(**{"0002_mas": "ALTER TABLE cosas ADD mas text;"})
        assert installation.template.ensure() == ["0002_mas"]
        with psycopg.connect(installation.dsn_of(installation.created())) as conn:
            assert conn.execute("SELECT count(mas) FROM cosas").fetchone() == (0,)

    def test_is_brought_up_before_it_is_copied(self, installation: Installation, write: Write) -> None:
        installation.created(1)
        write(**{"0002_mas": "ALTER TABLE cosas ADD mas text;"})
        with psycopg.connect(installation.dsn_of(installation.created(2))) as conn:
            assert conn.execute("SELECT count(mas) FROM cosas").fetchone() == (0,)

    def test_is_made_anew_when_a_file_changed(self, installation: Installation, write: Write) -> None:
        installation.template.ensure()
        write(**{"0001_cosas": "CREATE TABLE cosas (id bigint, texto text);"})
        assert installation.template.ensure() == ["0001_cosas"]

    @pytest.mark.parametrize(
        "left",
        [
            "ALTER DATABASE {} ALLOW_CONNECTIONS true",
            "ALTER DATABASE {} IS_TEMPLATE false; COMMENT ON DATABASE {} IS 'en obra'",
            "UPDATE pg_database SET datconnlimit = -2, datistemplate = false WHERE datname = '{}'; "
            "COMMENT ON DATABASE {} IS 'en obra'",
        ],
    )
    def test_is_taken_up_after_a_crash_half_way(self, installation: Installation, left: str) -> None:
        installation.template.ensure()
        with psycopg.connect(installation.superuser_url, autocommit=True) as conn:
            for statement in left.replace("{}", installation.template.name).split(";"):
                conn.execute(statement.encode())
        installation.template.ensure()
        self.test_lets_nobody_in(installation)
        installation.created()

    def test_several_at_once_make_one_and_copy_it(self, installation: Installation, write: Write) -> None:
        failures: list[BaseException] = []

        def create(n: int) -> None:
            try:
                installation.created(n)
            except (psycopg.Error, RuntimeError) as error:
                failures.append(error)

        threads = [threading.Thread(target=create, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []


def test_a_lock_that_stays_taken_is_refused_with_a_reason(fresh_database: Fresh) -> None:
    dsn = fresh_database()
    with (
        psycopg.connect(dsn, autocommit=True) as one,
        psycopg.connect(dsn, autocommit=True) as two,
        advisory_lock(one, 5),
    ):
        with pytest.raises(MigrationError, match="Otro proceso"), advisory_lock(two, 5, patience=0.2):
            pass
        with advisory_lock(two, 6, patience=0.2):
            pass
