"""The assembly: controllers and their use cases go in, an application that answers safely comes out."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from secrets import token_bytes

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.spec import Tag
from litestar.types import ControllerRouterHandler

from horux_core.kernel.clock import Clock
from horux_http import docs
from horux_http.access_log import AccessLog, HeadAsGet, Watch, unwatched
from horux_http.answering import InPieces, Pace
from horux_http.browser import failing
from horux_http.browser.options import BROWSER, Browser
from horux_http.edge import KnownHosts, TruePeer
from horux_http.headers import Cors, SafeHeaders
from horux_http.health import HealthController, Ready
from horux_http.limits import MIB, InItsLane, Lanes
from horux_http.reading import PATIENCE, SMALL, HoldsBodies, Patience, StrictRequest
from horux_http.session import known_first
from horux_http.validation import plain_query

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the settings say about HTTP."""

    version: str = "0.1.0"
    cors_origins: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    max_body: int = SMALL
    held_bodies: int = 32 * MIB
    patience: Patience = field(default_factory=Patience)
    pace: Pace = field(default_factory=Pace)
    docs: bool = True
    threads: Mapping[str, int] = field(default_factory=lambda: {"general": 24, "acceso": 4, "webhooks": 4})
    tags: tuple[Tag, ...] = ()
    watch: Watch = unwatched
    browser: Browser = field(default_factory=lambda: Browser(key=token_bytes(32)))


def create_app(
    controllers: Sequence[ControllerRouterHandler],
    dependencies: Mapping[str, Provide],
    *,
    ready: Ready,
    clock: Clock,
    options: Options | None = None,
    lifespan: Sequence[Lifespan] = (),
) -> Litestar:
    """The whole application. `dependencies` are the use cases by name; `ready` asks the central database."""
    chosen = options or Options()
    app = Litestar(
        route_handlers=[HealthController, *(docs.ROUTES if chosen.docs else ()), *controllers],
        dependencies={"ready": _given(ready), "clock": _given(clock), **dependencies},
        exception_handlers=dict(failing.ELSEWHERE),
        middleware=[InItsLane(), HoldsBodies(chosen.held_bodies)],
        guards=[known_first, plain_query],
        request_class=StrictRequest,
        state=State({PATIENCE: chosen.patience, BROWSER: chosen.browser}),
        request_max_body_size=chosen.max_body,
        multipart_form_part_limit=1000,
        openapi_config=docs.openapi_config(chosen.version, chosen.tags),
        logging_config=None,
        lifespan=[_threads(chosen.threads), *lifespan],
        debug=False,
    )
    # What wraps the router too: a path that does not exist is answered, and written down, like any other.
    guarded = KnownHosts(Cors(InPieces(app.asgi_handler, chosen.pace), chosen.cors_origins), chosen.allowed_hosts)
    app.asgi_handler = HeadAsGet(AccessLog(SafeHeaders(TruePeer(guarded, chosen.trusted_proxies)), chosen.watch))
    return app


def _given(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


def _threads(at_once: Mapping[str, int]) -> Lifespan:
    @asynccontextmanager
    async def threads(_app: Litestar) -> AsyncGenerator[None]:
        lanes = Lanes({"salud": 1, **at_once})
        asyncio.get_running_loop().set_default_executor(lanes)
        yield
        lanes.shutdown(wait=True, cancel_futures=True)

    return threads
