import logging
import re
from typing import Any
from uuid import UUID

import pytest
from litestar import Request, get, post

from horux_http.access_log import note_actor, request_id
from horux_http.edge import TruePeer
from tests.http.small import client

USER, TENANT = UUID(int=7), UUID(int=8)


@get("/quien", sync_to_thread=True)
def who(request: Request[Any, Any, Any]) -> str:
    note_actor(request.scope, user=USER, tenant=TENANT)
    return request_id()


@post("/recibe")
async def receive(request: Request[Any, Any, Any]) -> str:
    return str(len(await request.body()))


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.name == "horux.acceso"]


def test_writes_one_line_with_what_finds_the_request_again(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), client(extra=[who]) as http:
        answer = http.get("/quien?rfc=XAXX010101000", headers={"X-Request-Id": "mia-1"})
    (line,) = lines(caplog)
    assert {name: line[name] for name in ("method", "path", "status", "requestId", "userId", "tenantId")} == {
        "method": "GET",
        "path": "/quien",
        "status": 200,
        "requestId": "mia-1",
        "userId": str(USER),
        "tenantId": str(TENANT),
    }
    assert line["ms"] >= 0
    assert line["client"]
    assert answer.text == answer.headers["x-request-id"] == "mia-1"
    assert "XAXX010101000" not in str(line)


@pytest.mark.parametrize(("path", "status"), [("/nada", 404), ("/api/cosas/rota", 500), ("/api/cosas/repetida", 409)])
def test_writes_one_line_of_a_failed_request(caplog: pytest.LogCaptureFixture, path: str, status: int) -> None:
    with caplog.at_level(logging.INFO), client() as http:
        answer = http.get(path)
    (line,) = lines(caplog)
    assert (line["path"], line["status"]) == (path, status)
    assert line["requestId"] == answer.json()["requestId"] == answer.headers["x-request-id"]


def test_writes_no_body_no_cookie_and_no_token(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), client(extra=[receive]) as http:
        http.post(
            "/recibe", content=b"cuerpo-privado", headers={"Cookie": "a=galleta", "Authorization": "Bearer ficha-x"}
        )
    written = str([vars(record) for record in caplog.records])
    for secret in ("cuerpo-privado", "galleta", "ficha-x"):
        assert secret not in written


def test_hides_a_token_that_is_part_of_the_path(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), client() as http:
        assert http.get("/api/cosas/secreta/abcdef").status_code == 200
    (line,) = lines(caplog)
    assert line["path"] == "/api/cosas/secreta/{token}"


@pytest.mark.parametrize(
    ("method", "path", "written"),
    [
        ("HEAD", "/api/calendario/abc.ics", "/api/calendario/{token}"),
        ("OPTIONS", "/api/calendario/abc.ics", "/api/calendario/{token}"),
        ("POST", "/api/calendario/abc", "/api/calendario/{token}"),
        ("GET", "/api/calendario/abc.ics/", "/api/calendario/{token}/"),
        ("GET", "/api//Calendario//abc/x", "/api//Calendario//{token}/{token}"),
        ("GET", "/otra/abc.ICS;v=1", "/otra/{token}"),
        ("GET", "/api/calendario%2Fabc.ics", "/api/calendario/{token}"),
        ("HEAD", "/api/cosas/secreta/abc", "/api/cosas/secreta/{token}"),
        ("DELETE", "/api/calendario/feed", "/api/calendario/feed"),
        ("GET", "/api/calendario", "/api/calendario"),
    ],
)
def test_hides_the_token_of_a_calendar_also_where_nothing_answers(
    caplog: pytest.LogCaptureFixture, method: str, path: str, written: str
) -> None:
    with caplog.at_level(logging.INFO), client() as http:
        http.request(method, path)
    (line,) = lines(caplog)
    assert (line["method"], line["path"]) == (method, written)


def test_answers_head_as_get_without_the_body() -> None:
    with client() as http:
        got, head = http.get("/api/cosas/una?anio=2026"), http.head("/api/cosas/una?anio=2026")
        assert http.head("/api/cosas/nada").status_code == 404
    assert (head.status_code, head.content) == (200, b"")
    assert got.content
    same = ("content-type", "content-length", "cache-control")
    assert [head.headers.get(name) for name in same] == [got.headers.get(name) for name in same]


@pytest.mark.parametrize("asked", ["", "a b", "x" * 65, "ñ", "a\tb", "<script>", "a/b"])
def test_makes_its_own_id_when_the_one_sent_is_not_sane(asked: str) -> None:
    with client() as http:
        answer = http.get("/health", headers=[(b"X-Request-Id", asked.encode("latin-1"))])
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


def test_each_request_has_another_id() -> None:
    with client() as http:
        assert http.get("/health").headers["x-request-id"] != http.get("/health").headers["x-request-id"]


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "true"),
    [
        ([], "127.0.0.1", "9.9.9.9", "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "9.9.9.9", "9.9.9.9"),
        (["127.0.0.1"], "8.8.8.8", "9.9.9.9", "8.8.8.8"),
        (["127.0.0.1"], "127.0.0.1", "1.1.1.1, 9.9.9.9", "9.9.9.9"),
        (["127.0.0.1", "10.0.0.0/8"], "127.0.0.1", "1.1.1.1, 9.9.9.9, 10.1.2.3", "9.9.9.9"),
        (["127.0.0.1"], "127.0.0.1", "<script>", "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "", "127.0.0.1"),
        (["::1"], "::1", "2001:db8::5", "2001:db8::5"),
    ],
)
@pytest.mark.anyio
async def test_knows_the_client_s_address_behind_trusted_proxies_only(
    trusted: list[str], peer: str, forwarded: str, true: str
) -> None:
    scope: dict[str, Any] = {
        "type": "http",
        "client": (peer, 1),
        "scheme": "http",
        "headers": [(b"x-forwarded-for", forwarded.encode()), (b"x-forwarded-proto", b"https")],
    }
    seen: list[Any] = []

    async def inner(inside: Any, _receive: Any, _send: Any) -> None:
        seen.append((inside["client"][0], inside["scheme"]))

    async def nothing(*_: Any) -> Any: ...

    await TruePeer(inner, trusted)(scope, nothing, nothing)  # type: ignore[arg-type]
    believed = bool(trusted) and peer in trusted
    assert seen == [(true, "https" if believed else "http")]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
