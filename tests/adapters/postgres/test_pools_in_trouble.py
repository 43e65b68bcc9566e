import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import dict_row

from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.pools import TenantPools
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.errors import DatabaseUnavailable
from tests.adapters.postgres.pooling import Lent, Make, asks, seen, tenant


def test_a_session_the_server_ended_is_replaced_unnoticed(pools: Make, database: str) -> None:
    built = pools(max_total=1)
    with built.connection(tenant(1)) as conn:
        pid = conn.info.backend_pid
    with psycopg.connect(database) as other:
        other.execute("SELECT pg_terminate_backend(%s, 1000)", (pid,))
    with built.connection(tenant(1)) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)
    assert built.open_connections == 1


def test_a_session_that_dies_in_a_query_gives_its_place_back(pools: Make, database: str) -> None:
    built = pools(max_total=1, wait=1.0)

    def end() -> None:
        time.sleep(0.3)
        with psycopg.connect(database) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cliente-1'")

    killer = threading.Thread(target=end)
    killer.start()
    with pytest.raises(DatabaseUnavailable):
        asks(built, "SELECT pg_sleep(10)")
    killer.join()
    assert built.open_connections == 0
    with built.connection(tenant(2)) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)


def test_a_failed_query_costs_no_new_connection(pools: Make) -> None:
    built = pools()
    with built.connection(tenant(1)) as conn:
        pid = conn.info.backend_pid
    with pytest.raises(psycopg.errors.UndefinedTable):
        asks(built, "SELECT * FROM nada")
    with built.connection(tenant(1)) as conn:
        assert conn.info.backend_pid == pid


def test_nothing_stays_in_transaction_however_a_request_ends(pools: Make, database: str) -> None:
    built = pools(max_total=4)

    def canceled(conn: Lent) -> None:
        threading.Timer(0.2, conn.cancel_safe).start()
        conn.execute("SELECT pg_sleep(10)")

    def interrupted(conn: Lent) -> None:
        raise KeyboardInterrupt

    with pytest.raises(DatabaseUnavailable):
        asks(built, "INSERT INTO cosas VALUES (1)", then=canceled)
    with pytest.raises(psycopg.errors.UndefinedTable):
        asks(built, "SELECT * FROM nada")
    with pytest.raises(KeyboardInterrupt):
        asks(built, "INSERT INTO cosas VALUES (1)", then=interrupted)

    def abandoned() -> Iterator[None]:
        with built.connection(tenant(1)) as conn:
            conn.execute("INSERT INTO cosas VALUES (2)")
            yield

    left = abandoned()
    next(left)
    left.close()  # type: ignore[attr-defined]
    with built.connection(tenant(1)) as conn, built.connection(tenant(1)) as half:
        with half.cursor() as cursor, cursor.copy("COPY cosas FROM STDIN") as copy:
            copy.write_row((3,))
        half.rollback()
        assert conn.execute("SELECT count(*) FROM cosas").fetchone() == (0,)
    assert {state for _, state in seen(database)} == {"idle"}
    assert built.open_connections == len(seen(database))


def test_a_connection_comes_back_as_it_was_lent(pools: Make) -> None:
    built = pools(max_total=1)
    with built.connection(tenant(1)) as conn:
        conn.row_factory = dict_row  # type: ignore[assignment]
    with built.connection(tenant(1)) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)
        conn.rollback()
        conn.autocommit = True
    with built.connection(tenant(1)) as conn:
        assert not conn.autocommit


def test_a_missing_database_is_told_at_once_and_costs_no_place(database: str) -> None:
    built = TenantPools(lambda _: dsn(database, dbname="no_existe"), 1, wait=10.0)
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailable), built.connection(tenant(1)):
            pass
        assert time.monotonic() - began < 2
    assert built.open_connections == 0


def test_what_the_registry_refuses_costs_no_place() -> None:
    def refuse(_: TenantId) -> str:
        raise LookupError("no hay tal cliente")

    built = TenantPools(refuse, 1)
    for _ in range(2):
        with pytest.raises(LookupError), built.connection(tenant(1)):
            pass
    assert built.open_connections == 0


def test_a_slow_connect_holds_up_no_other_request(database: str) -> None:
    slow = threading.Event()

    def address(t: TenantId) -> str:
        if t == tenant(1):
            slow.wait(5)
        return database

    built = TenantPools(address, 4)

    def ask() -> None:
        with built.connection(tenant(1)):
            pass

    waiting = threading.Thread(target=ask)
    waiting.start()
    began = time.monotonic()
    with built.connection(tenant(2)) as conn:
        conn.execute("SELECT 1")
    assert time.monotonic() - began < 1
    slow.set()
    waiting.join(5)
    built.close()


def test_what_another_holds_for_too_long_is_told_as_busy_and_the_connection_is_kept(pools: Make, database: str) -> None:
    built = pools()
    with psycopg.connect(database) as other:
        other.execute("LOCK TABLE cosas")
        with pytest.raises(DatabaseUnavailable) as busy:
            asks(built, "SET LOCAL lock_timeout = '50ms'; SELECT * FROM cosas")
    assert busy.value.facts["retryAfter"] == 5
    assert built.open_connections == 1
    asks(built, "SELECT * FROM cosas")


@pytest.mark.parametrize(
    "undone",
    ["SET LOCAL statement_timeout = '10ms'; SELECT pg_sleep(60)", "DO $$ BEGIN RAISE deadlock_detected; END $$"],
)
def test_what_the_server_undid_for_a_reason_that_passes_is_to_be_tried_again(pools: Make, undone: str) -> None:
    built = pools()
    with pytest.raises(DatabaseUnavailable):
        asks(built, undone)
    asks(built, "SELECT * FROM cosas")


def test_what_is_too_big_for_the_database_is_not(pools: Make) -> None:
    built = pools()
    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        asks(built, "DO $$ BEGIN RAISE program_limit_exceeded; END $$")
