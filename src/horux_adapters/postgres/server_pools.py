"""Connections to the tenants' databases with a budget for each server: none takes what another needs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from horux_adapters.postgres.pools import Connection, TenantPools
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.errors import DatabaseUnavailable

CROWD = 16
"""At most so many requests are at one server of several: a process has 24 threads for them all."""
STUCK = 6
_QUIET = 1.0
_RETRY_AFTER = 5


class ServerPools:
    """A TenantPools for each server, of `most` connections, made when first asked for.

    While there are `several` servers, one at which nothing has come to an end for a second is given no more than
    `stuck` requests, and any no more than `crowd`: the others are refused at once, with no thread lost to waiting.
    """

    def __init__(
        self,
        server_of: Callable[[TenantId], str],
        dsn_of: Callable[[TenantId], str],
        most: int,
        several: Callable[[], bool] = lambda: False,
        *,
        crowd: int = CROWD,
        stuck: int = STUCK,
    ) -> None:
        self.most = most
        self._server_of = server_of
        self._dsn_of = dsn_of
        self._several = several
        self._crowd, self._stuck = crowd, stuck
        self._lock = Lock()
        self._pools: dict[str, TenantPools] = {}
        self._doors: dict[str, _Door] = {}
        self._started = False

    @contextmanager
    def connection(self, tenant: TenantId) -> Iterator[Connection]:
        """As that of TenantPools; raises DatabaseUnavailable too when the tenant's server gets nowhere."""
        server = self._server_of(tenant)
        pools, door = self.of(server), self._doors[server]
        self._left_elsewhere(tenant, server)
        door.enter((self._crowd, self._stuck) if self._several() else None)
        well = False
        try:
            with pools.connection(tenant) as conn:
                yield conn
            well = True
        finally:
            door.leave(well)

    def of(self, server: str) -> TenantPools:
        with self._lock:
            if server not in self._pools:
                self._pools[server] = TenantPools(self._dsn_of, self.most)
                self._doors[server] = _Door()
                if self._started:
                    self._pools[server].start()
            return self._pools[server]

    @property
    def open_connections(self) -> int:
        return sum(pools.open_connections for pools in self._each())

    def load(self) -> dict[str, tuple[int, int, int, int]]:
        """As that of TenantPools, by server."""
        with self._lock:
            every = dict(self._pools)
        if not every:
            return {"": (self.most, 0, 0, 0)}
        return {name: pools.load() for name, pools in every.items()}

    def tenants(self) -> tuple[TenantId, ...]:
        return tuple(tenant for pools in self._each() for tenant in pools.tenants())

    def doubt(self, tenant: TenantId) -> None:
        for pools in self._each():
            pools.doubt(tenant)

    def sweep(self) -> None:
        for pools in self._each():
            pools.sweep()

    def start(self) -> None:
        with self._lock:
            self._started = True
            for pools in self._pools.values():
                pools.start()

    def close(self) -> None:
        for pools in self._each():
            pools.close()

    def _each(self) -> tuple[TenantPools, ...]:
        with self._lock:
            return tuple(self._pools.values())

    def _left_elsewhere(self, tenant: TenantId, server: str) -> None:
        """A tenant that was moved needs nothing where it was; the sweeper closes that, as it may take long."""
        with self._lock:
            others = [pools for name, pools in self._pools.items() if name != server]
        for pools in others:
            pools.doubt(tenant)


class _Door:
    """How many are at one server, and when something last came to a good end there."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._last = time.monotonic()

    def enter(self, limits: tuple[int, int] | None) -> None:
        now = time.monotonic()
        with self._lock:
            if self._inside == 0:
                self._last = now
            if limits is not None:
                crowd, stuck = limits
                if self._inside >= (crowd if now - self._last < _QUIET else stuck):
                    raise DatabaseUnavailable(
                        "La base de datos de la empresa tarda demasiado. Intenta de nuevo en unos segundos.",
                        retryAfter=_RETRY_AFTER,
                    )
            self._inside += 1

    def leave(self, well: bool) -> None:
        with self._lock:
            self._inside -= 1
            if well:
                self._last = time.monotonic()
