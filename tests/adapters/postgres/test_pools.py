import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from horux_adapters.postgres.pools import TenantPools
from horux_core.tenancy.errors import ConnectionsExhausted, DatabaseUnavailable
from tests.adapters.postgres.pooling import Make, Seconds, asks, seen, tenant


def test_keeps_what_ends_well_and_nothing_of_what_fails(pools: Make) -> None:
    built = pools()
    with built.connection(tenant(1)) as conn:
        conn.execute("INSERT INTO cosas VALUES (1)")
    with pytest.raises(ZeroDivisionError):
        asks(built, "INSERT INTO cosas VALUES (2)", then=lambda conn: 1 / 0)
    with built.connection(tenant(2)) as conn:
        assert conn.execute("SELECT n FROM cosas").fetchall() == [(1,)]


def test_uses_a_tenant_s_connection_again_and_never_another_s(pools: Make) -> None:
    built = pools()

    def session(n: int) -> tuple[object, ...] | None:
        with built.connection(tenant(n)) as conn:
            return conn.execute("SELECT pg_backend_pid(), current_setting('application_name')").fetchone()

    first, second = session(1), session(2)
    assert first is not None
    assert second is not None
    assert (first[1], second[1]) == ("cliente-1", "cliente-2")
    assert session(1) == first
    assert session(2) == second


def test_forty_tenants_share_ten_connections_and_never_have_more(pools: Make, database: str) -> None:
    built = pools(max_total=10, wait=30.0)
    stop, most = threading.Event(), [0]

    def watch() -> None:
        while not stop.wait(0.005):
            most[0] = max(most[0], len(seen(database)))

    def work(thread: int) -> int:
        for i in range(40):
            with built.connection(tenant((thread * 5 + i) % 40)) as conn:
                row = conn.execute("SELECT current_setting('application_name')").fetchone()
                assert row == (f"cliente-{(thread * 5 + i) % 40}",)
        return 40

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(8) as threads:
        served = sum(threads.map(work, range(8)))
    stop.set()
    watcher.join()
    assert served == 320
    assert 1 < most[0] <= 10
    assert built.open_connections <= 10


def test_gives_one_tenant_at_most_its_three(pools: Make, database: str) -> None:
    built = pools(max_total=10, wait=0.2)
    with built.connection(tenant(1)), built.connection(tenant(1)), built.connection(tenant(1)):
        with pytest.raises(ConnectionsExhausted), built.connection(tenant(1)):
            pass
        with built.connection(tenant(2)):
            assert len(seen(database)) == 4


def test_refuses_after_the_wait_and_says_when_to_come_back(pools: Make) -> None:
    built = pools(max_total=1, wait=0.3)
    with built.connection(tenant(1)):
        began = time.monotonic()
        with pytest.raises(ConnectionsExhausted) as caught, built.connection(tenant(2)):
            pass
        assert 0.25 < time.monotonic() - began < 2
    assert caught.value.facts["retryAfter"] == 5
    with built.connection(tenant(2)) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)


def test_who_waits_for_one_tenant_holds_up_no_other(pools: Make) -> None:
    built = pools(max_total=3, per_tenant=1, wait=5.0)
    served = threading.Event()

    def waits() -> None:
        with built.connection(tenant(1)):
            served.set()

    with built.connection(tenant(1)):
        waiting = threading.Thread(target=waits)
        waiting.start()
        time.sleep(0.1)
        began = time.monotonic()
        with built.connection(tenant(2)) as conn:
            conn.execute("SELECT 1")
        assert time.monotonic() - began < 1
        assert not served.is_set()
    waiting.join(5)
    assert served.is_set()


def test_serves_those_who_wait_in_order_of_arrival(pools: Make) -> None:
    built = pools(max_total=1, wait=10.0)
    order: list[int] = []

    def ask(n: int) -> None:
        with built.connection(tenant(n)):
            order.append(n)

    with built.connection(tenant(0)):
        threads = [threading.Thread(target=ask, args=(n,)) for n in range(1, 6)]
        for thread in threads:
            thread.start()
            time.sleep(0.05)
    for thread in threads:
        thread.join(10)
    assert order == [1, 2, 3, 4, 5]


def test_makes_room_by_closing_the_pool_least_recently_used(pools: Make, database: str) -> None:
    clock = Seconds()
    built = pools(max_total=3, clock=clock)
    for n in (1, 2, 3, 1):
        clock.now += 1
        with built.connection(tenant(n)):
            pass
    with built.connection(tenant(4)):
        assert {name for name, _ in seen(database)} == {"cliente-1", "cliente-3", "cliente-4"}


def test_sweeps_pools_idle_for_five_minutes_and_no_others(pools: Make, database: str) -> None:
    clock = Seconds()
    built = pools(clock=clock)
    for n in (1, 2):
        with built.connection(tenant(n)):
            pass
    clock.now = 200
    with built.connection(tenant(2)):
        pass
    clock.now = 301
    with built.connection(tenant(3)):
        built.sweep()
        assert {name for name, _ in seen(database)} == {"cliente-2", "cliente-3"}
        clock.now = 1000
        built.sweep()
        assert {name for name, _ in seen(database)} == {"cliente-3"}
    assert (built.open_connections, built.open_tenants) == (1, 1)


def test_sweeps_by_itself_once_started(pools: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("horux_adapters.postgres.pools.SWEEP_SECONDS", 0.05)
    built = pools(idle=0.1)
    built.start()
    with built.connection(tenant(1)):
        pass
    deadline = time.monotonic() + 5
    while built.open_connections and time.monotonic() < deadline:
        time.sleep(0.02)
    assert built.open_connections == 0


def test_an_evicted_tenant_keeps_no_connection(pools: Make, database: str) -> None:
    built = pools()
    with built.connection(tenant(1)), built.connection(tenant(1)) as idle:
        idle.execute("SELECT 1")
    with built.connection(tenant(1)):
        built.evict(tenant(1))
        assert len(seen(database)) == 1
    assert seen(database) == []
    assert built.open_connections == 0
    with built.connection(tenant(1)) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)


def test_closed_pools_lend_nothing_and_keep_nothing(pools: Make, database: str) -> None:
    built = pools()
    with built.connection(tenant(1)):
        built.close()
    assert seen(database) == []
    with pytest.raises(DatabaseUnavailable), built.connection(tenant(1)):
        pass


def test_refuses_a_budget_of_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="TENANT_CONNECTIONS_MAX"):
        TenantPools(lambda _: "", 0)
