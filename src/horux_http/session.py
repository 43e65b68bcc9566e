"""Who asks: from the request's credential to an Actor, and which routes may be asked by nobody in particular."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from litestar import Litestar, Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import SkipValidation

from horux_core.identity.authenticating import Authenticate
from horux_core.identity.authenticating_keys import TraceKey
from horux_core.identity.errors import SignInRequired
from horux_core.identity.model import Actor
from horux_core.kernel.errors import Invalid
from horux_core.tenancy.errors import ViewForbidden
from horux_http.access_log import note_actor, request_id
from horux_http.browser.credential import PAGE, credential
from horux_http.browser.viewing import viewed
from horux_http.limits import belongs_to

VIEW_HEADER = "X-View-Tenant"
FOR_NEWCOMERS = "newcomers"
"""Marks the routes that are open to who has not chosen a password yet."""
FOR_HALF = "half"
"""Marks the routes that are open to who has not given its second factor yet."""
NEEDS = "needs"
"""Names the permission that the use case behind a route with a body requires: without it nobody reads the body."""
SCOPE = "scope"
"""Names the scope that lets an API key into a route: without it none is let in."""
PUBLIC = frozenset(
    {
        "GET /health",
        "GET /api/health",
        "GET /ready",
        "GET /api/openapi.json",
        "GET /api/docs",
        "GET /api/docs/{name:str}",
        "POST /api/auth/login",
        "POST /api/auth/refresh",
        "POST /api/auth/forgot",
        "POST /api/auth/reset",
        "POST /api/webhooks/mercadopago",
        "GET /api/calendario/{id_o_token:str}",
        "GET /static/{name:str}",
        "GET /entrar",
        "POST /entrar",
        "GET /entrar/olvide",
        "POST /entrar/olvide",
        "GET /entrar/liga",
        "POST /entrar/liga",
    }
)
"""What needs no session. Whatever is not here and asks for no actor is a mistake, and a test says so."""


class ViewMalformed(Invalid):
    """The X-View-Tenant header is repeated, empty or not an RFC, percent-encoded in UTF-8."""

    code = "view-malformed"
    title = "Encabezado X-View-Tenant no válido"


class EnterView(Protocol):
    """Take an actor into a client's books. Raises ViewForbidden for all but the operator's staff."""

    def __call__(self, actor: Actor, rfc: str, method: str, path: str, request_id: str) -> Actor: ...


def actor(
    request: Request[Any, Any, Any],
    authenticate: NamedDependency[SkipValidation[Authenticate]],
    enter_view: NamedDependency[SkipValidation[EnterView]],
    trace_key: NamedDependency[SkipValidation[TraceKey]],
) -> Actor:
    """Who sent the request. What a key is about to write leaves a trace.

    Raises SignInRequired, TokenInvalid, SessionExpired, MustChangePassword, ViewForbidden, ViewMalformed; for a key,
    TooManyAttempts, FeatureNotInPlan, KeyNotAdmitted, ScopeMissing.
    """
    own, asked = known(request, authenticate), _values(request, VIEW_HEADER)
    trace_key(own, request.method, request.url.path)
    found = enter_view(own, _rfc(asked), request.method, request.url.path, request_id()) if asked else own
    note_actor(request.scope, tenant=found.tenant_id)
    belongs_to(str(found.tenant_id or found.user))
    return found


ACTOR = Provide(actor, sync_to_thread=True)


async def known_first(request: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Ask who it is, and what it may, before a body is read whole, and not only after it by `actor` and the use case.

    Staff that looks into a client may what its route needs. Raises what `actor` does, NoTenant, ActionForbidden.
    """
    handler = request.route_handler
    reads = isinstance(handler, HTTPRouteHandler) and (handler.parsed_data_field is not None or NEEDS in handler.opt)
    if reads and "authenticate" in set(_needed(handler)):
        authenticate = await handler.resolve_dependencies()["authenticate"]()
        own = await sync_to_thread(known, request, authenticate)
        if NEEDS in handler.opt and not _viewing(request, own):
            own.require(handler.opt[NEEDS])


def known(request: ASGIConnection[Any, Any, Any, Any], authenticate: Authenticate) -> Actor:
    """Whose credential it is. Raises what `actor` does but ViewMalformed."""
    own = _authenticated(request, authenticate)
    note_actor(request.scope, user=own.user)
    if own.key is not None:
        note_actor(request.scope, tenant=own.tenant, key=own.key.id)
    if not request.route_handler.opt.get(FOR_HALF):
        own.require_second_factor()
    if not request.route_handler.opt.get(FOR_NEWCOMERS):
        own.require_own_password()
    if _values(request, VIEW_HEADER) and not own.platform_admin:
        raise ViewForbidden("Solo el personal de Horux360 puede ver otra empresa: quita X-View-Tenant.")
    own.require_scope(request.route_handler.opt.get(SCOPE))
    return own


def _authenticated(request: ASGIConnection[Any, Any, Any, Any], authenticate: Authenticate) -> Actor:
    return authenticate(_credential(request), request_id(), request.client.host if request.client else "")


def _viewing(request: ASGIConnection[Any, Any, Any, Any], own: Actor) -> bool:
    if request.route_handler.opt.get(PAGE):
        return own.platform_admin and bool(viewed(request, own.session))
    return bool(_values(request, VIEW_HEADER))


def _credential(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    return credential(request) if request.route_handler.opt.get(PAGE) else _bearer(request)


def still(request: Request[Any, Any, Any], authenticate: Authenticate, actor: Actor) -> Actor:
    """Who sent the request, asked again once a long body has come. Raises TokenInvalid, SessionExpired."""
    own = _authenticated(request, authenticate)
    return replace(own, tenant_id=actor.tenant_id, role=actor.role, viewing=True) if actor.viewing else own


def unguarded_routes(app: Litestar) -> list[str]:
    """Routes, as `METHOD /path`, that are not public by name and yet ask for no actor."""
    return sorted(
        f"{method} {route.path_format}"
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and not _asks_for_actor(handler)
        for method in handler.http_methods - {"OPTIONS"}
        if not {f"{method} {path}" for path in (route.path, route.path_format)} & PUBLIC
        and f"{method} {_typed(route.path_components)}" not in PUBLIC
    )


def _asks_for_actor(handler: HTTPRouteHandler) -> bool:
    return "actor" in set(_needed(handler))


def _needed(handler: HTTPRouteHandler) -> Iterator[str]:
    """The names a handler asks for, and those its dependencies ask for in turn."""
    known = handler.resolve_dependencies()
    waiting, seen = list(handler.parsed_fn_signature.parameters), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name
        if name in known:
            waiting.extend(known[name].parsed_fn_signature.parameters)


def _typed(components: list[Any]) -> str:
    return "/" + "/".join(part if isinstance(part, str) else f"{{{part.full}}}" for part in components)


def _values(request: ASGIConnection[Any, Any, Any, Any], header: str) -> list[str]:
    wanted = header.lower().encode()
    return [value.decode("latin-1") for name, value in request.scope["headers"] if name.lower() == wanted]


def _bearer(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    sent = _values(request, "Authorization")
    scheme, _, credential = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not credential.strip():
        raise SignInRequired("Inicia sesión y manda tu credencial en el encabezado Authorization: Bearer.")
    return credential.strip()


def _rfc(asked: list[str]) -> str:
    try:
        rfc = unquote_to_bytes(asked[0].encode("ascii")).decode("utf-8")
    except UnicodeError:
        rfc = ""
    if len(asked) != 1 or not rfc.strip() or "%" in rfc or "," in rfc:
        raise ViewMalformed("Manda X-View-Tenant una sola vez, con un RFC; la Ñ se escribe %C3%91.")
    return rfc
