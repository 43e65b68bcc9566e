"""Logging in over HTTP: the shapes of SPEC 3, and what is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from horux_core.plans.model import Plan
from horux_http.identity.wire import Credentials, PasswordChange, RefreshBody
from tests.core.identity.world import PASSWORD, World
from tests.http.signed_in import HERE, THERE, an_app, bearer, is_problem, log_in


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


def test_answers_log_in_with_the_documented_shape(http: TestClient[Litestar], world: World) -> None:
    answer = log_in(http)
    here, there = str(world.here), str(world.there)  # type: ignore[attr-defined]
    tenant = {
        "id": here,
        "rfc": HERE,
        "nombre": f"Empresa {HERE}",
        "plan": "starter",
        "databaseName": "horux_eku9003173c9",
        "active": True,
        "readOnly": False,
    }
    assert set(answer) == {"accessToken", "refreshToken", "expiresIn", "user"}
    assert answer["expiresIn"] == 86_400
    user = answer["user"]
    assert {name: user[name] for name in set(user) - {"id", "empresas"}} == {
        "email": "ana@ejemplo.mx",
        "nombre": "Ana López",
        "role": "owner",
        "platformRole": None,
        "mustChangePassword": False,
        "tenant": tenant,
    }
    assert [(empresa["id"], empresa["role"]) for empresa in user["empresas"]] == [(there, "owner"), (here, "owner")]
    assert user["empresas"][1] == {**tenant, "role": "owner"}
    assert "hash" not in str(answer).lower()


def test_says_read_only_as_soon_as_what_is_paid_is_over(http: TestClient[Litestar], world: World) -> None:
    """As the gate before every write does, without waiting for anybody to mark the subscription."""
    over = world.control.clock() - timedelta(days=11)
    with world.control.transaction() as tables:
        for ident, subscription in tables["subscriptions"].items():
            if subscription.tenant == world.here:  # type: ignore[attr-defined]
                tables["subscriptions"][ident] = replace(subscription, current_period_end=over)
    user = log_in(http)["user"]
    assert user["tenant"]["readOnly"] is True
    assert {empresa["rfc"]: empresa["readOnly"] for empresa in user["empresas"]} == {HERE: True, THERE: False}


def test_answers_the_staff_without_a_taxpayer(http: TestClient[Litestar]) -> None:
    user = log_in(http, "op@horux.mx")["user"]
    assert (user["role"], user["platformRole"], user["tenant"], user["empresas"]) == (None, "admin", None, [])


def test_accepts_a_one_time_code_in_the_body(http: TestClient[Litestar]) -> None:
    body = {"email": "ana@ejemplo.mx", "password": PASSWORD, "otp": "123456"}
    assert http.post("/api/auth/login", json=body).status_code == 200


def test_refuses_wrong_and_unknown_alike(http: TestClient[Litestar]) -> None:
    answers = [
        http.post("/api/auth/login", json={"email": email, "password": "mala"})
        for email in ("ana@ejemplo.mx", "nadie@ejemplo.mx")
    ]
    assert all(is_problem(answer, 401, "bad-credentials") for answer in answers)
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


def test_makes_guessing_wait(http: TestClient[Litestar]) -> None:
    answers = [http.post("/api/auth/login", json={"email": "ana@ejemplo.mx", "password": "mala"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "2"
    assert is_problem(answers[-1], 429, "too-many-attempts")


def test_counts_a_forged_forwarded_address_as_the_peer(http: TestClient[Litestar]) -> None:
    statuses = [
        http.post(
            "/api/auth/login",
            json={"email": f"nadie{n}@ejemplo.mx", "password": "mala"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        ).status_code
        for n in range(6)
    ]
    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("login", {"email": "ana@ejemplo.mx", "password": PASSWORD, "platformRole": "admin"}),
        ("login", {"email": "ana@ejemplo.mx"}),
        ("login", {"email": ["ana@ejemplo.mx"], "password": PASSWORD}),
        ("refresh", {"refreshToken": "x", "tenant": HERE}),
        ("refresh", {"refresh_token": "x"}),
    ],
)
def test_refuses_a_body_of_another_shape(http: TestClient[Litestar], path: str, body: dict[str, Any]) -> None:
    answer = http.post(f"/api/auth/{path}", json=body)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_rotates_and_ends_a_session_whose_token_comes_again(http: TestClient[Litestar]) -> None:
    first = log_in(http)
    second = http.post("/api/auth/refresh", json={"refreshToken": first["refreshToken"]})
    assert second.status_code == 200
    assert set(second.json()) == {"accessToken", "refreshToken", "expiresIn", "user"}
    assert http.get("/api/auth/me", headers=bearer(second.json())).status_code == 200
    again = http.post("/api/auth/refresh", json={"refreshToken": first["refreshToken"]})
    assert is_problem(again, 401, "session-expired")
    assert http.get("/api/auth/me", headers=bearer(second.json())).status_code == 401
    assert http.post("/api/auth/refresh", json={"refreshToken": second.json()["refreshToken"]}).status_code == 401


def test_tells_who_asks(http: TestClient[Litestar]) -> None:
    signed_in = log_in(http)
    assert http.get("/api/auth/me", headers=bearer(signed_in)).json() == signed_in["user"]


def test_logs_out(http: TestClient[Litestar]) -> None:
    signed_in = log_in(http)
    answer = http.post("/api/auth/logout", headers=bearer(signed_in))
    assert (answer.status_code, answer.content) == (204, b"")
    assert is_problem(http.get("/api/auth/me", headers=bearer(signed_in)), 401, "session-expired")


def test_changes_the_password(http: TestClient[Litestar]) -> None:
    signed_in, other = log_in(http), log_in(http)
    change = {"currentPassword": PASSWORD, "newPassword": "zapato cumbre lodo"}
    weak = http.post("/api/auth/password", json={**change, "newPassword": "horux360"}, headers=bearer(signed_in))
    assert is_problem(weak, 422, "password-weak")
    wrong = http.post("/api/auth/password", json={**change, "currentPassword": "mala"}, headers=bearer(signed_in))
    assert is_problem(wrong, 422, "current-password-wrong")
    assert http.post("/api/auth/password", json=change, headers=bearer(signed_in)).status_code == 204
    assert http.get("/api/auth/me", headers=bearer(signed_in)).status_code == 200
    assert http.get("/api/auth/me", headers=bearer(other)).status_code == 401
    log_in(http, password="zapato cumbre lodo")


def test_switches_taxpayer(http: TestClient[Litestar]) -> None:
    signed_in = log_in(http)
    answer = http.post("/api/auth/switch", json={"rfc": THERE.lower()}, headers=bearer(signed_in))
    assert answer.status_code == 200
    assert set(answer.json()) == {"accessToken", "expiresIn", "user"}
    assert answer.json()["user"]["tenant"]["rfc"] == THERE
    assert http.get("/api/auth/me", headers=bearer(signed_in)).status_code == 401
    assert http.get("/api/auth/me", headers=bearer(answer.json())).json()["tenant"]["rfc"] == THERE
    foreign = http.post("/api/auth/switch", json={"rfc": "ZZZ010101AAA"}, headers=bearer(answer.json()))
    assert is_problem(foreign, 403, "action-forbidden")
    malformed = http.post("/api/auth/switch", json={"rfc": "x"}, headers=bearer(answer.json()))
    assert is_problem(malformed, 422, "rfc-malformed")


def test_lists_and_ends_sessions(http: TestClient[Litestar]) -> None:
    here, there = log_in(http), log_in(http)
    listed = http.get("/api/auth/sesiones", headers=bearer(here)).json()
    assert listed["nextCursor"] is None
    assert [set(item) for item in listed["items"]] == [{"id", "createdAt", "expiresAt", "userAgent", "actual"}] * 2
    assert sum(item["actual"] for item in listed["items"]) == 1
    assert http.delete("/api/auth/sesiones", headers=bearer(here)).status_code == 204
    assert http.get("/api/auth/me", headers=bearer(there)).status_code == 401
    assert len(http.get("/api/auth/sesiones", headers=bearer(here)).json()["items"]) == 1


def test_shows_no_secret_of_what_was_sent() -> None:
    for body in (Credentials("a", "s3creto"), PasswordChange("s3creto", "s3creto"), RefreshBody("s3creto")):
        assert "s3creto" not in f"{body} {body!r}"
