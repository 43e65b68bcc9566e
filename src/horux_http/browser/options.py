"""What the settings say about pages, kept in the application's state."""

from dataclasses import dataclass, field
from typing import Any

from litestar.connection import ASGIConnection

BROWSER = "horux.browser"


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """`encrypted`: pages are served over TLS alone. `key` proves which forms are ours."""

    encrypted: bool = True
    key: bytes = field(repr=False)


def browser(connection: ASGIConnection[Any, Any, Any, Any]) -> Browser:
    found = connection.app.state[BROWSER]
    assert isinstance(found, Browser)
    return found
