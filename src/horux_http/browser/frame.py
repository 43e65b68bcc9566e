"""A page as the person in front of it sees it: its frame, its forms' proof, and how to go on from it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
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
from horux_http.browser import cookies, forgery, navigation
from horux_http.browser.cookies import Jar, jar
from horux_http.browser.credential import credential
from horux_http.browser.going import away
from horux_http.browser.rendering import rendered

HTML = MediaType.HTML
_T = TypeVar("_T")
_THEMES = {"claro": "light", "oscuro": "dark"}


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
        return forgery.token(self.request, str(self.actor.session))

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response[str]:
        """The template with its frame around it. Values named as those of `_values` take their place."""
        told = unquote(self._jar.read(self.request, cookies.NOTICE))
        answer = Response(
            rendered(template, {**self._values(), "told": told, **values}), status_code=status, media_type=HTML
        )
        if told:
            answer.set_cookie(self._jar.forget(cookies.NOTICE))
        return self._going_on(answer)

    def go(self, path: str, told: str = "") -> Response[bytes]:
        """To another page, after something was done; there it is said once what was."""
        answer = away(path)
        if told:
            answer.set_cookie(self._jar.write(cookies.NOTICE, quote(told), seconds=60))
        return self._going_on(answer)

    def enter(self, token: str, seconds: int) -> Cookie:
        return self._jar.write(cookies.SESSION, token, seconds=seconds)

    @property
    def _jar(self) -> Jar:
        return jar(self.request)

    def _going_on(self, answer: Response[_T]) -> Response[_T]:
        if self.continued is not None:
            answer.set_cookie(self.enter(self.continued.access_token, self.continued.expires_in))
        return answer

    def _values(self) -> dict[str, Any]:
        return {
            **about(self.request),
            "frame": self,
            "user": self.heading.user,
            "desk": self.desk,
            "empresas": self.heading.cards.all,
            "groups": navigation.groups(self.actor, self.desk),
            "here": partial(_here, self.path),
            "csrf": self.csrf,
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
        "told": "",
    }


def _here(path: str, link: navigation.Link) -> bool:
    return navigation.here(link, path)


def frame(
    request: Request[Any, Any, Any],
    actor: NamedDependency[SkipValidation[Actor]],
    show_heading: NamedDependency[SkipValidation[ShowHeading]],
    go_on: NamedDependency[SkipValidation[Continue]],
    clock: NamedDependency[SkipValidation[Clock]],
) -> Frame:
    """Raises what looking up its heading does."""
    continued = go_on(actor, credential(request))
    return Frame(request, show_heading(actor), clock(), continued)


FRAME = Provide(frame, sync_to_thread=True)
