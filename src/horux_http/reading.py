"""A body read once: in time, to its end and, when it is JSON, to the letter."""

import asyncio
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import ClientException, HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPScope, Receive, Scope, Send

from horux_http.amounts import AmountMalformed, require_plain
from horux_http.limits import ServerSaturated
from horux_http.problems import FAULTS, REFUSAL, Told
from horux_http.texts import TextUnprintable, require_printable
from horux_http.validation import fault

PATIENCE = "horux.patience"
"""Under this name the state of the application holds its `Patience`."""

SMALL = 256 * 1024
"""Bytes of a body that any line brings within seconds."""

_HELD = "horux.held"
_LONGEST = 18
"""Digits of a length that may still be one."""
_MOST_MEMBERS = 10_000
_MALFORMED = "No es JSON bien formado, en UTF-8."


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How slowly a body may come: with no pause of more than `idle` seconds, and after the first `grace` seconds of
    waiting no slower, all in all, than `rate` bytes a second; a small one within `small_all` seconds, with no pause of
    more than `small_idle`.
    """

    idle: float = 30.0
    grace: float = 60.0
    rate: float = 8_192.0
    longest: float = math.inf
    small_idle: float = 10.0
    small_all: float = 20.0

    def of_small(self) -> "Patience":
        return replace(self, idle=min(self.idle, self.small_idle), longest=min(self.longest, self.small_all))


class BodyCutOff(Told):
    """The sender hung up before the end of its body."""

    def __init__(self) -> None:
        super().__init__(400, "La solicitud se cortó antes de terminar. Envíala de nuevo.")


class _InTime:
    """The parts of a body as they come. Raises HTTPException: 408 when they come too slowly; BodyCutOff."""

    def __init__(self, receive: Receive, patience: Patience) -> None:
        self.hold: Callable[[int], None] | None = None
        self._receive = receive
        self._patience = patience
        self._waited = 0.0
        self._received = 0

    async def __call__(self) -> HTTPReceiveMessage:
        patience = self._patience
        left = min(patience.grace + self._received / patience.rate, patience.longest) - self._waited
        began = time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, min(patience.idle, left))):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(status_code=408) from None
        self._waited += time.monotonic() - began
        if message["type"] != "http.request":
            raise BodyCutOff
        self._received += len(message["body"])
        if self.hold is not None:
            self.hold(len(message["body"]))
        return message


class HoldsBodies(ASGIMiddleware):
    """Of bodies that are read whole a process holds only so many bytes, each until it is answered."""

    def __init__(self, room: int) -> None:
        self._room = room

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        held = 0

        def hold(more: int) -> None:
            """Raises ServerSaturated."""
            nonlocal held
            if more > self._room:
                raise ServerSaturated
            self._room -= more
            held += more

        scope["state"][_HELD] = hold
        try:
            await next_app(scope, receive, send)
        finally:
            self._room += held


class _Unfit:
    """Stands for a body that does not fit its type, so that it is refused after the request's authority was asked."""


class StrictRequest(Request[Any, Any, Any]):
    """Waits for a body only so long, and reads JSON to the letter: no repeated member, no NaN, no text for a number."""

    def __init__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        patience = scope["litestar_app"].state.get(PATIENCE) or Patience()
        self._parts = _InTime(receive, patience.of_small() if _is_small(scope) else patience)
        super().__init__(scope, self._parts, send)

    async def body(self) -> bytes:
        """Raises ServerSaturated."""
        self._parts.hold = self.scope["state"].get(_HELD)
        return await super().body()

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
        try:
            typed = msgspec.json.decode(body or b"null", type=Any if wanted is None else wanted.annotation)
            require_plain(read, typed)
            require_printable(read)
        except msgspec.ValidationError as error:
            self.scope["state"][FAULTS] = [fault(str(error))]
            return _Unfit()
        except (AmountMalformed, TextUnprintable) as error:
            self.scope["state"][REFUSAL] = error
            return _Unfit()
        except (msgspec.MsgspecError, RecursionError):
            raise self._malformed() from None
        return read

    def _decoded(self, body: bytes) -> Any:
        try:
            return json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise self._malformed(str(error) if isinstance(error, _Refused) else _MALFORMED) from None

    def _malformed(self, detail: str = _MALFORMED) -> ClientException:
        self.scope["state"][FAULTS] = [{"campo": "cuerpo", "detalle": detail}]
        return ClientException()


def _is_small(scope: HTTPScope) -> bool:
    """Whether its route takes no large body. An upload has its time whatever its size: the line may be slow."""
    handler = scope.get("route_handler")
    limit = handler.resolve_request_max_body_size() if isinstance(handler, HTTPRouteHandler) else None
    return limit is not None and limit <= SMALL


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
