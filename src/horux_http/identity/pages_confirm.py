"""Saying again who one is, before something that is not undone."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.identity.errors import (
    CurrentPasswordWrong,
    SecondFactorMissing,
    SecondFactorUnreadable,
    SecondFactorWrong,
    TooManyAttempts,
)
from horux_core.identity.reauthenticating import Reauthenticate
from horux_core.identity.second_factor import ShowFactor
from horux_http.browser.entering import OWN_FRAME
from horux_http.browser.forgery import ANY_DESK
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.given import Framed, Sent
from horux_http.identity.pages import local

PATH = "/confirmar"
Showing = NamedDependency[SkipValidation[ShowFactor]]


class ConfirmController(Controller):
    path = PATH
    opt = {"lane": "acceso", OWN_FRAME: True, ANY_DESK: True}  # noqa: RUF012
    request_max_body_size = 16 * 1024

    @get(sync_to_thread=True)
    def show(self, frame: Framed, show_factor: Showing, a: FromQuery[str] = "") -> Response[str]:
        coded = show_factor(frame.actor).asked
        return frame.page("identity/confirm.html", refused=NOTHING, back=local(a), coded=coded)

    @post(sync_to_thread=True)
    def confirm(
        self,
        frame: Framed,
        form: Sent,
        show_factor: Showing,
        reauthenticate: NamedDependency[SkipValidation[Reauthenticate]],
    ) -> Response[Any]:
        back = local(form["a"])
        try:
            again = reauthenticate(frame.actor, form.secret("password"), form["code"])
        except (
            CurrentPasswordWrong, SecondFactorWrong, SecondFactorMissing, SecondFactorUnreadable, TooManyAttempts,
        ) as error:  # fmt: skip
            where = "password" if isinstance(error, CurrentPasswordWrong | TooManyAttempts) else "code"
            status = 429 if isinstance(error, TooManyAttempts) else 422
            coded = show_factor(frame.actor).asked
            refused = Refused.of(error, where)
            return frame.page("identity/confirm.html", status=status, refused=refused, back=back, coded=coded)
        answer = frame.go(back or "/", "Listo. Ahora sí, haz lo que ibas a hacer.")
        answer.set_cookie(frame.enter(again.access_token, again.expires_in))
        return answer
