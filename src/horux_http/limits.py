"""How much a request may send, and how many of a kind are answered at once."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from horux_core.kernel.errors import Unavailable

MIB = 1024 * 1024
_PATIENCE = 10.0
_EACH = 3
_MOST_OUTSIDE = 200

P = ParamSpec("P")
T = TypeVar("T")


class ServerSaturated(Unavailable):
    """More requests of a kind wait for a thread than can be answered in time."""

    code = "servidor-saturado"
    title = "Servidor saturado"

    def __init__(self) -> None:
        super().__init__("Hay demasiadas solicitudes en curso. Intenta de nuevo en unos segundos.", retryAfter=5)


@dataclass(slots=True, eq=False)
class _Place:
    """Where one request stands: in which lane, whose it is, and how long it has waited so far."""

    lane: str = "general"
    whose: str = ""
    waited: float = 0.0


_place: ContextVar[_Place | None] = ContextVar("horux_place", default=None)


def belongs_to(whose: str) -> None:
    """Say for whom the request being answered works, once that is known: it waits with theirs from then on."""
    place = _place.get()
    if place is not None:
        place.whose = whose


@dataclass(slots=True, eq=False)
class _Work:
    """What a request wants of a thread, and until when it is worth doing."""

    place: _Place
    row: tuple[str, str]
    call: Callable[[], Any]
    future: Future[Any]
    entered: float
    until: float

    def refuse(self) -> None:
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(ServerSaturated())


@dataclass(slots=True)
class _Row:
    """Of one credential or tenant in one lane: how many have or wait for a thread, and who waits outside."""

    inside: int = 0
    outside: deque[_Work] = field(default_factory=deque)


class Lanes(ThreadPoolExecutor):
    """The threads of the handlers, apart by lane: none can take the last thread of another.

    Of one tenant at most `each` are let in at a time, as many as it has connections: its others wait outside,
    without a thread, and hold up nobody else. A request enters with its body already read, so a slow sender holds
    no thread; it waits its turns without one and at most ten seconds in all. Raises ServerSaturated when the wait
    is full or was too long.
    """

    def __init__(
        self, at_once: Mapping[str, int], *, waiting: int = 20, patience: float = _PATIENCE, each: int = _EACH
    ) -> None:
        super().__init__(max_workers=1, thread_name_prefix="horux-general")
        self._lanes = {
            name: ThreadPoolExecutor(size, thread_name_prefix=f"horux-{name}") for name, size in at_once.items()
        }
        self._places = {name: size * (1 + waiting) for name, size in at_once.items()}
        self._inside = dict.fromkeys(at_once, 0)
        self._rows: defaultdict[tuple[str, str], _Row] = defaultdict(_Row)
        self._each = each
        self._turn = Lock()
        self._patience = patience

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        place = _place.get() or _Place()
        lane = place.lane if place.lane in self._lanes else "general"
        now = time.monotonic()
        until = now + max(0.0, self._patience - place.waited)
        work = _Work(place, (lane, place.whose), partial(fn, *args, **kwargs), Future(), now, until)
        with self._turn:
            row = self._rows[work.row] if place.whose else None
            if row is None or row.inside < self._each:
                self._enter(work)
            elif len(row.outside) < _MOST_OUTSIDE:
                row.outside.append(work)
                self._give_up_in_time(work)
            else:
                raise ServerSaturated
        return work.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with self._turn:
            left = [work for row in self._rows.values() for work in row.outside]
            self._rows.clear()
        for work in left:
            work.refuse()
        for lane in self._lanes.values():
            lane.shutdown(wait, cancel_futures=cancel_futures)
        super().shutdown(wait, cancel_futures=cancel_futures)

    def _enter(self, work: _Work) -> None:
        """With the lock held."""
        lane, whose = work.row
        if self._inside[lane] >= self._places[lane]:
            raise ServerSaturated
        inner = self._lanes[lane].submit(self._do, work)
        inner.add_done_callback(lambda done: done.cancelled() and work.future.cancel())
        self._inside[lane] += 1
        if whose:
            self._rows[work.row].inside += 1

    def _do(self, work: _Work) -> None:
        now = time.monotonic()
        work.place.waited += now - work.entered
        if now > work.until or not work.future.set_running_or_notify_cancel():
            self._leave(work)
            if not work.future.cancelled():
                work.refuse()
            return
        try:
            answer = work.call()
        except BaseException as error:  # noqa: BLE001 it is the caller's, who waits for it in another thread
            self._leave(work)
            work.future.set_exception(error)
        else:
            self._leave(work)
            work.future.set_result(answer)

    def _leave(self, work: _Work) -> None:
        """Free its place, and let the next of the same in. Once the place is free the answer is given."""
        refused: list[_Work] = []
        with self._turn:
            self._inside[work.row[0]] -= 1
            row = self._rows.get(work.row)
            if row is None:
                return
            row.inside -= 1
            while row.outside and row.inside < self._each:
                following = row.outside.popleft()
                if following.future.cancelled():
                    continue
                try:
                    self._enter(following)
                except ServerSaturated:
                    refused.append(following)
            if not row.inside and not row.outside:
                del self._rows[work.row]
        for following in refused:
            following.refuse()

    def _give_up_in_time(self, work: _Work) -> None:
        """Those before it may hold on for longer than it can wait: it is told in time and not when they are done."""
        with suppress(RuntimeError):
            asyncio.get_running_loop().call_later(work.until - time.monotonic(), self._given_up, work)

    def _given_up(self, work: _Work) -> None:
        with self._turn:
            row = self._rows.get(work.row)
            if row is None or work not in row.outside:
                return
            row.outside.remove(work)
        work.refuse()


class InItsLane(ASGIMiddleware):
    """Puts a request in the lane its handler names with `opt={"lane": ...}`: `acceso`, `webhooks`; else `general`.

    Until it is known whose it is, requests with the same credential and view wait together.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        handler = scope["route_handler"]
        lane = handler.opt.get("lane", "general") if isinstance(handler, HTTPRouteHandler) else "general"
        token = _place.set(_Place(lane, _credential(scope)))
        try:
            await next_app(scope, receive, send)
        finally:
            _place.reset(token)


def _credential(scope: Scope) -> str:
    sent = [value for name, value in scope["headers"] if name.lower() in (b"authorization", b"x-view-tenant")]
    return sha256(b"\n".join(sent)).hexdigest() if sent else ""
