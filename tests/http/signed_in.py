"""The routes of identity over a small product in memory, and what tests ask of them again and again."""

import asyncio
import json
from typing import Any

from litestar import Litestar, get
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation
from litestar.testing import TestClient

from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.outbox import MemoryOutbox
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.identity.model import Actor
from horux_core.tenancy.impersonating import EnterView
from horux_http.app import create_app
from horux_http.identity.api import AuthController
from horux_http.session import ACTOR
from tests.core.identity.world import PASSWORD, World

HERE, THERE = "EKU9003173C9", "AAA010101AAA"
USE_CASES = (
    "sign_in_at_once",
    "refresh",
    "sign_out",
    "change_password",
    "list_sessions",
    "end_other_sessions",
    "introduce",
    "switch_tenant",
    "authenticate",
    "trace_key",
    "ask_reset",
    "reset_password",
    "give_second_factor",
    "reauthenticate",
)


@get("/api/quien", sync_to_thread=True)
def who(actor: NamedDependency[SkipValidation[Actor]]) -> dict[str, Any]:
    return {
        "tenant": str(actor.tenant_id),
        "viewing": actor.viewing,
        "role": actor.role,
        "rid": bool(actor.request_id),
    }


@get("/api/olvidada", sync_to_thread=True)
def forgotten() -> str:
    return "abierta por descuido"


def provided(use_case: Any) -> Provide:
    return Provide(lambda: use_case, sync_to_thread=False)


def an_app(world: World, *more: Any) -> Litestar:
    registry = MemoryRegistry(world.control, lambda tables: MemoryOutbox(tables, world.clock))
    enter_view = EnterView(registry, MemoryAuditTrail(world.control))
    given = {name: getattr(world, name) for name in USE_CASES} | {"enter_view": enter_view}
    dependencies = {name: provided(use_case) for name, use_case in given.items()}
    return create_app(
        [AuthController, who, *more],
        {**dependencies, "actor": ACTOR},
        ready=lambda: True,
        clock=world.clock,
    )


def log_in(http: TestClient[Litestar], email: str = "ana@ejemplo.mx", password: str = PASSWORD) -> dict[str, Any]:
    answer = http.post("/api/auth/login", json={"email": email, "password": password})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def bearer(signed_in: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {signed_in['accessToken']}"}


def is_problem(answer: Any, status: int, code: str) -> bool:
    body = answer.json()
    return (
        (answer.status_code, body["code"], body["status"]) == (status, code, status)
        and answer.headers["content-type"] == "application/problem+json"
        and body["detail"] == body["message"] != ""
        and bool(body["requestId"])
    )


def asked_raw(app: Any, headers: list[tuple[str, str]]) -> tuple[int, str | None]:
    """Ask with the headers exactly as given: clients join those that repeat."""
    sent: list[Any] = []
    raw = [(b"host", b"localhost"), *((name.encode(), value.encode()) for name, value in headers)]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/api/quien", "raw_path": b"/api/quien", "query_string": b"", "root_path": "", "headers": raw,
        "client": ("192.0.2.1", 5), "server": ("localhost", 80), "state": {}, "extensions": {},
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    body = json.loads(b"".join(message.get("body", b"") for message in sent))
    return sent[0]["status"], body.get("code")
