"""The cookies of the pages, and how they are written: of this very site, out of reach of scripts and other sites."""

from dataclasses import dataclass
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from horux_http.browser.options import Browser, browser

SESSION = "sesion"
"""The access token of a session: the browser has no other credential."""
VISITOR = "visita"
"""A random text that ties the log-in form to the browser it was shown in."""
VIEW = "vista"
"""The RFC of the client that the operator's staff looks at."""
THEME = "tema"
NOTICE = "aviso"
"""What was just done, to be said once on the next page."""
KEYS = "teclas"
ONCE = "una_vez"
"""A secret on its way to the page that shows it once."""


@dataclass(frozen=True, slots=True)
class Jar:
    """Writes and reads the cookies of one installation: with the `__Host-` prefix wherever the way is encrypted."""

    options: Browser

    def read(self, connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str:
        return connection.cookies.get(self._full(name), "")

    def write(self, name: str, value: str, *, seconds: int | None = None) -> Cookie:
        return Cookie(
            key=self._full(name), value=value, path="/", max_age=seconds,
            secure=self.options.encrypted, httponly=True, samesite="lax",
        )  # fmt: skip

    def forget(self, name: str) -> Cookie:
        return self.write(name, "", seconds=0)

    def _full(self, name: str) -> str:
        return f"{'__Host-' if self.options.encrypted else ''}horux_{name}"


def jar(connection: ASGIConnection[Any, Any, Any, Any]) -> Jar:
    return Jar(browser(connection))
