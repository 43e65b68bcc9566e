"""Which addresses a link may lead to: those that show something, and not those that only take a form."""

from collections.abc import Collection
from urllib.parse import unquote

from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.types.internal_types import PathParameterDefinition


def by_link(app: Litestar, address: str) -> str:
    """The address itself; of one that only takes a form the nearest above it that shows something, if any.

    What is no address of ours stays as it is: whoever follows it is told so.
    """
    path = address.partition("?")[0]
    methods = _methods(app, path)
    if not methods or "GET" in methods:
        return address
    while path := path.rpartition("/")[0]:
        if "GET" in _methods(app, path):
            return path
    return ""


def _methods(app: Litestar, path: str) -> Collection[str]:
    """Of the route that answers there; as the router does, a name goes before what may be anything."""
    parts = [unquote(part) for part in path.split("/") if part]
    found = [route for route in app.routes if isinstance(route, HTTPRoute) and _answers(route, parts)]
    return max(found, key=_named).methods if found else ()


def _answers(route: HTTPRoute, parts: list[str]) -> bool:
    known = route.path_components
    return len(known) == len(parts) and all(_fits(one, part) for one, part in zip(known, parts, strict=True))


def _fits(known: str | PathParameterDefinition, part: str) -> bool:
    if isinstance(known, str):
        return known == part
    try:
        return known.parser is None or known.parser(part) is not None
    except ValueError:
        return False


def _named(route: HTTPRoute) -> tuple[bool, ...]:
    return tuple(isinstance(one, str) for one in route.path_components)
