from collections.abc import Iterator

import pytest
from litestar import Litestar, Response, get
from litestar.testing import TestClient

from tests.http.small import client

ORIGIN = "https://horux360.mx"


@get("/presume", sync_to_thread=False)
def boasts() -> Response[str]:
    return Response(
        "x",
        headers={
            "Server": "granian 2.8",
            "X-Powered-By": "litestar",
            "Cache-Control": "max-age=5",
            "X-Frame-Options": "A",
        },
    )


@pytest.fixture(scope="module")
def http() -> Iterator[TestClient[Litestar]]:
    with client(extra=[boasts], cors_origins=(ORIGIN,), allowed_hosts=("testserver.local", "a.b")) as testing:
        yield testing


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/health"),
        ("GET", "/nada"),
        ("TRACE", "/health"),
        ("GET", "/api/cosas/rota"),
        ("GET", "/api/cosas/marco/401"),
        ("GET", "/api/cosas/marco/413"),
        ("GET", "/api/cosas/categoria/often"),
        ("OPTIONS", "/api/cosas"),
        ("GET", "/api/docs"),
    ],
)
def test_every_answer_carries_the_safety_headers(http: TestClient[Litestar], method: str, path: str) -> None:
    safe(http.request(method, path))


def test_a_refused_host_carries_them_too(http: TestClient[Litestar]) -> None:
    safe(http.get("/nada", headers={"Host": "malo.mx"}))


def safe(answer: object) -> None:
    headers = answer.headers  # type: ignore[attr-defined]
    assert headers.get_list("strict-transport-security") == ["max-age=63072000; includeSubDomains"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    policy = headers["content-security-policy"]
    for directive in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "unsafe" not in policy
    assert headers["server"] == "horux"


def test_names_no_server_and_no_version(http: TestClient[Litestar]) -> None:
    headers = http.get("/presume").headers
    assert headers.get_list("server") == ["horux"]
    assert "x-powered-by" not in headers
    assert headers.get_list("x-frame-options") == ["DENY"]
    assert headers.get_list("cache-control") == ["max-age=5"]


def test_lets_the_configured_origin_read_without_cookies(http: TestClient[Litestar]) -> None:
    answer = http.get("/health", headers={"Origin": ORIGIN})
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in answer.headers
    assert "origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", ["https://malo.mx", "null", "https://horux360.mx.malo.mx", "http://horux360.mx"])
def test_gives_another_origin_no_permission(http: TestClient[Litestar], origin: str) -> None:
    for answer in (
        http.get("/health", headers={"Origin": origin}),
        http.options("/api/cosas", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_answers_the_preflight_of_the_configured_origin(http: TestClient[Litestar]) -> None:
    answer = http.options("/api/cosas", headers={"Origin": ORIGIN, "Access-Control-Request-Method": "POST"})
    assert answer.status_code == 204
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "authorization" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    "host", ["malo.mx", "a-b", "axb", "a.b.malo.mx", "a.b:x", "a.b@malo.mx", "a.b/", "a.b,malo.mx", ""]
)
def test_refuses_a_host_that_is_not_ours(http: TestClient[Litestar], host: str) -> None:
    answer = http.get("/api/cosas/una?anio=1", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "host-no-permitido")
    assert "malo" not in answer.text


@pytest.mark.parametrize("host", ["a.b", "A.B", "a.b:8443"])
def test_takes_our_host_with_any_port(http: TestClient[Litestar], host: str) -> None:
    assert http.get("/api/cosas/una?anio=1", headers={"Host": host}).status_code == 200


def test_refuses_two_hosts(http: TestClient[Litestar]) -> None:
    answer = http.get("/api/cosas/una?anio=1", headers=[("Host", "a.b"), ("Host", "a.b")])
    assert answer.status_code == 400
