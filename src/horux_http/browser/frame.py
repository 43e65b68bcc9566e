"""A page as the person in front of it sees it: its frame, its forms' proof, and how to go on from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from horux_core.fiscal.heading import Desk, Heading, ShowHeading
from horux_core.identity.continuing import Continue, Continued
from horux_core.identity.model import Actor
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.plans.model import Feature
from horux_http.browser import cookies, downloads, forgery, navigation, viewing
from horux_http.browser.cookies import Jar, jar
from horux_http.browser.credential import credential
from horux_http.browser.going import DESK_HEADER, away
from horux_http.browser.once import Once
from horux_http.browser.rendering import rendered
from horux_http.validation import require_plain_query

HTML = MediaType.HTML
_T = TypeVar("_T")
_THEMES = {"claro": "light", "oscuro": "dark"}
_FRAMED = "horux.frame"


class DeskMoved(Exception):
    """A piece is asked for of a page that shows another company than `here`, the one looked at now."""

    def __init__(self, here: str) -> None:
        super().__init__(here)
        self.here = here


@dataclass(frozen=True, slots=True)
class Frame:
    request: Request[Any, Any, Any]
    heading: Heading
    now: datetime
    continued: Continued | None = None

    @property
    def actor(self) -> Actor:
        return self.heading.actor

    @property
    def desk(self) -> Desk | None:
        return self.heading.desk

    @property
    def today(self) -> date:
        return dia_fiscal(self.now)

    @property
    def path(self) -> str:
        return self.request.url.path

    def has(self, feature: Feature) -> bool:
        return self.desk is not None and self.desk.has(feature)

    @property
    def writes(self) -> bool:
        """Whether the client's books may be changed from here: it pays, or the staff looks into it."""
        return self.desk is not None and (self.desk.entitlement.writable or self.actor.viewing)

    @property
    def csrf(self) -> str:
        return forgery.shown_to(self.request, self.actor)

    def proved(self, given: object) -> None:
        """Ask for the proof that a form brings. Raises FormForged, DeskChanged."""
        if forgery.of_this_desk(self.request, self.actor, given):
            return
        told = f"Ahora estás en {here(self.desk)}; este formulario era de otra empresa. No se cambió nada."
        raise forgery.DeskChanged(told, empresa=self.desk and self.desk.tenant.nombre)

    def require_own_file(self) -> None:
        """Raises FileOfAnother when the address is of a file of another company's."""
        own = "" if self.actor.tenant_id is None else forgery.company(self.request, self.actor.tenant_id)
        if downloads.asked(self.request) not in ("", own):
            told = f"Ahora estás en {here(self.desk)}; ese archivo era de otra empresa. Ábrelo desde su página."
            raise forgery.FileOfAnother(told, empresa=self.desk and self.desk.tenant.nombre)

    def page(
        self, template: str, *, status: int = 200, extra: Mapping[str, str] | None = None, **values: Any
    ) -> Response[str]:
        """The template with its frame around it. Values named as those of `_values` take their place."""
        told = unquote(self._jar.read(self.request, cookies.NOTICE))
        once = self._once.told() if status < HTTPStatus.BAD_REQUEST else {}
        shown = rendered(template, {**self._values(), "told": told, "once": once, **values})
        if self.actor.tenant_id is not None:
            shown = downloads.marked(shown, forgery.company(self.request, self.actor.tenant_id))
        answer = Response(shown, status_code=status, media_type=HTML, headers=extra)
        if told:
            answer.set_cookie(self._jar.forget(cookies.NOTICE))
        return self._going_on(self._once.left(answer, bool(once)))

    def go(self, path: str, told: str = "", once: Mapping[str, str] | None = None) -> Response[bytes]:
        """To another page, after something was done; there it is said once what was, and a secret shown once."""
        answer = away(path)
        if told:
            answer.set_cookie(self._jar.write(cookies.NOTICE, quote(told), seconds=60))
        return self._going_on(self._once.carry(answer, path, once) if once else answer)

    def enter(self, token: str, seconds: int) -> Cookie:
        return self._jar.write(cookies.SESSION, token, seconds=seconds)

    @property
    def _jar(self) -> Jar:
        return jar(self.request)

    @property
    def _once(self) -> Once:
        return Once(self.request, self.actor)

    def _going_on(self, answer: Response[_T]) -> Response[_T]:
        if self.continued is not None:
            answer.set_cookie(self.enter(self.continued.access_token, self.continued.expires_in))
        return answer

    def _values(self) -> dict[str, Any]:
        return {
            **about(self.request),
            "viewed": viewing.viewed(self.request, self.actor.session) if self.actor.platform_admin else "",
            "frame": self,
            "user": self.heading.user,
            "desk": self.desk,
            "empresas": self.heading.cards.all,
            "groups": navigation.groups(self.actor, self.desk),
            "here": partial(_here, self.path),
            "csrf": self.csrf,
            "at": forgery.desk(self.request, self.actor),
            "today": self.today,
            "now": self.now,
        }


def about(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What every page needs, with a session or without."""
    own = jar(request)
    return {
        "path": request.url.path,
        "theme": _THEMES.get(own.read(request, cookies.THEME), ""),
        "keys": own.read(request, cookies.KEYS) != "no",
        "viewed": viewing.claimed(request),
        "told": "",
    }


def here(desk: Desk | None) -> str:
    return "el panel de operación" if desk is None else desk.tenant.nombre


def _here(path: str, link: navigation.Link) -> bool:
    return navigation.here(link, path)


def frame(
    request: Request[Any, Any, Any],
    actor: NamedDependency[SkipValidation[Actor]],
    show_heading: NamedDependency[SkipValidation[ShowHeading]],
    go_on: NamedDependency[SkipValidation[Continue]],
    clock: NamedDependency[SkipValidation[Clock]],
) -> Frame:
    """Raises what looking up its heading does, DeskMoved, FileOfAnother, and what the query is refused with."""
    heading = show_heading(actor)
    if request.headers.get(DESK_HEADER, "") not in ("", forgery.desk(request, actor)):
        raise DeskMoved(here(heading.desk))
    made = Frame(request, heading, clock(), go_on(actor, credential(request)))
    request.scope["state"][_FRAMED] = made
    made.require_own_file()
    require_plain_query(request)
    return made


def framed(request: Request[Any, Any, Any]) -> Frame | None:
    """That of a request which failed after it was made."""
    found = request.scope["state"].get(_FRAMED)
    return found if isinstance(found, Frame) else None


FRAME = Provide(frame, sync_to_thread=True)
