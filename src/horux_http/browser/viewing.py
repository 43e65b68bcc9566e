"""Which client the staff looks into: known by a cookie that opens it in one session alone, and not for long."""

import hmac
from hashlib import sha256
from time import time
from typing import Any
from urllib.parse import quote, unquote

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from horux_core.kernel.ids import SessionId
from horux_http.browser.cookies import SESSION, VIEW, jar
from horux_http.browser.options import browser

LONGEST = 8 * 3600
"""Seconds."""
Asking = ASGIConnection[Any, Any, Any, Any]


def begun(connection: Asking, session: SessionId | None, rfc: str) -> Cookie:
    value = written(browser(connection).key, session, rfc, int(time()) + LONGEST)
    return jar(connection).write(VIEW, value, seconds=LONGEST)


def written(key: bytes, session: SessionId | None, rfc: str, until: int) -> str:
    return f"{quote(rfc, safe='')}.{until}.{_proof(key, session, rfc, until)}"


def viewed(connection: Asking, session: SessionId | None) -> str:
    """The RFC of the client; nothing when the view is over, or is another session's."""
    rfc, until, given = _parts(connection)
    own = _proof(browser(connection).key, session, rfc, until)
    return rfc if hmac.compare_digest(own.encode(), given.encode()) and _lasts(until) else ""


def claimed(connection: Asking) -> str:
    """The same where nobody knows the session: it may be told, and opens nothing."""
    rfc, until, _ = _parts(connection)
    return rfc if jar(connection).read(connection, SESSION) and _lasts(until) else ""


def _proof(key: bytes, session: SessionId | None, rfc: str, until: int) -> str:
    return hmac.new(key, f"vista:{session}:{until}:{rfc}".encode(), sha256).hexdigest()


def _parts(connection: Asking) -> tuple[str, int, str]:
    rfc, _, rest = jar(connection).read(connection, VIEW).partition(".")
    until, _, proof = rest.partition(".")
    return unquote(rfc), int(until) if until.isascii() and until.isdigit() and len(until) < 12 else 0, proof


def _lasts(until: int) -> bool:
    return time() < until <= time() + LONGEST
