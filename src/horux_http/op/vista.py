"""Looking into a client as its owner sees it, and coming back."""

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from horux_core.identity.model import Permission
from horux_core.tenancy.listing import ShowTenant
from horux_http.browser import viewing
from horux_http.browser.cookies import VIEW, jar
from horux_http.browser.forgery import ANY_DESK
from horux_http.browser.given import Framed, Sent
from horux_http.op.asking import OPERATION
from horux_http.op.card import place


class VistaPages(Controller):
    path = "/op/vista"
    opt = OPERATION

    @post(sync_to_thread=True)
    def look(
        self, frame: Framed, form: Sent, show_tenant: NamedDependency[SkipValidation[ShowTenant]]
    ) -> Response[bytes]:
        frame.actor.require_fresh()
        tenant = show_tenant(frame.actor, form["rfc"])
        answer = frame.go("/inicio")
        answer.set_cookie(viewing.begun(frame.request, frame.actor.session, str(tenant.rfc)))
        return answer

    @post("/salir", sync_to_thread=True, opt={ANY_DESK: True})
    def leave(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
    ) -> Response[bytes]:
        frame.actor.require(Permission.OPERATE)
        viewed = viewing.viewed(frame.request, frame.actor.session)
        answer = frame.go(place(viewed) if viewed else "/op/clientes")
        answer.set_cookie(jar(frame.request).forget(VIEW))
        return answer
