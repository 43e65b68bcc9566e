"""Requests that change something come from a form of ours: the browser says from which site, the form proves it.

A form carries a token made of the session it was shown in, so that another session's opens nothing, and of the desk
that was looked at there: a company, or the operator's own panel. What the browser says of where the request began
(Fetch Metadata, Origin) is asked first, before the body is read.
"""

import hmac
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection

from horux_core.identity.model import Actor
from horux_core.kernel.errors import Forbidden
from horux_core.kernel.ids import TenantId
from horux_http.browser.options import browser

FIELD = "csrf"
HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ANY_DESK = "any-desk"
"""Marks the forms that do the same whichever company is looked at: they are taken from any page of the session."""
_MARK = 24


class FormForged(Forbidden):
    """A form that was not shown by us to this session, or that another site sent."""

    code = "form-forged"
    title = "Formulario vencido"


class DeskChanged(Forbidden):
    """A form that was shown while another company was looked at. Fact: `empresa`, today's; none for the staff."""

    code = "form-of-another-company"
    title = "Este formulario era de otra empresa"


class FileOfAnother(DeskChanged):
    """A file of the company that was looked at before. Fact: `empresa`, today's; none for the staff."""

    code = "file-of-another-company"
    title = "Este archivo era de otra empresa"


def refusal() -> FormForged:
    return FormForged("Este formulario ya no vale. Vuelve a abrir la página y envíalo otra vez.")


def desk(connection: ASGIConnection[Any, Any, Any, Any], actor: Actor) -> str:
    """A mark of what a session looks at that tells nothing of it."""
    return _made(connection, f"escritorio:{actor.session}:{actor.tenant_id or ''}")[:_MARK]


def company(connection: ASGIConnection[Any, Any, Any, Any], tenant: TenantId) -> str:
    """A mark of a company that is the same for all that look at it, and tells nothing of it."""
    return _made(connection, f"archivo:{tenant}")[:_MARK]


def shown_to_visitor(connection: ASGIConnection[Any, Any, Any, Any], mark: str) -> str:
    """The proof for the forms shown to who has no session."""
    return _made(connection, f"visita:{mark}")


def shown_to(connection: ASGIConnection[Any, Any, Any, Any], actor: Actor) -> str:
    """The proof for the forms shown to it now."""
    return _proof(connection, actor, desk(connection, actor))


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


def require_visitor(request: Request[Any, Any, Any], mark: str, given: object) -> None:
    """Raises FormForged."""
    _require(shown_to_visitor(request, mark), _sent(request, given))


def of_this_desk(request: Request[Any, Any, Any], actor: Actor, given: object) -> bool:
    """Whether a form may do here what it says: not if it was shown for another company. Raises FormForged."""
    sent = _sent(request, given)
    shown_at = sent.rpartition(".")[0]
    _require(_proof(request, actor, shown_at), sent)
    return bool(request.route_handler.opt.get(ANY_DESK)) or hmac.compare_digest(shown_at, desk(request, actor))


def _sent(request: Request[Any, Any, Any], given: object) -> str:
    sent = given or request.headers.get(HEADER) or ""
    return sent if isinstance(sent, str) else ""


def _require(own: str, sent: str) -> None:
    if not hmac.compare_digest(own.encode(), sent.encode()):
        raise refusal()


def _proof(connection: ASGIConnection[Any, Any, Any, Any], actor: Actor, desk: str) -> str:
    return f"{desk}.{_made(connection, f'formulario:{actor.session}:{desk}')}"


def _made(connection: ASGIConnection[Any, Any, Any, Any], text: str) -> str:
    return hmac.new(browser(connection).key, text.encode(), sha256).hexdigest()


def _own(connection: ASGIConnection[Any, Any, Any, Any], origin: str) -> bool:
    """Whether it names the host that was asked. Behind a proxy that ends TLS the scheme says nothing."""
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(host) and host.lower() == connection.headers.get("host", "").lower()
