"""Who looks at a page: from the browser's cookie to an Actor, in its own taxpayer or, for the staff, in a client's."""

from contextlib import suppress
from typing import Any

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from horux_core.identity.authenticating import Authenticate
from horux_core.identity.model import Actor
from horux_core.tenancy.errors import TenantMissing
from horux_http import session
from horux_http.access_log import note_actor, request_id
from horux_http.browser.viewing import viewed
from horux_http.limits import belongs_to
from horux_http.session import EnterView

OWN_FRAME = "operator"
"""Marks the pages of the operator's panel, where nobody is looked into."""


def looker(
    request: Request[Any, Any, Any],
    authenticate: NamedDependency[SkipValidation[Authenticate]],
    enter_view: NamedDependency[SkipValidation[EnterView]],
) -> Actor:
    """Raises SignInRequired, FormForged, TokenInvalid, SessionExpired, MustChangePassword."""
    own = session.known(request, authenticate)
    rfc = viewed(request, own.session) if own.platform_admin else ""
    if rfc and not request.route_handler.opt.get(OWN_FRAME):
        with suppress(TenantMissing):
            own = enter_view(own, rfc, request.method, request.url.path, request_id())
    note_actor(request.scope, user=own.user, tenant=own.tenant_id)
    belongs_to(str(own.tenant_id or own.user))
    return own


LOOKER = Provide(looker, sync_to_thread=True)
