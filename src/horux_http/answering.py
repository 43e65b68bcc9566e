"""Big answers, sent in pieces: who does not take them is let go, and only so much of them waits at a time."""

import asyncio
import logging
import time
from collections import defaultdict
from dataclasses import dataclass

from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPResponseBodyEvent,
    HTTPResponseStartEvent,
    HTTPScope,
    Message,
    Receive,
    Scope,
    Send,
)

from horux_http.access_log import request_id, who_asks
from horux_http.limits import MIB, ServerSaturated
from horux_http.problems import Problem

_log = logging.getLogger("horux.respuesta")

_PIECE = 64 * 1024
"""Bytes that go at once: the server takes them without waiting for who is to read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How slowly a big answer may be taken, and how many bytes of them a process and one who asks have waiting.

    All who have not said who they are count as one.

    A piece is waited for `each` seconds at most, and all of them, after the first `grace` seconds, no longer than
    `rate` bytes a second ask for.
    """

    each: float = 30.0
    grace: float = 60.0
    rate: float = 8_192.0
    together: int = 128 * MIB
    of_one: int = 48 * MIB
    of_strangers: int = 16 * MIB


class InPieces:
    """Sends what is big in pieces, each in its time; answers 503 in its place while too much of it waits."""

    def __init__(self, app: ASGIApp, pace: Pace) -> None:
        self._app = app
        self.pace = pace
        self._waiting: defaultdict[str, int] = defaultdict(int)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Answer(self, scope, send))

    def enter(self, whose: str, size: int) -> bool:
        own = self.pace.of_one if whose else self.pace.of_strangers
        if sum(self._waiting.values()) + size > self.pace.together or self._waiting[whose] + size > own:
            return False
        self._waiting[whose] += size
        return True

    def leave(self, whose: str, size: int) -> None:
        self._waiting[whose] -= size
        if not self._waiting[whose]:
            del self._waiting[whose]


class _Answer:
    """The answer to one request, on its way."""

    def __init__(self, pieces: InPieces, scope: HTTPScope, send: Send) -> None:
        self._pieces = pieces
        self._scope = scope
        self._send = send
        self._start: HTTPResponseStartEvent | None = None
        self._over = False
        self._sent = 0
        self._waited = 0.0

    async def __call__(self, message: Message) -> None:
        if self._over:
            return
        if message["type"] == "http.response.start":
            # What it is to be is known with its body: until then it may still be refused.
            self._start = message
        elif message["type"] == "http.response.body" and len(message["body"]) > _PIECE:
            await self._big(message)
        else:
            await self._begin()
            await self._send(message)

    async def _begin(self) -> None:
        start, self._start = self._start, None
        if start is not None:
            await self._send(start)

    async def _big(self, message: HTTPResponseBodyEvent) -> None:
        whose, size = who_asks(self._scope), len(message["body"])
        if not self._pieces.enter(whose, size):
            await self._refuse()
            return
        try:
            await self._begin()
            await self._in_pieces(message["body"], bool(message.get("more_body")))
        except TimeoutError:
            self._over = True
            _log.warning("respuesta sin leer", extra={"requestId": request_id(), "enviados": self._sent, "de": size})
        finally:
            self._pieces.leave(whose, size)

    async def _refuse(self) -> None:
        """Once it has begun it can only be cut off."""
        self._over = True
        refusal = Problem.of(ServerSaturated())
        if self._start is not None and refusal is not None:
            await refusal.send(self._send)

    async def _in_pieces(self, body: bytes, more: bool) -> None:
        for at in range(0, len(body), _PIECE):
            last = at + _PIECE >= len(body)
            piece: HTTPResponseBodyEvent = {
                "type": "http.response.body",
                "body": body[at : at + _PIECE],
                "more_body": more or not last,
            }
            await self._in_time(piece)

    async def _in_time(self, piece: HTTPResponseBodyEvent) -> None:
        pace = self._pieces.pace
        left = pace.grace + self._sent / pace.rate - self._waited
        began = time.monotonic()
        async with asyncio.timeout(max(0.0, min(pace.each, left))):
            await self._send(piece)
        self._waited += time.monotonic() - began
        self._sent += len(piece["body"])
