"""The second factor of the operator's staff in a browser: giving it on the way in, and enrolling another."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.identity.errors import SecondFactorMissing, SecondFactorUnreadable, SecondFactorWrong, TooManyAttempts
from horux_core.identity.second_factor import (
    EnrollFactor,
    FactorState,
    GiveSecondFactor,
    ProposeFactor,
    RenewCodes,
    ShowFactor,
)
from horux_core.kernel.errors import HoruxError
from horux_http.browser import cookies
from horux_http.browser.cookies import jar
from horux_http.browser.entering import OWN_FRAME
from horux_http.browser.forgery import ANY_DESK
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.identity.pages import HALFWAY, local
from horux_http.identity.qr import drawn
from horux_http.session import FOR_HALF, FOR_NEWCOMERS

PATH = "/cuenta/segundo-factor"
UNASKED = "Aquí no se te pide segundo factor."
Showing = NamedDependency[SkipValidation[ShowFactor]]
Proposing = NamedDependency[SkipValidation[ProposeFactor]]
Enrolling = NamedDependency[SkipValidation[EnrollFactor]]
_REFUSED = (SecondFactorWrong, SecondFactorMissing, SecondFactorUnreadable, TooManyAttempts)


class HalfwayController(Controller):
    """Between the password and the rest."""

    path = HALFWAY
    opt = {"lane": "acceso", FOR_NEWCOMERS: True, FOR_HALF: True, OWN_FRAME: True, ANY_DESK: True}  # noqa: RUF012
    request_max_body_size = 16 * 1024

    @get(sync_to_thread=True)
    def show(
        self, frame: Framed, show_factor: Showing, propose_factor: Proposing, a: FromQuery[str] = ""
    ) -> Response[Any]:
        if not frame.actor.half:
            return frame.go(local(a) or "/")
        return _asked(frame, show_factor(frame.actor), propose_factor, local(a))

    @post(sync_to_thread=True)
    def give(
        self,
        frame: Framed,
        form: Sent,
        show_factor: Showing,
        propose_factor: Proposing,
        give_second_factor: NamedDependency[SkipValidation[GiveSecondFactor]],
    ) -> Response[Any]:
        back = local(form["a"])
        if not frame.actor.half:
            return frame.go(back or "/")
        try:
            found = give_second_factor(frame.actor, form["code"])
        except _REFUSED as error:
            return _asked(frame, show_factor(frame.actor), propose_factor, back, error)
        answer = frame.go(back or "/")
        answer.set_cookie(frame.enter(found.access_token, found.expires_in))
        answer.set_cookie(jar(frame.request).forget(cookies.VIEW))
        return answer

    @post("/registro", sync_to_thread=True)
    def enroll(
        self,
        frame: Framed,
        form: Sent,
        show_factor: Showing,
        propose_factor: Proposing,
        enroll_factor: Enrolling,
    ) -> Response[Any]:
        back = local(form["a"])
        if not frame.actor.half:
            return frame.go(back or "/")
        try:
            done = enroll_factor(frame.actor, form["code"])
        except _REFUSED as error:
            return _asked(frame, show_factor(frame.actor), propose_factor, back, error)
        answer = frame.page("identity/factor_codes.html", codes=done.codes, back=back or "/")
        answer.set_cookie(frame.enter(done.signed_in.access_token, done.signed_in.expires_in))
        return answer


class FactorPages(Controller):
    """For who is in already."""

    path = PATH
    opt = {"lane": "acceso", OWN_FRAME: True, ANY_DESK: True}  # noqa: RUF012
    request_max_body_size = 16 * 1024

    @get(sync_to_thread=True)
    def show(self, frame: Framed, show_factor: Showing, propose_factor: Proposing) -> Response[Any]:
        if not show_factor(frame.actor).asked:
            return frame.go("/cuenta", UNASKED)
        return _proposed(frame, propose_factor, PATH)

    @post(sync_to_thread=True)
    def enroll(
        self,
        frame: Framed,
        form: Sent,
        show_factor: Showing,
        propose_factor: Proposing,
        enroll_factor: Enrolling,
    ) -> Response[Any]:
        if not show_factor(frame.actor).asked:
            return frame.go("/cuenta", UNASKED)
        try:
            done = enroll_factor(frame.actor, form["code"])
        except _REFUSED as error:
            return _proposed(frame, propose_factor, PATH, error)
        answer = frame.page("identity/factor_codes.html", codes=done.codes, back="/cuenta")
        answer.set_cookie(frame.enter(done.signed_in.access_token, done.signed_in.expires_in))
        return answer

    @post("/codigos", sync_to_thread=True)
    def codes(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        show_factor: Showing,
        renew_codes: NamedDependency[SkipValidation[RenewCodes]],
    ) -> Response[Any]:
        if not show_factor(frame.actor).asked:
            return frame.go("/cuenta", UNASKED)
        return frame.page("identity/factor_codes.html", codes=renew_codes(frame.actor), back="/cuenta")


def _asked(
    frame: Frame, state: FactorState, propose_factor: ProposeFactor, back: str, error: HoruxError | None = None
) -> Response[str]:
    if state.since is None:
        return _proposed(frame, propose_factor, f"{HALFWAY}/registro", error, back)
    return frame.page("identity/factor.html", status=_status(error), refused=_refused(error), back=back)


def _proposed(
    frame: Frame, propose_factor: ProposeFactor, action: str, error: HoruxError | None = None, back: str = ""
) -> Response[str]:
    proposal = propose_factor(frame.actor)
    return frame.page(
        "identity/factor_enroll.html", status=_status(error), refused=_refused(error), back=back, action=action,
        qr=drawn(proposal.address), secret=" ".join(proposal.secret[at : at + 4] for at in range(0, 32, 4)),
    )  # fmt: skip


def _refused(error: HoruxError | None) -> Refused:
    return NOTHING if error is None else Refused.of(error, "code")


def _status(error: HoruxError | None) -> int:
    return 200 if error is None else 429 if isinstance(error, TooManyAttempts) else 422
