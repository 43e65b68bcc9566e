"""Connections to the tenants' databases: few for each, never more than a budget over all of them."""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

import psycopg
from psycopg_pool import ConnectionPool

from horux_adapters.postgres import pooler
from horux_adapters.postgres.connecting import farewell, left_clean
from horux_adapters.postgres.shelves import Connection as Connection
from horux_adapters.postgres.shelves import Idle, Shelf, Ticket, Turn, emptied
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.errors import ConnectionsExhausted, DatabaseUnavailable

PER_TENANT = 3
IDLE_SECONDS = 300.0
WAIT_SECONDS = 10.0
SWEEP_SECONDS = 60.0
_RETRY_AFTER = 5
_NO_ANSWER = "La base de datos de la empresa no responde. Intenta de nuevo en unos segundos."

_LOCKED = "Otra operación tiene ocupados esos datos de la empresa. Intenta de nuevo en unos segundos."


class TenantPools:
    """At most `per_tenant` connections to a tenant's database and `max_total` over all.

    When the budget is spent, the least recently used idle pool is closed to make room. A request that finds
    nothing waits its turn, in order of arrival, without holding up those of other tenants; after `wait` seconds
    it is refused. The lock is held for bookkeeping only, never while a connection is opened or closed.

    `dsn_of` gives a tenant's address; that the tenant exists is asked of the registry before.
    """

    def __init__(
        self,
        dsn_of: Callable[[TenantId], str],
        max_total: int,
        *,
        per_tenant: int = PER_TENANT,
        idle: float = IDLE_SECONDS,
        wait: float = WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if max_total < 1 or per_tenant < 1:
            raise ValueError("TENANT_CONNECTIONS_MAX debe ser al menos 1.")
        self._dsn_of = dsn_of
        self._max_total = max_total
        self._per_tenant = per_tenant
        self._idle = idle
        self._wait = wait
        self._clock = clock
        self._lock = Lock()
        self._shelves: dict[TenantId, Shelf] = {}
        self._queue: deque[Ticket] = deque()
        self._total = 0
        self._doubted: set[TenantId] = set()
        self._woken = Event()
        self._ended = Event()
        self._sweeper: Thread | None = None

    @contextmanager
    def connection(self, tenant: TenantId) -> Iterator[Connection]:
        """A connection in one transaction: kept when the block ends well, undone on any exception.

        Raises ConnectionsExhausted when none came free in time, DatabaseUnavailable when it cannot be opened or
        the server undid the work for a reason that passes: a deadlock, a lock held too long, its own shutdown.
        """
        shelf, conn = self._taken(tenant)
        try:
            pooler.begun(conn)
            yield conn
            conn.commit()
        except psycopg.errors.LockNotAvailable as error:
            raise DatabaseUnavailable(_LOCKED, retryAfter=_RETRY_AFTER) from error
        except psycopg.errors.ProgramLimitExceeded:
            raise
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(_NO_ANSWER, retryAfter=_RETRY_AFTER) from error
        finally:
            self._given_back(shelf, conn)

    @property
    def open_connections(self) -> int:
        """How many count against the budget now."""
        with self._lock:
            return self._total

    def load(self) -> tuple[int, int, int, int]:
        """The budget, how many are open, how many of them are in use, and how many requests wait for one."""
        with self._lock:
            idle = sum(len(shelf.idle) for shelf in self._shelves.values())
            return self._max_total, self._total, self._total - idle, len(self._queue)

    @property
    def open_tenants(self) -> int:
        """How many tenants have a connection, in use or idle."""
        with self._lock:
            return sum(1 for shelf in self._shelves.values() if shelf.size)

    def tenants(self) -> tuple[TenantId, ...]:
        """Those with a pool."""
        with self._lock:
            return tuple(self._shelves)

    def evict(self, tenant: TenantId) -> None:
        """Close what lies idle of a tenant; what is in use is closed when it comes back."""
        with self._lock:
            shelf = self._shelves.pop(tenant, None)
            if shelf is None:
                return
            shelf.closed = True
            conns = emptied(shelf)
        self._closed(conns)

    def doubt(self, tenant: TenantId) -> None:
        """Something changed of a tenant: the sweeper sees, in its own thread, whether its database still is there."""
        with self._lock:
            if tenant not in self._shelves:
                return
            self._doubted.add(tenant)
        self._woken.set()

    def sweep(self) -> None:
        """Close connections that nobody used for the idle time, and those to where a tenant no longer is."""
        self._settle_doubts()
        with self._lock:
            oldest = self._clock() - self._idle
            conns: list[Connection] = []
            for tenant, shelf in list(self._shelves.items()):
                stale = [entry for entry in shelf.idle if entry.since <= oldest]
                shelf.idle = [entry for entry in shelf.idle if entry.since > oldest]
                shelf.size -= len(stale)
                conns += [entry.conn for entry in stale]
                if shelf.size == 0 and all(ticket.tenant != tenant for ticket in self._queue):
                    del self._shelves[tenant]
        self._closed(conns)

    def start(self) -> None:
        """Sweep every minute from now on."""
        self._sweeper = Thread(target=self._sweeping, name="barrido-de-conexiones", daemon=True)
        self._sweeper.start()

    def close(self) -> None:
        """Close every idle connection and take no more; those in use close as they come back."""
        self._ended.set()
        self._woken.set()
        if self._sweeper is not None:
            self._sweeper.join(5)
        for tenant in list(self._shelves):
            self.evict(tenant)

    def _sweeping(self) -> None:
        while not self._ended.is_set():
            self._woken.wait(SWEEP_SECONDS)
            self._woken.clear()
            self.sweep()

    def _settle_doubts(self) -> None:
        with self._lock:
            doubted, self._doubted = self._doubted, set()
            known = {tenant: self._shelves[tenant].dsn for tenant in doubted if tenant in self._shelves}
        for tenant, address in known.items():
            try:
                moved = self._dsn_of(tenant) != address
            except (HoruxError, psycopg.Error, LookupError):
                moved = True
            if moved:
                self.evict(tenant)

    def _taken(self, tenant: TenantId) -> tuple[Shelf, Connection]:
        if self._ended.is_set():
            raise DatabaseUnavailable("El servidor se está deteniendo; intenta de nuevo.", retryAfter=_RETRY_AFTER)
        turn = self._turn_of(tenant)
        if turn.ready is not None:
            try:
                ConnectionPool.check_connection(turn.ready)
            except psycopg.OperationalError:
                turn.victims = (turn.ready,)
            except BaseException:
                self._given_back(turn.shelf, turn.ready)
                raise
            else:
                return turn.shelf, turn.ready
        return turn.shelf, self._opened(tenant, turn)

    def _turn_of(self, tenant: TenantId) -> Turn:
        with self._lock:
            turn = self._offer(tenant)
            if turn is not None:
                return turn
            ticket = Ticket(tenant)
            self._queue.append(ticket)
        try:
            ticket.called.wait(self._wait)
        finally:
            with self._lock:
                if ticket.turn is None:
                    self._queue.remove(ticket)
        if ticket.turn is None:
            raise ConnectionsExhausted(
                "Hay demasiadas consultas en este momento. Intenta de nuevo en unos segundos.", retryAfter=_RETRY_AFTER
            )
        return ticket.turn

    def _offer(self, tenant: TenantId) -> Turn | None:
        """With the lock held: what a request of this tenant can have now. Whoever waits could not use it."""
        shelf = self._shelves.setdefault(tenant, Shelf())
        shelf.used = self._clock()
        if shelf.idle:
            return Turn(shelf, ready=shelf.idle.pop().conn)
        if shelf.size >= self._per_tenant:
            return None
        if self._total < self._max_total:
            self._total += 1
            shelf.size += 1
            return Turn(shelf)
        victims = self._victims()
        if not victims:
            return None
        shelf.size += 1
        return Turn(shelf, victims=victims)

    def _victims(self) -> tuple[Connection, ...]:
        """The least recently used pool that is wholly idle; failing that, one idle connection of a busy one."""
        resting = [shelf for shelf in self._shelves.values() if shelf.idle]
        if not resting:
            return ()
        chosen = min(resting, key=lambda shelf: (shelf.size > len(shelf.idle), shelf.used))
        if chosen.size == len(chosen.idle):
            return tuple(emptied(chosen))
        chosen.size -= 1
        return (chosen.idle.pop(0).conn,)

    def _opened(self, tenant: TenantId, turn: Turn) -> Connection:
        try:
            for conn in turn.victims:
                farewell(conn)
            self._freed(max(0, len(turn.victims) - 1))
            patience = max(2, math.ceil(self._wait))
            address = self._dsn_of(tenant)
            turn.shelf.dsn = turn.shelf.dsn or address
            return pooler.connected(address, patience)
        except psycopg.OperationalError as error:
            self._lost(turn.shelf)
            raise DatabaseUnavailable(_NO_ANSWER, retryAfter=_RETRY_AFTER) from error
        except BaseException:
            self._lost(turn.shelf)
            raise

    def _given_back(self, shelf: Shelf, conn: Connection) -> None:
        if not left_clean(conn):
            farewell(conn)
            self._lost(shelf)
            return
        with self._lock:
            keep = not (shelf.closed or self._ended.is_set())
            if keep:
                shelf.idle.append(Idle(conn, self._clock()))
                shelf.used = self._clock()
                self._call_next()
        if not keep:
            farewell(conn)
            self._lost(shelf)

    def _lost(self, shelf: Shelf) -> None:
        with self._lock:
            shelf.size -= 1
        self._freed(1)

    def _closed(self, conns: list[Connection]) -> None:
        for conn in conns:
            farewell(conn)
        self._freed(len(conns))

    def _freed(self, count: int) -> None:
        with self._lock:
            self._total -= count
            self._call_next()

    def _call_next(self) -> None:
        """With the lock held: whoever waits and can be served now is, first come first."""
        for ticket in list(self._queue):
            ticket.turn = self._offer(ticket.tenant)
            if ticket.turn is not None:
                self._queue.remove(ticket)
                ticket.called.set()
