"""One line a request, with what is needed to find it again and nothing of what it carried; and the request's id."""

import logging
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID, uuid4

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars, get_contextvars

_log = logging.getLogger("horux.acceso")

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NOTES = "horux.acceso"
_ASKED = "horux.method"


def request_id() -> str:
    """The id of the request being answered, or an empty text outside of any. It proves nothing: clients may set it."""
    return str(get_contextvars().get("requestId", ""))


def note_actor(scope: Scope, *, user: UUID | None = None, tenant: UUID | None = None, key: UUID | None = None) -> None:
    """Tell the request's line who asked and for whom, once that is known."""
    notes = scope["state"].setdefault(_NOTES, {})
    told = (("userId", user), ("tenantId", tenant), ("llaveId", key))
    notes.update({name: str(value) for name, value in told if value is not None})


def who_asks(scope: HTTPScope) -> str:
    """The taxpayer or the user a request works for; empty while nobody has said who it is."""
    notes = scope["state"].get(_NOTES, {})
    return str(notes.get("tenantId") or notes.get("userId") or "")


class HeadAsGet:
    """Answers HEAD as it does GET, without the body (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def bare(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        as_get: Any = {**scope, "method": "GET", _ASKED: "HEAD"}
        await self._app(as_get, receive, bare)


def _asked_method(scope: HTTPScope) -> str:
    return str(scope.get(_ASKED, scope["method"]))


Told = Callable[[str, int], None]
"""Hears the route's template, empty where no route is, and the status of the answer."""
Watch = Callable[[str], AbstractContextManager[Told]]
"""Begins to watch a request by its method."""


def unwatched(_method: str) -> AbstractContextManager[Told]:
    return nullcontext(lambda _route, _status: None)


class AccessLog:
    """Gives each request its id, from `X-Request-Id` when that is sane, answers with it, and writes the line."""

    def __init__(self, app: ASGIApp, watch: Watch = unwatched) -> None:
        self._app = app
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        asked = next((value for name, value in scope["headers"] if name.lower() == b"x-request-id"), b"")
        text = asked.decode("latin-1")
        ident = text if _SANE_ID.fullmatch(text) else uuid4().hex
        with bound_contextvars(requestId=ident), self._watch(_asked_method(scope)) as told:
            await self._answer(scope, receive, send, told)

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send, told: Told) -> None:
        started = time.perf_counter()
        path = scope["path"]
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                kept = [(name, value) for name, value in message["headers"] if name.lower() != b"x-request-id"]
                message["headers"] = [*kept, (b"x-request-id", request_id().encode("ascii"))]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            told(str(scope.get("path_template") or ""), status)
            elapsed = round((time.perf_counter() - started) * 1000, 1)
            _log.info("solicitud", extra=_line(scope, path, status, elapsed))


def _line(scope: HTTPScope, path: str, status: int, elapsed: float) -> dict[str, Any]:
    client = scope["client"]
    return {
        "requestId": request_id(),
        "method": _asked_method(scope),
        "path": _public(scope, path),
        "status": status,
        "ms": elapsed,
        "client": client[0] if client else None,
        **scope["state"].get(_NOTES, {}),
    }


def _public(scope: HTTPScope, path: str) -> str:
    """The path, or its template where a part of it is a secret or somebody's, whatever the path was routed to."""
    if any("token" in name or name == "rfc" for name in scope.get("path_params") or {}):
        return str(scope.get("path_template") or "")
    return _masked(path[:500])


def _masked(path: str) -> str:
    """Without what may be the token of a calendar's feed: it also comes to addresses and methods that nothing answers.

    Such is whatever lies below a calendar, but for the name of its feed, and whatever ends as a calendar's file does.
    """
    below, shown = False, []
    for part in path.split("/"):
        secret = part and ((below and part != "feed") or ".ics" in part.lower())
        shown.append("{token}" if secret else part)
        below = below or part.lower() == "calendario"
    return "/".join(shown)
