"""The checks over the whole product, and each over one with a guard taken away: an alarm nobody heard is none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from litestar import get
from lxml import etree

from horux_adapters.crypto.tokens import SignedTokens
from horux_adapters.memory.identity import MemoryThrottle
from horux_adapters.sat import encoding
from horux_core.billing.gateway import Verdict
from horux_core.billing.noticing import TakeNotice
from horux_core.fiscal.cfdi.listing import ListCfdis
from horux_core.identity.model import Actor
from horux_core.identity.resetting import AskReset
from horux_core.identity.signing_out import SignOut
from horux_core.kernel.errors import NotFound
from horux_core.tenancy.impersonating import EnterView
from horux_http import session
from horux_http.app import Options, create_app
from horux_http.asgi import CONTROLLERS, dependencies
from horux_http.browser.options import Browser
from horux_http.browser.site import site
from horux_http.edge import KnownHosts
from horux_http.headers import Cors, SafeHeaders
from horux_http.pages import PAGES
from tests.http.whole import CLIENT, OTHER, PASSWORD, Whole, whole
from tests.security import edges, inputs, people, proving
from tests.security.ground import ONE_EACH, Ground
from tests.security.judging import HTTP, Tally, judged, those
from tests.system.serving import served

__all__ = ["edges", "inputs", "people", "proving"]
Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(Path(tmp_path_factory.mktemp("datos"))) as built:
        yield built


@contextmanager
def standing(product: Whole, extra: tuple[Any, ...] = ()) -> Iterator[Ground]:
    """The product behind the real server."""
    app = create_app(
        (*CONTROLLERS, site(PAGES), *extra), dependencies(product.horux), ready=product.horux.gateways.ready(),
        clock=lambda: datetime.now(UTC),
        options=Options(
            browser=Browser(encrypted=True, key=bytes(32)), allowed_hosts=("127.0.0.1",),
            cors_origins=("https://horux360.mx",),
        ),
    )  # fmt: skip
    product.horux.gateways.memory().tables["login_failures"].clear()
    with served(app) as url, httpx.Client(base_url=url, timeout=60, limits=ONE_EACH) as http:
        operator = product.credential("operator")
        yield Ground(http, "owner@cascabel.mx", PASSWORD, operator, CLIENT, OTHER)


@pytest.fixture(scope="module")
def found(product: Whole) -> dict[str, Tally]:
    with standing(product) as ground:
        return dict(judged(ground, *those(HTTP)))


@pytest.mark.parametrize("number", those(HTTP))
def test_the_product_passes(found: dict[str, Tally], number: str) -> None:
    assert found[number].passed, found[number].wrong[:10]


def everybody_views(patch: pytest.MonkeyPatch) -> None:
    def known(request: Any, authenticate: Any) -> Actor:
        return session._authenticated(request, authenticate)

    patch.setattr(session, "known", known)
    patch.setattr(EnterView, "__call__", lambda self, actor, *_: actor)


def steered(patch: pytest.MonkeyPatch) -> None:
    plain = KnownHosts.__call__

    async def call(self: Any, scope: Any, receive: Any, send: Any) -> None:
        named = [value for name, value in scope.get("headers", ()) if name == b"x-original-url"]
        if named:
            scope["path"], scope["raw_path"] = named[0].decode(), named[0]
        await plain(self, scope, receive, send)

    patch.setattr(KnownHosts, "__call__", call)


def cacheable(patch: pytest.MonkeyPatch) -> None:
    _headers(patch, (b"cache-control", b"public, max-age=60"))


def without_policy(patch: pytest.MonkeyPatch) -> None:
    _headers(patch, (b"content-security-policy", b"default-src * 'unsafe-inline'"))


def _headers(patch: pytest.MonkeyPatch, instead: tuple[bytes, bytes]) -> None:
    plain = SafeHeaders.__call__

    async def call(self: Any, scope: Any, receive: Any, send: Any) -> None:
        async def changed(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [pair for pair in message["headers"] if pair[0] != instead[0]] + [instead]
            await send(message)

        await plain(self, scope, receive, changed)

    patch.setattr(SafeHeaders, "__call__", call)


def strangers_are_somebody(patch: pytest.MonkeyPatch) -> None:
    plain = session._authenticated

    def authenticated(request: Any, authenticate: Any) -> Actor:
        return plain(request, authenticate) if "authorization" in request.headers else Actor.system()

    patch.setattr(session, "_authenticated", authenticated)


def told_apart(patch: pytest.MonkeyPatch) -> None:
    plain = AskReset.__call__

    def call(self: Any, email: str, *more: Any, **named: Any) -> None:
        if email != "owner@cascabel.mx":
            raise NotFound("Nadie tiene ese correo.")
        plain(self, email, *more, **named)

    patch.setattr(AskReset, "__call__", call)


def unsigned(patch: pytest.MonkeyPatch) -> None:
    def read(self: Any, token: str, now: datetime) -> Any:
        return jwt.decode(token, options={"verify_signature": False})

    patch.setattr(SignedTokens, "read", read)


def half_read(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(encoding, "_parser", lambda: etree.XMLParser(recover=True, encoding="utf-8"))


def breaking(*_: Any, **__: Any) -> None:
    raise RuntimeError("syntax error at or near")


@get("/.env", opt={"public": True}, sync_to_thread=False)
def forgotten_file() -> str:
    return "JWT_SECRET=x"


PLANTS: dict[str, Plant] = {
    "S02": everybody_views,
    "S04": steered,
    "S08": cacheable,
    "S10": strangers_are_somebody,
    "S17": lambda patch: patch.setattr(MemoryThrottle, "failed", lambda *_: None),
    "S18": told_apart,
    "S24": lambda patch: patch.setattr(SignOut, "__call__", lambda *_: None),
    "S27": unsigned,
    "S28": lambda patch: patch.setattr(Actor, "require_scope", lambda *_: None),
    "S30": without_policy,
    "S33": lambda patch: patch.setattr(
        Cors, "_permission", lambda self, origin: [(b"access-control-allow-origin", str(origin).encode())]
    ),
    "S40": lambda patch: patch.setattr(KnownHosts, "_is_known", lambda *_: True),
    "S43": lambda patch: None,
    "S44": lambda patch: patch.setattr(ListCfdis, "__call__", breaking),
    "S45": half_read,
    "S51": lambda patch: patch.setattr(AskReset, "__call__", breaking),
    "S60": lambda patch: patch.setattr(TakeNotice, "__call__", lambda *_, **__: Verdict.OK),
}


@pytest.mark.parametrize("number", sorted(PLANTS))
def test_a_guard_that_is_taken_away_is_seen(product: Whole, monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    with monkeypatch.context() as patch:
        PLANTS[number](patch)
        with standing(product, (forgotten_file,) if number == "S43" else ()) as ground:
            assert not judged(ground, number)[number].passed


def test_a_check_that_tries_nothing_or_breaks_has_failed() -> None:
    assert not Tally().passed
    broken = Tally()
    broken.sees(True, "bien")
    broken.sees(False, "mal")
    assert not broken.passed
