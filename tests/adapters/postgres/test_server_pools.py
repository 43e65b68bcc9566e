"""Several servers: what one of them does holds up nobody of another."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID

import pytest

from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.server_pools import ServerPools
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.errors import DatabaseUnavailable

Make = Callable[..., ServerPools]
GOOD, OTHER = TenantId(UUID(int=1)), TenantId(UUID(int=2))


@pytest.fixture
def make(database: str) -> Iterator[Make]:
    """Tenants of an odd number are on `bueno`, the others on `malo`."""
    made: list[ServerPools] = []

    def server_of(tenant: TenantId) -> str:
        return "bueno" if tenant.int % 2 else "malo"

    def built(several: bool = True, **options: int) -> ServerPools:
        address: Callable[[TenantId], str] = lambda t: dsn(database, application_name=f"cliente-{t.int}")  # noqa: E731
        pools = ServerPools(server_of, address, 4, lambda: several, **options)
        made.append(pools)
        return pools

    yield built
    for pools in made:
        pools.close()


def held(pools: ServerPools, tenants: list[TenantId], over: Event, threads: ThreadPoolExecutor) -> list[Event]:
    """Each has a connection until it is over."""

    def hold(tenant: TenantId, there: Event) -> None:
        with pools.connection(tenant):
            there.set()
            over.wait(20)

    theirs = [Event() for _ in tenants]
    for tenant, there in zip(tenants, theirs, strict=True):
        threads.submit(hold, tenant, there)
    return theirs


def works(pools: ServerPools, tenant: TenantId) -> bool:
    with pools.connection(tenant) as conn:
        return conn.execute("SELECT 1").fetchone() == (1,)


def test_a_server_s_budget_is_its_own(make: Make) -> None:
    pools, over = make(), Event()
    with ThreadPoolExecutor(8) as threads:
        for there in held(pools, [TenantId(UUID(int=2 * n)) for n in range(1, 5)], over, threads):
            assert there.wait(10)
        assert works(pools, GOOD)
        assert {name: load[2] for name, load in pools.load().items()} == {"malo": 4, "bueno": 0}
        over.set()


def test_requests_for_a_server_that_gets_nowhere_are_refused_at_once(make: Make) -> None:
    pools, over = make(stuck=2), Event()
    with ThreadPoolExecutor(8) as threads:
        for there in held(pools, [TenantId(UUID(int=2 * n)) for n in range(1, 3)], over, threads):
            assert there.wait(10)
        time.sleep(1.05)
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailable) as refused, pools.connection(OTHER):
            pass
        assert time.monotonic() - began < 1
        assert refused.value.facts["retryAfter"] == 5
        assert works(pools, GOOD)
        over.set()
    assert works(pools, OTHER), "once it goes on nobody is refused any more"


def test_no_server_has_every_thread(make: Make) -> None:
    pools, over = make(crowd=3), Event()
    with ThreadPoolExecutor(8) as threads:
        for there in held(pools, [TenantId(UUID(int=2 * n)) for n in range(1, 4)], over, threads):
            assert there.wait(10)
        with pytest.raises(DatabaseUnavailable), pools.connection(OTHER):
            pass
        assert works(pools, GOOD)
        over.set()


def test_with_one_server_nobody_is_refused_for_that(make: Make) -> None:
    pools, over = make(several=False, crowd=1, stuck=1), Event()
    with ThreadPoolExecutor(8) as threads:
        for there in held(pools, [OTHER], over, threads):
            assert there.wait(10)
        assert works(pools, TenantId(UUID(int=4)))
        over.set()


def test_a_tenant_that_was_moved_leaves_no_connection_behind(database: str) -> None:
    place = {"server": "uno"}
    pools = ServerPools(
        lambda _: place["server"], lambda _: dsn(database, application_name=place["server"]), 4, lambda: True
    )
    try:
        assert works(pools, GOOD)
        place["server"] = "dos"
        assert works(pools, GOOD)
        pools.sweep()
        assert {name: load[1] for name, load in pools.load().items()} == {"uno": 0, "dos": 1}
    finally:
        pools.close()
