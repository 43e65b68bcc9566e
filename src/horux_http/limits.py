"""How much a request may send, how strictly its JSON is read, and how many of a kind are answered at once."""

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from threading import Lock
from typing import Any, ParamSpec, TypeVar

import msgspec
from litestar import Request
from litestar.exceptions import ClientException, HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from horux_core.kernel.errors import Unavailable
from horux_http.problems import FAULTS
from horux_http.validation import fault

MIB = 1024 * 1024
BODY = MIB
"""What a route takes that does not say otherwise; only the upload routes do."""

_MOST_MEMBERS = 10_000
_PATIENCE = 10.0

P = ParamSpec("P")
T = TypeVar("T")


class ServerSaturated(Unavailable):
    """More requests of a kind wait for a thread than can be answered in time."""

    code = "servidor-saturado"
    title = "Servidor saturado"

    def __init__(self) -> None:
        super().__init__("Hay demasiadas solicitudes en curso. Intenta de nuevo en unos segundos.", retryAfter=5)


class _Unfit:
    """Stands for a body that does not fit its type, so that it is refused after the request's authority was asked."""


class StrictRequest(Request[Any, Any, Any]):
    """Reads a JSON body once and to the letter: no repeated member, no NaN, no text taken for a number."""

    async def json(self) -> Any:
        """Raises HTTPException: 415 for another content type, 400 for what is not JSON."""
        if "horux.json" not in self.scope["state"]:
            self.scope["state"]["horux.json"] = self._read(await self.body())
        return self.scope["state"]["horux.json"]

    def _read(self, body: bytes) -> Any:
        kind, options = self.content_type
        if body and (kind != "application/json" or options.get("charset", "utf-8").lower() not in ("utf-8", "utf8")):
            raise HTTPException(status_code=415)
        read = self._decoded(body or b"null")
        wanted = self.route_handler.parsed_data_field
        if wanted is not None and not wanted.is_any:
            try:
                msgspec.json.decode(body or b"null", type=wanted.annotation)
            except msgspec.ValidationError as error:
                self.scope["state"][FAULTS] = [fault(str(error))]
                return _Unfit()
        return read

    def _decoded(self, body: bytes) -> Any:
        try:
            return json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            detail = str(error) if isinstance(error, _Refused) else "No es JSON bien formado, en UTF-8."
            self.scope["state"][FAULTS] = [{"campo": "cuerpo", "detalle": detail}]
            raise ClientException from None


class _Refused(ValueError):
    """JSON that could be read and is not taken."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise _Refused("Un mismo campo aparece dos veces.")
    if len(read) > _MOST_MEMBERS:
        raise _Refused(f"Un objeto tiene más de {_MOST_MEMBERS} campos.")
    return read


def _no_constant(_name: str) -> Any:
    raise _Refused("NaN e Infinity no son números de JSON.")


_lane: ContextVar[str] = ContextVar("horux_lane", default="general")


class Lanes(ThreadPoolExecutor):
    """The threads of the handlers, apart by lane: none can take the last thread of another.

    A request enters with its body already read, so a slow sender holds no thread; it waits its turn without one
    and at most ten seconds. Raises ServerSaturated when the wait is full or was too long.
    """

    def __init__(self, at_once: Mapping[str, int], *, waiting: int = 20, patience: float = _PATIENCE) -> None:
        super().__init__(max_workers=1, thread_name_prefix="horux-general")
        self._lanes = {
            name: ThreadPoolExecutor(size, thread_name_prefix=f"horux-{name}") for name, size in at_once.items()
        }
        self._places = {name: size * (1 + waiting) for name, size in at_once.items()}
        self._inside = dict.fromkeys(at_once, 0)
        self._turn = Lock()
        self._patience = patience

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        lane = _lane.get() if _lane.get() in self._lanes else "general"
        with self._turn:
            if self._inside[lane] >= self._places[lane]:
                raise ServerSaturated
            self._inside[lane] += 1
        entered = time.monotonic()

        def in_turn() -> T:
            if time.monotonic() - entered > self._patience:
                raise ServerSaturated
            return fn(*args, **kwargs)

        future = self._lanes[lane].submit(in_turn)
        future.add_done_callback(lambda _: self._leave(lane))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        for lane in self._lanes.values():
            lane.shutdown(wait, cancel_futures=cancel_futures)
        super().shutdown(wait, cancel_futures=cancel_futures)

    def _leave(self, lane: str) -> None:
        with self._turn:
            self._inside[lane] -= 1


class InItsLane(ASGIMiddleware):
    """Puts a request in the lane its handler names with `opt={"lane": ...}`: `acceso`, `webhooks`; else `general`."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        handler = scope["route_handler"]
        token = _lane.set(handler.opt.get("lane", "general") if isinstance(handler, HTTPRouteHandler) else "general")
        try:
            await next_app(scope, receive, send)
        finally:
            _lane.reset(token)
