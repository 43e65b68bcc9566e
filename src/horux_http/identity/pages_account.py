"""A person's own access: its password, and the devices it is logged in on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from horux_core.identity.changing_password import ChangePassword
from horux_core.identity.errors import CurrentPasswordWrong, SessionMissing, WeakPassword
from horux_core.identity.model import Session
from horux_core.identity.second_factor import ShowFactor
from horux_core.identity.sessions import EndOtherSessions, EndSession, ListSessions
from horux_core.kernel.errors import Throttled
from horux_core.kernel.ids import SessionId
from horux_http.browser.entering import OWN_FRAME
from horux_http.browser.forgery import ANY_DESK
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent

PATH = "/cuenta"
MOST = 50
"""Sessions on a page; the newest are those that somebody may not know."""
Showing = NamedDependency[SkipValidation[ShowFactor]]
Listing = NamedDependency[SkipValidation[ListSessions]]
_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
)  # fmt: skip
_PLACES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Device:
    """A session as its person knows it again."""

    id: SessionId
    name: str
    agent: str
    since: datetime
    until: datetime
    here: bool


class CuentaPages(Controller):
    path = PATH
    opt = {OWN_FRAME: True, ANY_DESK: True}  # noqa: RUF012
    request_max_body_size = 16 * 1024

    @get(sync_to_thread=True)
    def show(self, frame: Framed, list_sessions: Listing, show_factor: Showing) -> Response[str]:
        return _page(frame, list_sessions, show_factor, NOTHING)

    @post("/contrasena", sync_to_thread=True, opt={"lane": "acceso"})
    def password(
        self,
        frame: Framed,
        form: Sent,
        change_password: NamedDependency[SkipValidation[ChangePassword]],
        list_sessions: Listing,
        show_factor: Showing,
    ) -> Response[Any]:
        try:
            change_password(frame.actor, form.secret("current"), form.secret("password"))
        except (WeakPassword, CurrentPasswordWrong, Throttled) as error:
            where = "password" if isinstance(error, WeakPassword) else "current"
            status = 429 if isinstance(error, Throttled) else 422
            return _page(frame, list_sessions, show_factor, Refused.of(error, where), status)
        return frame.go(PATH, "Contraseña guardada. Tus demás sesiones se cerraron.")

    @post("/sesiones", sync_to_thread=True)
    def others(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        end_other_sessions: NamedDependency[SkipValidation[EndOtherSessions]],
    ) -> Response[bytes]:
        ended = end_other_sessions(frame.actor)
        told = "1 sesión cerrada." if ended == 1 else f"{ended} sesiones cerradas."
        return frame.go(PATH, told if ended else "No había otra sesión abierta.")

    @post("/sesiones/{session:uuid}", sync_to_thread=True)
    def one(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        session: FromPath[UUID],
        end_session: NamedDependency[SkipValidation[EndSession]],
    ) -> Response[bytes]:
        try:
            end_session(frame.actor, SessionId(session))
        except SessionMissing as error:
            return frame.go(PATH, str(error))
        return frame.go(PATH, "Sesión cerrada.")


def _page(
    frame: Frame, list_sessions: ListSessions, show_factor: ShowFactor, refused: Refused, status: int = 200
) -> Response[str]:
    devices = [_device(session, frame.actor.session) for session in list_sessions(frame.actor)]
    devices.sort(key=lambda device: not device.here)
    more = max(0, len(devices) - MOST)
    return frame.page(
        "identity/account.html", status=status, devices=devices[:MOST], more=more, refused=refused,
        factor=show_factor(frame.actor),
    )  # fmt: skip


def _device(session: Session, here: SessionId | None) -> Device:
    return Device(
        session.id, device_name(session.user_agent), session.user_agent, session.created_at, session.expires_at,
        session.id == here,
    )  # fmt: skip


def device_name(agent: str) -> str:
    """`Firefox en Linux`, of what a browser calls itself."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    place = next((name for sign, name in _PLACES if sign in agent), "")
    return f"{browser} en {place}" if browser and place else browser or place or "Otro programa"
