"""The whole product over memory, as `horux serve` puts it together, with an operator, clients and their people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from dependency_injector import providers
from litestar import Litestar
from litestar.testing import TestClient

from contracts import routes
from horux_adapters.container.horux import Horux, opened
from horux_adapters.container.settings import Settings, load
from horux_adapters.crypto.passwords import Argon2Passwords
from horux_core.identity.model import Membership, Role, User
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import UserId
from horux_core.kernel.rfc import Rfc
from horux_http.app import Options, create_app
from horux_http.asgi import CONTROLLERS, dependencies
from horux_http.browser.options import Browser
from horux_http.browser.site import site
from horux_http.pages import PAGES

PASSWORD, CLIENT, OTHER = routes.PASSWORD, routes.CLIENT, routes.OTHER
OPERATOR = "operador@horux360.example"
FORM_KEY = bytes(32)
PEOPLE = {
    "visor": Role.VISOR,
    "contador": Role.CONTADOR,
    "owner": Role.OWNER,
    "temporal": Role.OWNER,
    "operator-temporal": Role.OWNER,
}


def settings(data_dir: Path) -> Settings:
    return load(
        {
            "STORAGE": "memory",
            "MAIL": "memory",
            "PAYMENTS": "memory",
            "JWT_SECRET": "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw",
            "DATA_DIR": str(data_dir),
        }
    )


@dataclass(frozen=True)
class Whole:
    app: Litestar
    http: TestClient[Litestar]
    spool: Path
    horux: Horux

    def credential(self, who: str) -> dict[str, str]:
        """A new session's headers; nobody has none, and the operator may be looking into the client."""
        if who == "anonymous":
            return {}
        email = OPERATOR if who in ("operator", "operator-viewing") else f"{who}@cascabel.mx"
        answer = self.http.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        headers = {"Authorization": f"Bearer {answer.json()['accessToken']}"}
        return headers | ({"X-View-Tenant": CLIENT} if who == "operator-viewing" else {})

    def take_in(self, rfc: str) -> None:
        client: dict[str, Any] = {
            "rfc": rfc,
            "nombre": "Cascabel SA de CV",
            "plan": "enterprise",
            "adminEmail": f"alta.{rfc.lower().replace('ñ', 'n').replace('&', 'y')}@cascabel.mx",
            "adminNombre": "Ana Cascabel",
        }
        answer = self.http.post("/api/tenants", json=client, headers=self.credential("operator"))
        assert answer.status_code in (201, 409), answer.text


@contextmanager
def whole(data_dir: Path, clock: Clock | None = None) -> Iterator[Whole]:
    """Without the worker: what the routes do themselves, and nothing after."""
    with opened(settings(data_dir)) as horux:
        if clock is not None:
            horux.gateways.clock.override(providers.Object(clock))
        horux.gateways.hasher.override(providers.Object(Argon2Passwords(time_cost=1, memory_cost=64)))
        horux.use_cases.create_operator()(OPERATOR, "Operadora", PASSWORD)
        app = create_app(
            (*CONTROLLERS, site(PAGES)), dependencies(horux), ready=horux.gateways.ready(),
            clock=lambda: datetime.now(UTC),
            options=Options(browser=Browser(encrypted=False, key=FORM_KEY)),
        )  # fmt: skip
        with TestClient(app, raise_server_exceptions=False) as http:
            built = Whole(app, http, settings(data_dir).spool, horux)
            for rfc in (CLIENT, OTHER):
                built.take_in(rfc)
            _let_people_in(horux)
            yield built


def _let_people_in(horux: Horux) -> None:
    password_hash = horux.gateways.hasher().hash(PASSWORD)
    tenant = horux.gateways.registry().find(Rfc(CLIENT)).id
    with horux.gateways.directory().transaction() as tx:
        for name, role in PEOPLE.items():
            staff, temporary = name.startswith("operator"), name.endswith("temporal")
            user = User(
                UserId(uuid4()), f"{name}@cascabel.mx", name, staff, password_hash, temporary, None, True,
                datetime.now(UTC),
            )  # fmt: skip
            tx.users.add(user)
            if not staff:
                tx.memberships.add(Membership(user.id, tenant, role))
