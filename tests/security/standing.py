"""A product that runs, with nginx before it and two clients in it, for the checks to stand on."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy

import httpx

from contracts.samples import EMISOR
from tests.avisos import SECRET
from tests.deploy.edge import NAME, edge
from tests.security import (
    browsing,
    edges,
    entering,
    front,
    inputs,
    lasting,
    papers,
    people,
    proving,
    rules,
    tenants,
    vault,
    written,
)
from tests.security.ground import ONE_EACH, Ground
from tests.system.installation import Installation
from tests.system.owners import CHOSEN

__all__ = [
    "browsing",
    "edges",
    "entering",
    "front",
    "inputs",
    "lasting",
    "papers",
    "people",
    "proving",
    "rules",
    "tenants",
    "vault",
    "written",
]
OTHER = "TPR840604D98"
GENEROUS = ("rate=5r/m", "rate=5000r/s")
SETTINGS = {
    "ALLOWED_HOSTS": f"127.0.0.1,{NAME}", "TRUSTED_PROXY": "127.0.0.1", "CORS_ORIGIN": "https://horux360.mx",
    "MP_WEBHOOK_SECRET": SECRET, "MAIL": "folder", "LOG_LEVEL": "info", "HORUX_ENV": "development",
}  # fmt: skip


@contextmanager
def standing(place: Installation) -> Iterator[Ground]:
    """Over an installation whose server answers already."""
    place.clients([EMISOR, OTHER])
    owner = f"{EMISOR.lower()}@ejemplo.mx"
    with (
        httpx.Client(base_url=place.url, timeout=60, limits=ONE_EACH) as http,
        edge(int(place.env["PORT"]), GENEROUS) as front,
    ):
        # What one check is given, no other sends.
        http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
        yield Ground(http, owner, CHOSEN, place.operator.headers, EMISOR, OTHER, place, front)
