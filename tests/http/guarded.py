"""The product over memory where the operator's staff has to have a second factor, with a clock that is moved."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from dependency_injector import providers
from litestar.testing import TestClient

from horux_adapters.container.horux import opened
from horux_adapters.crypto.passwords import Argon2Passwords
from horux_core.identity import factors
from horux_http.app import Options, create_app
from horux_http.asgi import CONTROLLERS, dependencies
from horux_http.browser.options import Browser
from horux_http.browser.site import site
from horux_http.pages import PAGES
from tests.http.whole import FORM_KEY, OPERATOR, PASSWORD, Whole, settings

OTHER_OPERATOR = "otra@horux360.example"


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def code(self, secret: str) -> str:
        plain = secret.replace(" ", "")
        return factors.code(base64.b32decode(plain), factors.step_of(self.now))


@contextmanager
def guarded(data_dir: Path, clock: Clock) -> Iterator[Whole]:
    with opened(msgspec.structs.replace(settings(data_dir), admin_mfa="on")) as horux:
        horux.gateways.clock.override(providers.Object(clock))
        horux.gateways.hasher.override(providers.Object(Argon2Passwords(time_cost=1, memory_cost=64)))
        for email in (OPERATOR, OTHER_OPERATOR):
            horux.use_cases.create_operator()(email, "Operadora", PASSWORD)
        app = create_app(
            (*CONTROLLERS, site(PAGES)), dependencies(horux), ready=horux.gateways.ready(), clock=clock,
            options=Options(browser=Browser(encrypted=False, key=FORM_KEY)),
        )  # fmt: skip
        with TestClient(app, raise_server_exceptions=False) as http:
            yield Whole(app, http, data_dir, horux)
