"""Pages for who has no session: their forms are tied to the browser by a cookie of its own."""

import re
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from urllib.parse import quote, unquote

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from horux_http.browser import cookies, forgery
from horux_http.browser.cookies import jar
from horux_http.browser.forms import Form, sent
from horux_http.browser.frame import HTML, about
from horux_http.browser.going import away
from horux_http.browser.rendering import rendered

_MARK = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Visit:
    request: Request[Any, Any, Any]
    mark: str
    """What the visitor's cookie holds, or will."""

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response[str]:
        own = jar(self.request)
        told = unquote(own.read(self.request, cookies.NOTICE))
        given = {**about(self.request), "told": told, "csrf": forgery.shown_to_visitor(self.request, self.mark)}
        given |= {"viewed": "", **values}
        answer = Response(rendered(template, given), status_code=status, media_type=HTML)
        answer.set_cookie(own.write(cookies.VISITOR, self.mark))
        if told:
            answer.set_cookie(own.forget(cookies.NOTICE))
        return answer

    def over(self) -> Cookie:
        """Another mark for who came in: what was shown before is no form of anybody's."""
        return jar(self.request).write(cookies.VISITOR, token_urlsafe(32))

    def go(self, path: str, told: str = "") -> Response[bytes]:
        answer = away(path)
        answer.set_cookie(jar(self.request).write(cookies.NOTICE, quote(told), seconds=60))
        return answer


def visit(request: Request[Any, Any, Any]) -> Visit:
    """Raises FormForged when another site asks for a change."""
    forgery.require_same_site(request)
    mark = jar(request).read(request, cookies.VISITOR)
    return Visit(request, mark if _MARK.fullmatch(mark) else token_urlsafe(32))


async def visitor_form(request: Request[Any, Any, Any], visit: NamedDependency[SkipValidation[Visit]]) -> Form:
    """Raises FormForged."""
    forgery.require_visitor(request, visit.mark, (await request.form()).get(forgery.FIELD))
    return await sent(request)


VISIT = Provide(visit, sync_to_thread=False)
VISITOR_FORM = Provide(visitor_form)
