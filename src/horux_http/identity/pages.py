"""Coming in and going out in a browser, and what a person sets for itself there."""

from typing import Any
from urllib.parse import quote

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.identity.changing_password import ChangePassword
from horux_core.identity.errors import CurrentPasswordWrong, ResetInvalid, WeakPassword
from horux_core.identity.resetting import AskReset, ResetPassword
from horux_core.identity.signing_in import SignIn
from horux_core.identity.signing_out import SignOut
from horux_core.identity.switching import SwitchTenant
from horux_core.kernel.errors import HoruxError, Throttled, Unauthenticated
from horux_core.kernel.rfc import Rfc
from horux_http.browser import cookies
from horux_http.browser.cookies import jar
from horux_http.browser.forgery import ANY_DESK
from horux_http.browser.forms import NOTHING, Form, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.going import away
from horux_http.browser.visiting import Visit
from horux_http.session import FOR_HALF, FOR_NEWCOMERS

HALFWAY = "/entrar/segundo"
_WHERE: dict[type[HoruxError], str] = {WeakPassword: "password", CurrentPasswordWrong: "current"}


class EnterController(Controller):
    """For who has no session yet."""

    path = "/entrar"
    opt = {"lane": "acceso"}  # noqa: RUF012
    request_max_body_size = 16 * 1024

    @get(sync_to_thread=True)
    def show(self, visit: NamedDependency[SkipValidation[Visit]], a: FromQuery[str] = "") -> Response[str]:
        return visit.page("identity/enter.html", refused=NOTHING, email="", back=local(a))

    @post(sync_to_thread=True)
    def enter(
        self,
        request: Request[Any, Any, Any],
        visit: NamedDependency[SkipValidation[Visit]],
        visitor_form: NamedDependency[SkipValidation[Form]],
        sign_in: NamedDependency[SkipValidation[SignIn]],
    ) -> Response[Any]:
        email, back = visitor_form["email"], local(visitor_form["a"])
        address = request.client.host if request.client else ""
        try:
            found = sign_in(email, visitor_form.secret("password"), request.headers.get("user-agent", ""), address)
        except (Unauthenticated, Throttled) as error:
            refused = Refused.of(error, "password")
            status = 429 if isinstance(error, Throttled) else 422
            return visit.page("identity/enter.html", status=status, refused=refused, email=email, back=back)
        answer = away(f"{HALFWAY}?a={quote(back, safe='')}" if found.half else back or "/")
        answer.set_cookie(jar(request).write(cookies.SESSION, found.access_token, seconds=found.expires_in))
        answer.set_cookie(jar(request).forget(cookies.VIEW))
        answer.set_cookie(visit.over())
        return answer

    @get("/olvide", sync_to_thread=True)
    def forgot(self, visit: NamedDependency[SkipValidation[Visit]]) -> Response[str]:
        return visit.page("identity/forgot.html", refused=NOTHING, done=False)

    @post("/olvide", sync_to_thread=True)
    def ask(
        self,
        request: Request[Any, Any, Any],
        visit: NamedDependency[SkipValidation[Visit]],
        visitor_form: NamedDependency[SkipValidation[Form]],
        ask_reset: NamedDependency[SkipValidation[AskReset]],
    ) -> Response[str]:
        try:
            ask_reset(visitor_form["email"], request.client.host if request.client else "")
        except Throttled as error:
            return visit.page("identity/forgot.html", status=429, refused=Refused.of(error, "email"), done=False)
        return visit.page("identity/forgot.html", refused=NOTHING, done=True)

    @get("/liga", sync_to_thread=True)
    def by_link(self, visit: NamedDependency[SkipValidation[Visit]], token: FromQuery[str] = "") -> Response[str]:
        return visit.page("identity/choose.html", refused=NOTHING, token=token, action="/entrar/liga")

    @post("/liga", sync_to_thread=True)
    def reset(
        self,
        visit: NamedDependency[SkipValidation[Visit]],
        visitor_form: NamedDependency[SkipValidation[Form]],
        reset_password: NamedDependency[SkipValidation[ResetPassword]],
    ) -> Response[Any]:
        token = visitor_form["token"]
        try:
            reset_password(token, visitor_form.secret("password"))
        except (WeakPassword, ResetInvalid, Throttled) as error:
            refused = Refused.of(error, _WHERE.get(type(error), ""))
            return visit.page("identity/choose.html", status=422, refused=refused, token=token, action="/entrar/liga")
        return visit.go("/entrar", "Contraseña guardada. Entra con ella.")


class ChooseController(Controller):
    """For who came in with a temporary password."""

    path = "/entrar/nueva"
    opt = {"lane": "acceso", FOR_NEWCOMERS: True, ANY_DESK: True}  # noqa: RUF012
    request_max_body_size = 16 * 1024

    @get(sync_to_thread=True)
    def show(self, frame: NamedDependency[SkipValidation[Frame]]) -> Response[str]:
        return frame.page("identity/choose.html", refused=NOTHING, token="", action="/entrar/nueva")

    @post(sync_to_thread=True)
    def choose(
        self,
        frame: NamedDependency[SkipValidation[Frame]],
        form: NamedDependency[SkipValidation[Form]],
        change_password: NamedDependency[SkipValidation[ChangePassword]],
    ) -> Response[Any]:
        try:
            change_password(frame.actor, form.secret("current"), form.secret("password"))
        except (WeakPassword, CurrentPasswordWrong, Throttled) as error:
            refused = Refused.of(error, _WHERE.get(type(error), "current"))
            return frame.page("identity/choose.html", status=422, refused=refused, token="", action="/entrar/nueva")
        return frame.go("/", "Contraseña guardada.")


class OwnController(Controller):
    path = "/"

    @get(sync_to_thread=True)
    def home(self, frame: NamedDependency[SkipValidation[Frame]]) -> Response[bytes]:
        return frame.go("/inicio" if frame.desk else "/op/clientes")

    @post("/salir", sync_to_thread=True, opt={FOR_NEWCOMERS: True, FOR_HALF: True, ANY_DESK: True})
    def leave(
        self,
        frame: NamedDependency[SkipValidation[Frame]],
        form: NamedDependency[SkipValidation[Form]],  # noqa: ARG002 its proof is asked for
        sign_out: NamedDependency[SkipValidation[SignOut]],
    ) -> Response[bytes]:
        sign_out(frame.actor)
        answer = frame.go("/entrar")
        for name in (cookies.SESSION, cookies.VIEW, cookies.NOTICE):
            answer.set_cookie(jar(frame.request).forget(name))
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    @post("/empresas", sync_to_thread=True, opt={ANY_DESK: True})
    def switch(
        self,
        frame: NamedDependency[SkipValidation[Frame]],
        form: NamedDependency[SkipValidation[Form]],
        switch_tenant: NamedDependency[SkipValidation[SwitchTenant]],
    ) -> Response[bytes]:
        switched = switch_tenant(frame.actor, Rfc(form["rfc"]))
        answer = frame.go("/inicio")
        answer.set_cookie(frame.enter(switched.access_token, switched.expires_in))
        return answer

    @get("/tema/{which:str}", sync_to_thread=True, opt={FOR_NEWCOMERS: True})
    def theme(
        self, frame: NamedDependency[SkipValidation[Frame]], which: FromPath[str], a: FromQuery[str] = "/"
    ) -> Response[bytes]:
        answer = frame.go(local(a) or "/")
        answer.set_cookie(jar(frame.request).write(cookies.THEME, which if which in THEMES else "", seconds=A_YEAR))
        return answer


THEMES = ("claro", "oscuro")
A_YEAR = 365 * 24 * 3600


def local(path: str) -> str:
    """The path, if it is one of this site; nothing otherwise."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if inside and len(path) <= 500 else ""
