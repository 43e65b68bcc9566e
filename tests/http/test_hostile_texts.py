"""What comes in headers, cookies, addresses and notices, made wrong: never a fault of ours, never believed."""

import hmac
from collections.abc import Iterator, Sequence
from itertools import chain
from random import Random
from time import time
from typing import Any
from urllib.parse import quote

import pytest
from httpx import Response

from horux_core.billing.notices import TakenNotice
from horux_core.plans.model import Plan
from tests.http.paged import browser
from tests.http.stage import Stage, staged
from tests.security.feeding import FULL, SEED
from tests.security.mutations import BLIND, VALUES, changed

COUNT = 5_000 if FULL else 150
NAME = "horux_una_vez"
BODIES = (
    b'{"type":"payment","data":{"id":"130456789012"}}',
    b'{"type":"subscription_preapproval","data":{"id":"2c938084726fca480172750000000000"},"action":"updated"}',
    b'{"type":"\\ud800","data":{"id":"\\u0000"}}',
    b'{"type":["payment"],"data":[{"id":1e400}]}',
    b'{"type":"payment","data":{"id":' + b"9" * 5_000 + b"}}",
    b"[" * 60_000,
)
QUERIES = (
    b"data.id=130456789012&type=payment",
    b"id=1&topic=payment",
    b"type=%00%ED%A0%80&data.id=%F0%28",
    b"type=\xff",
)


_ASKABLE = "".join(chr(each) for each in range(0x21, 0x7F) if chr(each) not in '#"<>')


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("datos")) as built:
        yield built


def asked(stage: Stage, path: str, headers: Sequence[tuple[bytes, bytes]], **more: Any) -> Response:
    """As it is, byte by byte: what no client would send."""
    sent: Response = stage.product.http.request(more.pop("method", "GET"), path, headers=list(headers), **more)
    return sent


def on_one_line(value: bytes) -> bytes:
    """A server ends a header at these, and never hands them on."""
    return bytes(each for each in value if each not in b"\r\n\0").strip() or b"x"


def test_no_changed_credential_is_anybody_s(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "authorized")
    by = Random(SEED)
    seeds = [stage.credentials[who]["Authorization"].encode() for who in ("owner", "key-cfdi:read")]
    real = {seed.partition(b" ")[2] for seed in seeds}
    for number in range(COUNT):
        if number % 50 == 0:
            stage.put_back(Plan.ENTERPRISE, "authorized")
        value = on_one_line(changed(seeds, BLIND, by))
        answer = asked(stage, "/api/cfdi", [(b"Authorization", value)])
        scheme, _, credential = value.partition(b" ")
        if scheme.lower() == b"bearer" and credential.strip() in real:
            continue
        assert answer.status_code in (401, 429), (value, answer.text)


def test_no_changed_view_shows_another_s(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "authorized")
    by, rfcs = Random(SEED), [b"TPR840604D98", b"%C3%91AN010101AAA"]
    for _ in range(COUNT):
        rfc = on_one_line(by.choice((changed(rfcs, BLIND, by), by.choice(VALUES).encode("utf-8", "surrogatepass"))))
        for who, expected in (("operator", {200, 404, 422}), ("owner", {403})):
            own = stage.credentials[who]["Authorization"].encode()
            answer = asked(stage, "/api/cfdi", [(b"Authorization", own), (b"X-View-Tenant", rfc)])
            assert answer.status_code in expected, (who, rfc, answer.text)


def test_no_changed_cookie_shows_a_secret(stage: Stage) -> None:
    stage.put_back(Plan.ENTERPRISE, "authorized")
    own = browser(stage, "owner")
    own.submit("/configuracion/api", {"nombre": "Caja", "scopes": "cfdi:read"})
    sealed, by = own.cookies[NAME], Random(SEED)
    for _ in range(COUNT // 3):
        value = on_one_line(changed([sealed.encode()], BLIND, by)).decode("latin-1")
        if value == sealed or any(each in value for each in ' ",;\\') or not value.isascii():
            continue
        own.cookies[NAME] = value
        page = own.get("/configuracion/api")
        assert (page.status, page.every("//*[@id='secreto']")) == (200, [])
    own.cookies[NAME] = sealed
    assert own.get("/configuracion/api").every("//*[@id='secreto']")


def texts(notice: TakenNotice) -> Iterator[str]:
    yield from (notice.topic or "", notice.reference or "", notice.query, notice.remote)
    yield from chain.from_iterable(notice.headers)


def test_no_changed_notice_is_believed_and_each_can_be_kept(stage: Stage) -> None:
    """A database takes neither a NUL nor half a letter: what is kept of a notice has none."""
    stage.put_back(Plan.ENTERPRISE, "authorized")
    by, gateways = Random(SEED), stage.product.horux.gateways
    before = set(gateways.memory().tables["notices"])
    stamp, kept = str(int(time())), 0
    v1 = hmac.new(b"no es el nuestro", f"id:130456789012;request-id:r;ts:{stamp};".encode(), "sha256").hexdigest()
    for number in range(COUNT):
        if number % 80 == 0:
            stage.put_back(Plan.ENTERPRISE, "authorized")
        signature = changed([f"ts={stamp},v1={v1}".encode()], BLIND, by)
        headers = [
            (b"X-Signature", on_one_line(signature)),
            (b"X-Request-Id", on_one_line(by.choice(VALUES).encode("utf-8", "surrogatepass"))),
            (b"Content-Type", on_one_line(changed([b"application/json"], BLIND, by))),
        ]
        query = quote(changed(QUERIES, BLIND, by), safe=_ASKABLE)
        answer = asked(
            stage, f"/api/webhooks/mercadopago?{query}", headers, method="POST", content=changed(BODIES, BLIND, by)
        )
        assert answer.status_code in (400, 401, 413), (query, headers, answer.text)
        kept += len(gateways.memory().tables["notices"]) - len(before)
        for notice in (row.notice for ident, row in gateways.memory().tables["notices"].items() if ident not in before):
            for text in texts(notice):
                assert "\0" not in text
                text.encode()
    assert kept > 0
