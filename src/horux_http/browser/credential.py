from typing import Any

from litestar.connection import ASGIConnection

from horux_core.identity.errors import SignInRequired
from horux_http.browser.cookies import SESSION, jar
from horux_http.browser.forgery import require_same_site

PAGE = "page"
"""Marks the routes that a browser shows itself to by its cookie; all others know the Authorization header alone."""


def credential(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The access token in the browser's cookie. Raises SignInRequired, FormForged."""
    require_same_site(connection)
    found = jar(connection).read(connection, SESSION)
    if not found:
        raise SignInRequired("Entra para ver esta página.")
    return found
