"""What every answer carries, errors included, so that a browser trusts it no further than it must."""

from collections.abc import Sequence

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
DOWNLOAD_POLICY = f"{CONTENT_SECURITY_POLICY}; sandbox"
"""Of what is given as a file: opened in a browser all the same, nothing in it runs as ours."""

_ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # with no-referrer a browser does not name the origin of our own forms
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_UNLESS_SAID: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"cache-control", b"no-store"),
)
_OF_A_FILE = ((b"content-security-policy", DOWNLOAD_POLICY.encode()), *_UNLESS_SAID[1:])
# An application that names no server leaves the name, and often the version, to the one it runs on.
_SERVER = (b"server", b"horux")
_FIXED_NAMES = frozenset({name for name, _ in _ALWAYS} | {b"server", b"x-powered-by"})

_CORS_METHODS = b"GET, POST, PUT, PATCH, DELETE"
_CORS_HEADERS = b"authorization, content-type, x-view-tenant, x-request-id"
_CORS_EXPOSED = b"retry-after, x-request-id, content-disposition"


class SafeHeaders:
    """Puts the safety headers on every answer; a handler may say its own policy and caching, nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [(name, value) for name, value in message["headers"] if name.lower() not in _FIXED_NAMES]
                said = {name.lower() for name, _ in given}
                usual = _OF_A_FILE if b"content-disposition" in said else _UNLESS_SAID
                extra = [(name, value) for name, value in usual if name not in said]
                message["headers"] = [*given, *_ALWAYS, _SERVER, *extra]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == ScopeType.HTTP else send)


class Cors:
    """Lets pages of the configured origins read answers, without cookies. Any other origin gets no permission."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not self._origins:
            await self._app(scope, receive, send)
            return
        headers = Headers.from_scope(scope)
        allowed = self._permission(headers.get("origin"))
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await send({"type": "http.response.start", "status": 204, "headers": [*allowed, *_preflight(allowed)]})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return

        async def with_permission(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *allowed]
            await send(message)

        await self._app(scope, receive, with_permission)

    def _permission(self, origin: str | None) -> list[tuple[bytes, bytes]]:
        varies = [(b"vary", b"origin")]
        if origin not in self._origins:
            return varies
        allowed = origin.encode("ascii")
        return [*varies, (b"access-control-allow-origin", allowed), (b"access-control-expose-headers", _CORS_EXPOSED)]


def _preflight(allowed: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    if len(allowed) == 1:
        return []
    return [
        (b"access-control-allow-methods", _CORS_METHODS),
        (b"access-control-allow-headers", _CORS_HEADERS),
        (b"access-control-max-age", b"600"),
    ]
