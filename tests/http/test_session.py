"""Who is let in, whose books an operator sees, and that nothing is open by mistake."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.testing import TestClient

from horux_core.identity.model import Actor, Role
from horux_core.plans.model import Plan
from horux_http.session import unguarded_routes
from tests.core.identity.world import World
from tests.http.signed_in import HERE, THERE, an_app, asked_raw, bearer, forgotten, is_problem, log_in


@pytest.fixture
def world() -> World:
    world = World()
    world.here, world.there = world.tenant(HERE, Plan.STARTER), world.tenant(THERE)  # type: ignore[attr-defined]
    world.user("ana@ejemplo.mx", world.here, world.there)  # type: ignore[attr-defined]
    world.user("op@horux.mx", admin=True)
    return world


@pytest.fixture
def http(world: World) -> Iterator[TestClient[Litestar]]:
    with TestClient(an_app(world), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "sign-in-required"),
        ({"Authorization": ""}, "sign-in-required"),
        ({"Authorization": "Bearer"}, "sign-in-required"),
        ({"Authorization": "Bearer  "}, "sign-in-required"),
        ({"Authorization": "Basic YW5hOmFuYQ=="}, "sign-in-required"),
        ({"Authorization": "Bearer x.y.z"}, "token-invalid"),
        ({"Authorization": "Bearer hxk_abc"}, "token-invalid"),
    ],
)
def test_asks_who_is_there(http: TestClient[Litestar], headers: dict[str, str], code: str) -> None:
    for method, path in (("GET", "me"), ("GET", "sesiones"), ("DELETE", "sesiones"), ("POST", "logout")):
        answer = http.request(method, f"/api/auth/{path}", headers=headers)
        assert is_problem(answer, 401, code)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_takes_one_credential_and_no_more(http: TestClient[Litestar]) -> None:
    good = bearer(log_in(http))["Authorization"]
    once = [("authorization", good)]
    assert asked_raw(http.app, once) == (200, None)
    assert asked_raw(http.app, once * 2) == (401, "sign-in-required")
    assert http.get(f"/api/auth/me?access_token={good.removeprefix('Bearer ')}").status_code == 401
    assert http.get("/api/auth/me", headers={"Authorization": good.replace("Bearer", "bearer")}).status_code == 200


def test_lets_the_staff_view_a_taxpayer(http: TestClient[Litestar], world: World) -> None:
    headers = bearer(log_in(http, "op@horux.mx"))
    assert http.get("/api/quien", headers=headers).json()["viewing"] is False
    seen = http.get("/api/quien", headers={**headers, "X-View-Tenant": HERE}).json()
    assert seen == {"tenant": str(world.here), "viewing": True, "role": Role.OWNER.value, "rid": True}  # type: ignore[attr-defined]
    assert len(world.control.tables["audit_log"]) == 1


def test_reads_an_rfc_with_its_odd_letters(http: TestClient[Litestar], world: World) -> None:
    odd = world.tenant("ÑA&010101AAA")
    headers = bearer(log_in(http, "op@horux.mx"))
    for sent in ("%C3%91A%26010101AAA", "%C3%91A&010101AAA", "%c3%91a%26010101aaa"):
        assert http.get("/api/quien", headers={**headers, "X-View-Tenant": sent}).json()["tenant"] == str(odd)


@pytest.mark.parametrize(
    "value", ["", " ", f"{HERE},{THERE}", "%D1A&010101AAA", "%25C3%2591A&010101AAA", "%ZZ", b"\xd1A&010101AAA"]
)
def test_refuses_the_staff_a_malformed_view(http: TestClient[Litestar], value: Any) -> None:
    headers = {**bearer(log_in(http, "op@horux.mx")), "X-View-Tenant": value}
    assert is_problem(http.get("/api/quien", headers=headers), 422, "view-malformed")


def test_refuses_the_staff_a_repeated_view(http: TestClient[Litestar]) -> None:
    own = ("authorization", bearer(log_in(http, "op@horux.mx"))["Authorization"])
    view = ("x-view-tenant", HERE)
    assert asked_raw(http.app, [own, view]) == (200, None)
    assert asked_raw(http.app, [own, view, view]) == (422, "view-malformed")
    assert asked_raw(http.app, [own, view, ("X-VIEW-TENANT", THERE)]) == (422, "view-malformed")


@pytest.mark.parametrize("value", [HERE, THERE, "ZZZ010101AAA", "", "x", f"{HERE},{THERE}", "%ZZ"])
def test_refuses_everybody_else_any_view(http: TestClient[Litestar], value: str) -> None:
    headers = {**bearer(log_in(http)), "X-View-Tenant": value}
    assert is_problem(http.get("/api/quien", headers=headers), 403, "view-forbidden")


def test_leaves_no_route_open_by_mistake(world: World) -> None:
    assert unguarded_routes(an_app(world)) == []


def test_sees_a_route_left_open_by_mistake(world: World) -> None:
    assert unguarded_routes(an_app(world, forgotten)) == ["GET /api/olvidada"]


def test_a_request_s_line_says_who_asked_and_for_whom(
    http: TestClient[Litestar], world: World, caplog: pytest.LogCaptureFixture
) -> None:
    own, staff = bearer(log_in(http)), bearer(log_in(http, "op@horux.mx"))
    caplog.clear()
    with caplog.at_level(logging.INFO, "horux.acceso"):
        http.get("/api/quien", headers=own)
        http.get("/api/quien", headers={**staff, "X-View-Tenant": THERE})
        http.get("/api/quien", headers={**own, "X-View-Tenant": THERE})
    lines = [vars(record) for record in caplog.records if record.name == "horux.acceso"]
    assert [line.get("tenantId") for line in lines] == [str(world.here), str(world.there), None]  # type: ignore[attr-defined]
    assert all(line["userId"] for line in lines)
    assert lines[0]["userId"] == lines[2]["userId"] != lines[1]["userId"]


def test_all_sessions_of_one_tenant_wait_for_each_other(world: World) -> None:
    entered, leave = threading.Semaphore(0), threading.Event()

    @get("/api/lento", sync_to_thread=True)
    def slow(actor: NamedDependency[SkipValidation[Actor]]) -> str:
        entered.release()
        leave.wait(20)
        return str(actor.tenant)

    with TestClient(an_app(world, slow)) as http, ThreadPoolExecutor(8) as crowd:
        sessions = [bearer(log_in(http)) for _ in range(4)]
        asking = [crowd.submit(http.get, "/api/lento", headers=session) for session in sessions]
        try:
            assert all(entered.acquire(timeout=10) for _ in range(3))
            assert not entered.acquire(timeout=0.3)
        finally:
            leave.set()
        assert [answer.result(20).status_code for answer in asking] == [200] * 4
