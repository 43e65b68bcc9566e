"""Word of changes between processes, by NOTIFY on the central database, and memory trusted while it is heard."""

import logging
import math
import select
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Generic, Protocol, TypeVar

import psycopg
from psycopg import sql
from psycopg.pq.abc import PGconn
from psycopg.rows import TupleRow

from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.pooler import shared

CHANNEL = "horux_cambios"
# A wire that is cut without a word is trusted no longer than `_ANSWER` after the last question that was answered.
_HEARTBEAT = 0.5
_ANSWER = 1.0
_BACKOFF = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_KEEPALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
_log = logging.getLogger("horux.postgres")

K = TypeVar("K")
V = TypeVar("V")
AnyConnection = psycopg.Connection[TupleRow]


def notify(conn: AnyConnection, kind: str, key: str, channel: str = CHANNEL) -> None:
    """Tell every process that something changed; it is heard when, and only if, the transaction is kept."""
    if ":" in kind:
        raise ValueError("La clase de un aviso no lleva dos puntos.")
    conn.execute("SELECT pg_notify(%s, %s)", (channel, f"{kind}:{key}"))


class Changes(Protocol):
    """Where word of changes comes from, as a cache needs it."""

    @property
    def trusted(self) -> bool:
        """Whether every change made since `epoch` began has been or will be told."""

    @property
    def epoch(self) -> int:
        """Another number after each interruption."""

    def subscribe(self, kind: str, callback: Callable[[str], None]) -> None: ...

    def on_lost(self, callback: Callable[[], None]) -> None: ...


class Listener:
    """One process's ear, with a connection of its own that must not pass through a transaction pooler.

    `trusted` is True while it listens and the server answered a question asked within the last second. When it is
    cut off it calls those of `on_lost` and tries again with growing pauses. Callbacks run in its thread, so they
    are short; one that fails is written down, and as what it should have done is not done, all counts as lost.
    """

    def __init__(self, address: str, channel: str = CHANNEL) -> None:
        self._address = address
        self._channel = channel
        self._subscribers: dict[str, list[Callable[[str], None]]] = defaultdict(list)
        self._on_lost: list[Callable[[], None]] = []
        self._listening = Event()
        self._ended = Event()
        self._epoch = 0
        self._vouched_until = 0.0
        self._thread: Thread | None = None

    @property
    def trusted(self) -> bool:
        return self._listening.is_set() and time.monotonic() < self._vouched_until

    @property
    def epoch(self) -> int:
        return self._epoch

    def subscribe(self, kind: str, callback: Callable[[str], None]) -> None:
        """Call with the key of each change of that kind."""
        self._subscribers[kind].append(callback)

    def on_lost(self, callback: Callable[[], None]) -> None:
        """Call when changes may have gone unheard."""
        self._on_lost.append(callback)

    def start(self, wait: float = 5.0) -> bool:
        """Listen from now on; whether it was heard to listen within `wait` seconds. It goes on trying if not."""
        self._thread = Thread(target=self._run, name="escucha-de-cambios", daemon=True)
        self._thread.start()
        return self._listening.wait(wait)

    def close(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join(5)

    def _run(self) -> None:
        failures = 0
        while not self._ended.is_set():
            try:
                with closing(psycopg.connect(self._dsn(), autocommit=True)) as conn:
                    self._heard(conn)
            except (psycopg.Error, OSError, _Deaf):
                failures = 0 if self._listening.is_set() else failures + 1
            finally:
                self._lose()
            self._ended.wait(_BACKOFF[min(failures, len(_BACKOFF) - 1)])

    def _dsn(self) -> str:
        return psycopg.conninfo.make_conninfo(dsn(self._address, application_name="horux-escucha"), **_KEEPALIVE)

    def _heard(self, conn: AnyConnection) -> None:
        if shared(conn):
            _log.error(
                "los avisos no pasan por PgBouncer: falta DATABASE_DIRECT_URL; nada se recuerda entre solicitudes"
            )
            raise _Deaf
        conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
        self._epoch += 1
        while not self._ended.is_set():
            asked = time.monotonic()
            self._ask(conn.pgconn, asked + _ANSWER)
            self._vouched_until = asked + _ANSWER
            self._listening.set()
            self._take_in(conn.pgconn, asked + _HEARTBEAT)

    def _ask(self, wire: PGconn, until: float) -> None:
        """A question with an answer, by hand: the driver's own would wait for it as long as it takes."""
        wire.send_query(b"SELECT 1")
        wire.flush()
        while wire.is_busy():
            if not self._received(wire, until):
                raise _Deaf
        while wire.get_result() is not None:
            pass

    def _take_in(self, wire: PGconn, until: float) -> None:
        while self._received(wire, until):
            pass

    def _received(self, wire: PGconn, until: float) -> bool:
        """Wait for the server to say something, and pass on the changes it told of. False: it was silent."""
        poll = select.poll()
        poll.register(wire.socket, select.POLLIN)
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            return False
        wire.consume_input()
        while (note := wire.notifies()) is not None:
            self._dispatch(note.extra.decode())
        return True

    def _dispatch(self, payload: str) -> None:
        kind, _, key = payload.partition(":")
        for callback in self._subscribers.get(kind, ()):
            try:
                callback(key)
            except Exception:  # noqa: BLE001 the ear outlives any one who listens
                _log.exception("aviso de cambio sin atender", extra={"kind": kind})
                raise _Deaf from None

    def _lose(self) -> None:
        if not self._listening.is_set():
            return
        self._listening.clear()
        for callback in self._on_lost:
            try:
                callback()
            except Exception:  # noqa: BLE001 the ear outlives any one who listens
                _log.exception("pérdida de avisos sin atender")


class _Deaf(Exception):
    """What was said, or whether anything was, is not known."""


@dataclass(slots=True, eq=False)
class _Load:
    """A value being read: a change told meanwhile makes it old before it is there."""

    epoch: int
    stale: bool = False


class Cache(Generic[K, V]):
    """Answers from memory what `load` would say, only while every change is heard of; else it asks each time.

    Entries of `kind` are dropped by a notice with their key (`key_of`), all of them by a notice with an empty
    one. At most `size` are kept, none longer than `ttl` seconds. What `load` raises is not remembered.
    """

    def __init__(
        self,
        changes: Changes,
        kind: str,
        load: Callable[[K], V],
        *,
        ttl: float = 300.0,
        size: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
        key_of: Callable[[K], str] = str,
    ) -> None:
        self._changes = changes
        self._load = load
        self._ttl = ttl
        self._size = size
        self._clock = clock
        self._key_of = key_of
        self._lock = Lock()
        self._kept: OrderedDict[str, tuple[float, int, V]] = OrderedDict()
        self._loading: dict[str, set[_Load]] = {}
        self._hits = self._misses = 0
        changes.subscribe(kind, self.forget)
        changes.on_lost(self.clear)

    def get(self, key: K) -> V:
        """The value, remembered or read now. Raises what `load` raises."""
        name = self._key_of(key)
        with self._lock:
            entry = self._kept.get(name)
            if entry is not None and self._good(*entry[:2]):
                self._kept.move_to_end(name)
                self._hits += 1
                return entry[2]
            self._misses += 1
            load = _Load(self._changes.epoch if self._changes.trusted else -1)
            self._loading.setdefault(name, set()).add(load)
        try:
            value = self._load(key)
        except BaseException:
            self._finished(name, load)
            raise
        self._finished(name, load, (value,))
        return value

    def tally(self) -> tuple[int, int]:
        """How often it was known, and how often it had to be asked for."""
        with self._lock:
            return self._hits, self._misses

    def forget(self, name: str) -> None:
        """Drop what is kept of a key, and what is being read of it; of all keys when it is empty."""
        if not name:
            self.clear()
            return
        with self._lock:
            self._kept.pop(name, None)
            for load in self._loading.get(name, ()):
                load.stale = True

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._kept.clear()
            for loads in self._loading.values():
                for load in loads:
                    load.stale = True

    def _good(self, until: float, epoch: int) -> bool:
        return self._changes.trusted and epoch == self._changes.epoch and self._clock() < until

    def _finished(self, name: str, load: _Load, value: tuple[V] | tuple[()] = ()) -> None:
        with self._lock:
            loads = self._loading[name]
            loads.discard(load)
            if not loads:
                del self._loading[name]
            until = self._clock() + self._ttl if math.isfinite(self._ttl) else math.inf
            if value and not load.stale and self._good(until, load.epoch):
                self._kept[name] = (until, load.epoch, value[0])
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
