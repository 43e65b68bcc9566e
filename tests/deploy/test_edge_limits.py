"""How much, how fast, and what nginx answers, keeps and refuses by itself."""

import gzip
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from horux_http.headers import CONTENT_SECURITY_POLICY
from tests.deploy.answers import MIB, problem, reached
from tests.deploy.edge import CLIENT, NAME, Edge, edge, encrypted
from tests.deploy.upstream import Repeater

# --- how much ---------------------------------------------------------------------------------------------------------


def _zeros(mebibytes: int) -> Iterator[bytes]:
    piece = b"\0" * MIB
    for _ in range(mebibytes):
        yield piece


@pytest.mark.parametrize("path", ["/api/cfdi/bulk", "/api/cfdi/bulk/", "/api/xml-sat/paquetes", "/carga/", "/xml-sat"])
def test_two_hundred_mebibytes_go_through_where_they_may(front: Edge, path: str) -> None:
    answer = front.ask("POST", path, _zeros(200), {"Content-Length": str(200 * MIB)})
    assert json.loads(answer.body)["bytes"] == 200 * MIB
    assert _kept(front) == []


def test_an_upload_reaches_the_application_while_it_arrives(front: Edge, behind: Repeater) -> None:
    head = f"POST /api/cfdi/bulk HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 20\r\n\r\n0123456789"
    with encrypted(front.https, NAME) as wire:
        wire.sendall(head.encode())
        assert behind.begun.wait(10)


def test_a_small_body_reaches_the_application_whole_or_not_at_all(front: Edge, behind: Repeater) -> None:
    head = f"POST /api/usuarios/invite HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 20\r\n\r\n0123456789"
    with encrypted(front.https, NAME) as wire:
        wire.sendall(head.encode())
        assert not behind.begun.wait(0.5)


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/api/cfdi/bulk", 201 * MIB + 1),
        ("/api/xml-sat/paquetes", 300 * MIB),
        ("/carga", 201 * MIB + 1),
        ("/api/cfdi", 22 * MIB + 1),
        ("/api/cfdi/bulk/otra", MIB + 1),
        ("/api/usuarios/invite", MIB + 1),
        ("/api/auth/login", MIB + 1),
        ("/api/fiel", MIB + 1),
        ("/", MIB + 1),
    ],
)
def test_a_body_too_large_is_refused_in_spanish_before_it_is_sent(
    front: Edge, behind: Repeater, path: str, size: int
) -> None:
    answer = front.raw(f"POST {path} HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: {size}\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 413 " in head
    assert json.loads(body)["title"] == "Demasiado grande"
    assert behind.taken == []


def test_the_page_of_a_refusal_is_for_who_looks(front: Edge) -> None:
    headers = {"Accept": "text/html,*/*", "Content-Length": str(2 * MIB)}
    answer = front.ask("POST", "/configuracion", _zeros(2), headers)
    assert (answer.status, answer["content-type"]) == (413, "text/html; charset=utf-8")
    assert "Demasiado grande" in answer.body.decode()
    problem(front.ask("POST", "/api/fiel", _zeros(2), headers), 413, "cuerpo-demasiado-grande")


# --- what it answers itself -------------------------------------------------------------------------------------------


def test_its_own_answers_carry_every_safety_header_once(front: Edge) -> None:
    answer = front.ask("POST", "/api/fiel", _zeros(2), {"Content-Length": str(2 * MIB)})
    problem(answer, 413, "cuerpo-demasiado-grande")
    assert answer["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert answer["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["x-frame-options"] == "DENY"
    assert answer["referrer-policy"] == "same-origin"
    assert answer["cross-origin-opener-policy"] == "same-origin"
    assert answer["cache-control"] == "no-store"
    assert answer["server"] == "nginx"


def test_the_applications_headers_pass_untouched(front: Edge, behind: Repeater) -> None:
    said = [("Strict-Transport-Security", "max-age=1"), ("Content-Security-Policy", "default-src 'none'"), ("X-A", "b")]
    behind.extra = said
    behind.status = 413
    answer = front.ask("GET", "/api/cfdi")
    assert [answer[name.lower()] for name, _ in said] == [value for _, value in said]
    assert json.loads(answer.body)["path"] == "/api/cfdi"


def test_an_application_that_is_away_is_503_with_when_to_return() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with edge(held.getsockname()[1]) as front:
            answer = front.ask("GET", "/api/cfdi")
            problem(answer, 503, "no-disponible")
            assert answer["retry-after"] == "5"
            page = front.ask("GET", "/calendario/secreta.ics?x=secreta", headers={"Accept": "text/html"})
            assert (page.status, page["retry-after"]) == (503, "5")
            lines = [json.loads(line) for line in front.log.splitlines() if line.strip()]
    assert [(line["path"], line["status"], line["client"]) for line in lines] == [
        ("/api/cfdi", 503, CLIENT),
        ("/calendario/{token}", 503, CLIENT),
    ]
    assert lines[0]["requestId"] == answer["x-request-id"]


def test_writes_down_nothing_that_the_application_writes(front: Edge) -> None:
    before = front.log
    front.ask("GET", "/api/cfdi?rfc=XAXX010101000")
    assert front.log == before


def test_readiness_is_for_this_machine_alone(front: Edge) -> None:
    problem(front.ask("GET", "/ready"), 404, "ruta-inexistente")
    assert front.ask("GET", "/ready", client="127.0.0.1").status == 200
    assert front.ask("GET", "/health").status == 200


# --- how fast ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paths", "method"),
    [
        (["/api/auth/login", "/api/auth/forgot", "/api/auth/reset/", "//api/auth//login", "/api/auth/%6cogin"], "POST"),
        (["/entrar", "/entrar/olvide", "/entrar/liga", "/entrar/", "/entrar"], "POST"),
    ],
)
def test_entering_is_slowed_per_address_whatever_it_claims_to_be(
    behind: Repeater, paths: list[str], method: str
) -> None:
    with edge(behind.port) as front:
        asked = [
            front.ask(method, path, b"{}", {"X-Forwarded-For": f"10.0.0.{turn}"})
            for turn, path in enumerate(paths + paths)
        ]
        assert [answer.status for answer in asked] == [200] * 6 + [429] * 4
        assert asked[-1]["retry-after"] == "60"
        told = "Espera un minuto" in asked[-1].body.decode()
        assert told
        assert front.ask(method, paths[0], b"{}", client="127.0.0.3").status == 200
        assert front.ask("POST", "/api/auth/refresh", b"{}").status == 200
        assert all(front.ask("GET", "/entrar").status == 200 for _ in range(20))


def test_a_mornings_notices_of_payments_all_get_through(front: Edge) -> None:
    answers = [front.ask("POST", "/api/webhooks/mercadopago", b"{}").status for _ in range(150)]
    assert set(answers) == {200}


# --- what it compresses and keeps -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind", "compressed"),
    [
        ("/api/cfdi", "application/json", False),
        ("/api/iva", "application/json", True),
        ("/api/iva", "text/html; charset=utf-8", True),
        ("/inicio", "text/html; charset=utf-8", False),
        ("/inicio", "application/json", False),
    ],
)
def test_compresses_what_no_cookie_opens(front: Edge, behind: Repeater, path: str, kind: str, compressed: bool) -> None:
    behind.kind, behind.padding = kind, 8_000
    answer = front.ask("GET", path, headers={"Accept-Encoding": "gzip"})
    assert answer.all("content-encoding") == (["gzip"] if compressed else [])
    text = gzip.decompress(answer.body) if compressed else answer.body
    assert json.loads(text)["path"] == path


def test_a_versioned_file_is_kept_and_asked_for_without_who_asks(front: Edge, behind: Repeater) -> None:
    behind.extra = [("Cache-Control", "public, max-age=31536000, immutable")]
    asked = [front.ask("GET", "/static/a.css?v=1", headers={"Cookie": "a=b", "Authorization": "x"}) for _ in range(3)]
    assert len({answer.body for answer in asked}) == 1
    assert len(behind.taken) == 1
    assert not {"cookie", "authorization"} & reached(asked[0]).keys()
    assert asked[2]["cache-control"] == "public, max-age=31536000, immutable"


def test_nothing_else_is_ever_kept(front: Edge, behind: Repeater) -> None:
    behind.extra = [("Cache-Control", "public, max-age=31536000, immutable")]
    for path in ("/inicio", "/inicio/a.css", "/api/cfdi;a.css", "/static/../inicio", "/api/static/a.css"):
        front.ask("GET", path)
        front.ask("GET", path)
    assert len(behind.taken) == 10
    behind.extra = [("Cache-Control", "no-cache")]
    front.ask("GET", "/static/b.css")
    front.ask("GET", "/static/b.css")
    assert len(behind.taken) == 12


# --- requests that two programs would read in two ways ----------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "POST /api/a HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /api/a HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "POST /api/a HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n",
        "POST /api/a HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /api/a HTTP/1.1\r\nHost: {host}\r\nContent-Length: +5\r\n\r\nabcde",
        "GET /api/a HTTP/1.1\r\nHost: {host}\r\nHost: malo.mx\r\n\r\n",
        "GET /api/a HTTP/1.1\r\n\r\n",
        "GET /api/a\x00b HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "GET /api/%00 HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "TRACE /api/a HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "CONNECT malo.mx:443 HTTP/1.1\r\nHost: {host}\r\n\r\n",
    ],
)
def test_an_ambiguous_request_ends_here_and_so_does_its_connection(front: Edge, behind: Repeater, head: str) -> None:
    answer = front.raw(head.format(host=NAME).encode("latin-1") + b"GET /api/otra HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.split(b" ", 2)[1] in (b"400", b"405", b"501"), answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"\r\nConnection: close" in answer
    assert b"application/problem+json" in answer
    assert behind.taken == []


def test_a_header_that_programs_could_confuse_does_not_arrive(front: Edge, behind: Repeater) -> None:
    front.raw(f"GET /api/a HTTP/1.1\r\nHost: {NAME}\r\nX_Forwarded_For: 1.2.3.4\r\nConnection: close\r\n\r\n".encode())
    assert not [name for name, _ in behind.taken[0]["headers"] if "_" in name]


def test_a_head_too_large_is_refused(front: Edge) -> None:
    sent = f"GET /api/a HTTP/1.1\r\nHost: {NAME}\r\nX-A: {'a' * 20_000}\r\n\r\n".encode()
    head, _, body = front.raw(sent).partition(b"\r\n\r\n")
    assert b" 400 " in head
    assert json.loads(body)["code"] == "solicitud-invalida"


def _kept(front: Edge) -> list[Path]:
    """Bodies that nginx left on the disk."""
    return [path for name in ("client_body", "proxy") for path in (front.folder / name).rglob("*") if path.is_file()]
