"""What a browser is answered when something cannot be done: a page that says what now, or the way to the log-in."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request, Response
from litestar.exceptions import HTTPException

from horux_core.identity.errors import MustChangePassword, NoTenant
from horux_core.kernel.errors import HoruxError, Unauthenticated
from horux_http import problems
from horux_http.access_log import request_id
from horux_http.browser.cookies import NOTICE, SESSION, jar
from horux_http.browser.forgery import SAFE
from horux_http.browser.frame import HTML, about
from horux_http.browser.going import away, away_whole
from horux_http.browser.rendering import rendered
from horux_http.problems import Problem

LOGIN, CHOOSE, CLIENTS = "/entrar", "/entrar/nueva", "/op/clientes"


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Whether a browser asks for something to look at, and not a program."""
    return not request.url.path.startswith("/api") and "text/html" in request.headers.get("accept", "")


def signed_out(request: Request[Any, Any, Any], _error: Unauthenticated) -> Response[bytes]:
    """To the log-in, and from there back to what was asked for."""
    asked = _asked(request)
    answer = _sent(request, LOGIN if asked in ("", "/", LOGIN) else f"{LOGIN}?a={quote(asked, safe='')}")
    answer.set_cookie(jar(request).forget(SESSION))
    return answer


def must_choose(request: Request[Any, Any, Any], _error: MustChangePassword) -> Response[bytes]:
    return _sent(request, CHOOSE)


def no_client(request: Request[Any, Any, Any], _error: NoTenant) -> Response[bytes]:
    """The staff that looks into nobody, at a page of a client's."""
    answer = _sent(request, CLIENTS)
    answer.set_cookie(jar(request).write(NOTICE, quote("Elige primero un cliente."), seconds=60))
    return answer


def _asked(request: Request[Any, Any, Any]) -> str:
    """The page that was looked at, where one was. A script asks for pieces of it, and says of which."""
    if request.headers.get("hx-request"):
        return _own_path_of(request, request.headers.get("hx-current-url", ""))
    if request.method not in SAFE:
        return ""
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _own_path_of(request: Request[Any, Any, Any], url: str) -> str:
    """Of an address of this site; nothing of another's."""
    try:
        found = urlsplit(url)
    except ValueError:
        return ""
    if found.netloc != request.headers.get("host", "") or not found.path.startswith("/"):
        return ""
    return f"{found.path}?{found.query}" if found.query else found.path


def _sent(request: Request[Any, Any, Any], path: str) -> Response[bytes]:
    return away_whole(path) if request.headers.get("hx-request") else away(path)


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
    back = "" if safe else _own_path_of(request, request.headers.get("referer", ""))
    values = {
        **about(request), "problem": problem, "request_id": request_id(), "wait": wait, "asks_again": again,
        "changing": not safe, "back": back,
    }  # fmt: skip
    return Response(rendered("error.html", values), status_code=problem.status, media_type=HTML, headers=headers)


def _either(kind: type[Exception]) -> Any:
    """As a page for who looks, as a problem document for a program."""

    def handler(request: Request[Any, Any, Any], error: Any) -> Response[Any]:
        answer: Response[Any] = (ON_PAGES if wants_page(request) else problems.HANDLERS)[kind](request, error)
        return answer

    return handler


ON_PAGES: dict[type[Exception] | int, Any] = {
    Unauthenticated: signed_out,
    MustChangePassword: must_choose,
    NoTenant: no_client,
    HoruxError: refused,
    HTTPException: unreadable,
    Exception: unforeseen,
}
"""For the routes that are pages."""

ELSEWHERE: dict[type[Exception] | int, Any] = {kind: _either(kind) for kind in (HoruxError, HTTPException, Exception)}
"""For all others, and for what is no route at all."""
