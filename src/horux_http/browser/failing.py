"""What a browser is answered when something cannot be done: a page that says what now, or the way to the log-in."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request, Response
from litestar.exceptions import HTTPException

from horux_core.identity.errors import (
    MustChangePassword,
    NoTenant,
    ReauthenticationRequired,
    SecondFactorRequired,
    SessionMoved,
)
from horux_core.kernel.errors import HoruxError, Unauthenticated
from horux_http import problems
from horux_http.access_log import request_id
from horux_http.browser.cookies import NOTICE, SESSION, VIEW, jar
from horux_http.browser.forgery import SAFE
from horux_http.browser.frame import HTML, DeskMoved, about, framed
from horux_http.browser.going import away, away_whole, local, scripted
from horux_http.browser.leading import by_link
from horux_http.browser.rendering import rendered
from horux_http.browser.wording import GONE_ON, words_of
from horux_http.problems import Problem

LOGIN, CHOOSE, CLIENTS, LEAVE = "/entrar", "/entrar/nueva", "/op/clientes", "/salir"
HALFWAY, CONFIRM = "/entrar/segundo", "/confirmar"
_LOST = "Tu sesión terminó: lo que enviaste no se guardó. Entra y envíalo otra vez."
_MOVED = "No se guardó nada: era de otra empresa, y ahora estás en esta."
_UNCONFIRMED = "Todavía no se hizo nada. Confirma quién eres y envíalo otra vez."
_NOBODY = "Elige primero un cliente."


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Whether a browser asks for something to look at, and not a program."""
    return not request.url.path.startswith("/api") and "text/html" in request.headers.get("accept", "")


def signed_out(request: Request[Any, Any, Any], _error: Unauthenticated) -> Response[bytes]:
    """To the log-in, and from there back to what was asked for, or to the page whose form was lost."""
    leaves = request.url.path == LEAVE
    asked = "" if leaves else _asked(request)
    answer = _sent(request, LOGIN if asked in ("", "/", LOGIN) else f"{LOGIN}?a={quote(asked, safe='')}")
    if not leaves:
        # The cookies stay: a late request of a token exchanged meanwhile would end the one it was exchanged for.
        return answer if request.method in SAFE else _told(request, answer, _LOST)
    for name in (SESSION, VIEW):
        answer.set_cookie(jar(request).forget(name))
    return answer


def gone_on(request: Request[Any, Any, Any], error: SessionMoved) -> Response[Any]:
    """A late request of a page of before. The browser has another token by now; if it has not, it may log in."""
    if request.url.path == LEAVE:
        return signed_out(request, error)
    if not scripted(request):
        return _bare(request, HTTPStatus.FORBIDDEN, {}, told_of=GONE_ON, request_id=request_id())
    return _anew(request) if request.method in SAFE else _told(request, _anew(request), _MOVED)


def moved(request: Request[Any, Any, Any], error: DeskMoved) -> Response[bytes]:
    """The page anew, of the company that is looked at now."""
    return _told(request, _anew(request), f"Ahora estás en {error.here}." if request.method in SAFE else _MOVED)


def _anew(request: Request[Any, Any, Any]) -> Response[bytes]:
    return away_whole((_here(request) if request.method in SAFE else _asked(request)) or "/")


def _told(request: Request[Any, Any, Any], answer: Response[bytes], told: str) -> Response[bytes]:
    """The next page says it once."""
    answer.set_cookie(jar(request).write(NOTICE, quote(told), seconds=60))
    return answer


def must_choose(request: Request[Any, Any, Any], _error: MustChangePassword) -> Response[bytes]:
    return _sent(request, CHOOSE)


def half_way(request: Request[Any, Any, Any], _error: SecondFactorRequired) -> Response[bytes]:
    """Who gave its password and not its second factor."""
    return _sent(request, f"{HALFWAY}?a={quote(_asked(request), safe='')}")


def must_confirm(request: Request[Any, Any, Any], _error: ReauthenticationRequired) -> Response[bytes]:
    """To the page that asks for the password, and from there back to where one was."""
    answer = _sent(request, f"{CONFIRM}?a={quote(_asked(request), safe='')}")
    return answer if request.method in SAFE else _told(request, answer, _UNCONFIRMED)


def no_client(request: Request[Any, Any, Any], _error: NoTenant) -> Response[bytes]:
    """The staff that looks into nobody, at a page of a client's."""
    answer = _sent(request, CLIENTS)
    told = _NOBODY if request.method in SAFE else f"No se guardó nada: la vista terminó. {_NOBODY}"
    return _told(request, answer, told)


def _asked(request: Request[Any, Any, Any]) -> str:
    """The page that was looked at, where one was. A script asks for pieces of it, and says of which."""
    if scripted(request) or request.method not in SAFE:
        return _own_path_of(request, request.headers.get("hx-current-url", "") or request.headers.get("referer", ""))
    return _here(request)


def _here(request: Request[Any, Any, Any]) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _own_path_of(request: Request[Any, Any, Any], url: str) -> str:
    """Of an address of this site that a link may lead to; nothing of another's."""
    try:
        found = urlsplit(url)
    except ValueError:
        return ""
    if found.netloc != request.headers.get("host", "") or not found.path.startswith("/"):
        return ""
    return by_link(request.app, local(f"{found.path}?{found.query}" if found.query else found.path))


def _sent(request: Request[Any, Any, Any], path: str) -> Response[bytes]:
    return away_whole(path) if scripted(request) else away(path)


def refused(request: Request[Any, Any, Any], error: HoruxError) -> Response[str]:
    problem = Problem.of(error)
    return unforeseen(request, error) if problem is None else shown(request, problem)


def unreadable(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
    problem = problems.of_http(request, error)
    return unforeseen(request, error) if problem is None else shown(request, problem)


def unforeseen(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    problems.note(error)
    return shown(request, Problem.http(problems.INTERNAL, HTTPStatus.INTERNAL_SERVER_ERROR))


def shown(request: Request[Any, Any, Any], problem: Problem) -> Response[str]:
    headers = problem.page_headers()
    wait = headers.get("Retry-After", "")
    safe = request.method in SAFE
    again = safe and problem.status == HTTPStatus.SERVICE_UNAVAILABLE
    if again:
        headers["Refresh"] = wait
    told_of = words_of(problem, changing=not safe)
    back = "" if safe or not told_of.back else _own_path_of(request, request.headers.get("referer", ""))
    values = {"told_of": told_of, "request_id": request_id(), "wait": wait, "asks_again": again, "back": back}
    frame = framed(request)
    if frame is not None and problem.code != problems.INTERNAL.code:
        return frame.page("error.html", status=problem.status, extra=headers, framed=True, **values)
    return _bare(request, problem.status, headers, **values)


def _bare(request: Request[Any, Any, Any], status: int, headers: Mapping[str, str], **values: Any) -> Response[str]:
    given = {**about(request), "framed": False, "wait": "", "asks_again": False, "back": "", **values}
    return Response(rendered("error.html", given), status_code=status, media_type=HTML, headers=headers)


def _either(kind: type[Exception]) -> Any:
    """As a page for who looks, as a problem document for a program."""

    def handler(request: Request[Any, Any, Any], error: Any) -> Response[Any]:
        answer: Response[Any] = (ON_PAGES if wants_page(request) else problems.HANDLERS)[kind](request, error)
        return answer

    return handler


ON_PAGES: dict[type[Exception] | int, Any] = {
    SessionMoved: gone_on,
    Unauthenticated: signed_out,
    MustChangePassword: must_choose,
    SecondFactorRequired: half_way,
    ReauthenticationRequired: must_confirm,
    NoTenant: no_client,
    DeskMoved: moved,
    HoruxError: refused,
    HTTPException: unreadable,
    Exception: unforeseen,
}
"""For the routes that are pages."""

ELSEWHERE: dict[type[Exception] | int, Any] = {kind: _either(kind) for kind in (HoruxError, HTTPException, Exception)}
"""For all others, and for what is no route at all."""
