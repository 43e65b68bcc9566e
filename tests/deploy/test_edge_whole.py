"""The whole product behind its nginx, as a browser and a stranger find it."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from horux_http.headers import CONTENT_SECURITY_POLICY
from tests.conftest import short_folder
from tests.deploy.activated import Instance, listening
from tests.deploy.edge import CLIENT, NAME, Edge, edge
from tests.system.waiting import until

_SETTINGS = {
    "STORAGE": "memory",
    "WORKERS": "1",
    "JWT_SECRET": "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw",
    "ALLOWED_HOSTS": NAME,
    "TRUSTED_PROXY": "127.0.0.1",
    "LOG_LEVEL": "info",
}
_SAFETY = {
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.fixture(scope="module")
def log() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder / "api.log"


@pytest.fixture(scope="module")
def front(log: Path) -> Iterator[Edge]:
    with listening() as held:
        instance = Instance(held, {**_SETTINGS, "DATA_DIR": str(log.parent)}, log)
        try:
            instance.start()
            with edge(held.getsockname()[1], ("rate=5r/m", "rate=5000r/s")) as found:
                yield found
        finally:
            instance.end()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/entrar", 200),
        ("GET", "/api/tenants", 401),
        ("GET", "/no-existe", 404),
        ("GET", "/api/no-existe", 404),
        ("DELETE", "/api/auth/login", 405),
        ("TRACE", "/api/auth/login", 405),
        ("POST", "/api/auth/login", 400),
        ("POST", "/api/usuarios/invite", 413),
        ("GET", "/api/%00", 400),
    ],
)
def test_every_answer_carries_each_safety_header_once(front: Edge, method: str, path: str, status: int) -> None:
    body = b"x" * 2_000_000 if status == 413 else b"x" if method == "POST" else None
    answer = front.ask(method, path, body, {"Content-Type": "application/json"} if body else {})
    assert answer.status == status, answer.body
    assert {name: answer.all(name) for name in _SAFETY} == {name: [value] for name, value in _SAFETY.items()}
    assert answer["server"] == "nginx"
    assert len(answer.all("x-request-id")) == 1


def test_the_application_knows_who_asks_and_believes_no_other(front: Edge, log: Path) -> None:
    forged = {"X-Forwarded-For": "10.9.8.7", "Forwarded": "for=10.9.8.7", "X-Real-IP": "10.9.8.7"}
    answer = front.ask("GET", "/api/tenants", headers=forged)
    line = _line(log, answer["x-request-id"])
    assert (line["client"], line["path"], line["status"]) == (CLIENT, "/api/tenants", 401)


def test_a_request_has_one_number_from_end_to_end(front: Edge, log: Path) -> None:
    answer = front.ask("GET", "/api/tenants", headers={"X-Request-Id": "de-fuera-1"})
    assert answer["x-request-id"] == "de-fuera-1"
    assert json.loads(answer.body)["requestId"] == "de-fuera-1"
    assert _line(log, "de-fuera-1")["status"] == 401


def test_the_files_of_the_pages_are_kept_packed_and_plain(front: Edge) -> None:
    page = front.ask("GET", "/entrar").body.decode()
    (address, *_) = re.findall(r"/static/[a-z.]+css\?v=[0-9a-f]+", page)
    packed = [front.ask("GET", address, headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
    plain = front.ask("GET", address)
    assert {answer["content-encoding"] for answer in packed} == {"gzip"}
    assert gzip.decompress(packed[1].body) == plain.body
    assert plain.all("content-encoding") == []
    assert plain["cache-control"] == "public, max-age=31536000, immutable"


def _line(log: Path, number: str) -> dict[str, object]:
    """What the application wrote of a request, in whichever of its two forms."""
    until("queda anotada", lambda: _lines(log, number), 10)
    (found,) = _lines(log, number)
    text = re.sub(r"\x1b\[[0-9;]*m", "", found)
    if text.startswith("{"):
        return dict(json.loads(text))
    said = dict(re.findall(r"(\w+)=(\S+)", text))
    return {**said, "status": int(said["status"]), "client": said["client"].strip("'")}


def _lines(log: Path, number: str) -> list[str]:
    """Written once the answer has left."""
    return [line for line in log.read_text(encoding="utf-8").splitlines() if number in line and "solicitud" in line]
