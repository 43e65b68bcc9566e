"""Requests that change something come from a form of ours: the browser says from which site, the form proves it.

A form carries a token made of the session it was shown in, so that another session's opens nothing. What the browser
says of where the request began (Fetch Metadata, Origin) is asked first, before the body is read.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection

from horux_core.kernel.errors import Forbidden
from horux_http.browser.options import browser

FIELD = "csrf"
HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class FormForged(Forbidden):
    """A form that was not shown by us to this session, or that another site sent."""

    code = "form-forged"
    title = "Formulario vencido"


def refusal() -> FormForged:
    return FormForged("Este formulario ya no vale. Vuelve a abrir la página y envíalo otra vez.")


def token(connection: ASGIConnection[Any, Any, Any, Any], bound_to: str) -> str:
    """The proof for the forms shown to a session, or to a visitor that has none."""
    return hmac.new(browser(connection).key, f"formulario:{bound_to}".encode(), sha256).hexdigest()


def require_same_site(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Raises FormForged when a change is not asked for by a page of this site."""
    if connection.scope.get("method", "GET") in SAFE:
        return
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    if site is not None and site != "same-origin":
        raise refusal()
    if origin is not None and not _own(connection, origin):
        raise refusal()
    if site is None and origin is None:
        raise refusal()


def require_token(request: Request[Any, Any, Any], bound_to: str, form: Mapping[str, Any]) -> None:
    """Raises FormForged."""
    sent = form.get(FIELD) or request.headers.get(HEADER) or ""
    if not isinstance(sent, str) or not hmac.compare_digest(token(request, bound_to).encode(), sent.encode()):
        raise refusal()


def _own(connection: ASGIConnection[Any, Any, Any, Any], origin: str) -> bool:
    """Whether it names the host that was asked. Behind a proxy that ends TLS the scheme says nothing."""
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(host) and host.lower() == connection.headers.get("host", "").lower()
