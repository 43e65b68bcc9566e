"""The door for MercadoPago's notices, and the operator's view of what came through it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from dependency_injector import providers
from httpx import Response
from litestar.testing import TestClient

from horux_adapters.container.horux import Horux, opened
from horux_adapters.container.settings import load
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.notices import PostgresNotices
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_core.billing.notices import TakenNotice
from horux_http.app import create_app
from horux_http.asgi import CONTROLLERS, dependencies
from tests.avisos import SECRET, Aviso, an_aviso
from tests.http.whole import OPERATOR, PASSWORD, settings

DOOR, VIEW = "/api/webhooks/mercadopago", "/api/admin/webhooks"
NOWHERE = "postgresql://nadie@127.0.0.1:1/nada"


@dataclass(frozen=True)
class Door:
    horux: Horux
    http: TestClient[Any]

    def send(self, aviso: Aviso, **more: str) -> Response:
        headers = [*aviso.headers, *more.items()]
        return self.http.post(f"{DOOR}?{aviso.query}", headers=headers, content=aviso.body)

    def kept(self) -> tuple[TakenNotice, ...]:
        found: tuple[TakenNotice, ...] = self.horux.gateways.notices().page(None, None, 500).items
        return found

    def operator(self) -> dict[str, str]:
        answer = self.http.post("/api/auth/login", json={"email": OPERATOR, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


@contextmanager
def a_door(folder: Path, notices: object = None, **more: str) -> Iterator[Door]:
    """Of the whole product in memory, without its worker."""
    chosen = {"STORAGE": "memory", "MAIL": "memory", "PAYMENTS": "memory", "DATA_DIR": str(folder)}
    secret = settings(folder).jwt_secret.reveal()
    with opened(load({**chosen, "JWT_SECRET": secret, **more})) as horux:
        if notices is not None:
            horux.gateways.notices.override(providers.Object(notices))
        horux.use_cases.create_operator()(OPERATOR, "Operadora", PASSWORD)
        app = create_app(
            CONTROLLERS, dependencies(horux), ready=horux.gateways.ready(), clock=lambda: datetime.now(UTC)
        )
        with TestClient(app, raise_server_exceptions=False) as http:
            yield Door(horux, http)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with a_door(tmp_path, MP_WEBHOOK_SECRET=SECRET) as built:
        yield built


def an_own_one(reference: str = "130456789012", **how: Any) -> Aviso:
    return an_aviso(reference, datetime.now(UTC), **how)


def test_answers_at_once_and_keeps_it_as_it_was_sent(door: Door) -> None:
    aviso = an_own_one()
    answer = door.send(aviso)
    assert (answer.status_code, answer.json()) == (200, None)
    (notice,) = door.kept()
    assert (notice.query, notice.body, notice.remote) == (aviso.query, aviso.body, "testclient")
    assert dict(notice.headers)["x-request-id"] == dict(aviso.headers)["X-Request-Id"]
    assert (notice.state, notice.attempts) == ("pendiente", 0)


def test_the_same_sent_again_is_answered_well_and_kept_no_more(door: Door) -> None:
    aviso = an_own_one()
    assert [door.send(aviso).status_code for _ in range(3)] == [200, 200, 200]
    assert len(door.kept()) == 1


@pytest.mark.parametrize(
    "query",
    ["data%2Eid=130456789012&type=payment", "type=payment&data.id=130456789012&x=1&x=2", "data.id=%31304567890%312"],
)
def test_reads_the_address_as_it_was_written(door: Door, query: str) -> None:
    aviso = an_own_one()
    assert door.send(Aviso(query, aviso.headers, aviso.body)).status_code == 200


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
@pytest.mark.parametrize("body", [b"", b"{", b'{"a": NaN, "a": 1}', b"\xff\x00", b"[" * 60_000])
def test_takes_whatever_body_comes_with_a_signature(door: Door, kind: str, body: bytes) -> None:
    aviso = an_own_one()
    headers = tuple(pair for pair in aviso.headers if pair[0] != "Content-Type")
    assert door.send(Aviso(aviso.query, (*headers, ("Content-Type", kind)), body)).status_code == 200
    assert door.kept()[0].body == body


def test_a_request_id_of_any_form_is_signed_and_arrives(door: Door) -> None:
    aviso = an_own_one(request_id="con espacios, / y mayor que uno nuestro: " + "x" * 40)
    assert door.send(aviso).status_code == 200


@pytest.mark.parametrize(
    "aviso",
    [
        an_own_one(secret="otro-secreto"),
        an_own_one(body_id="7"),
        Aviso("data.id=1&type=payment", (), b"{}"),
        Aviso("topic=payment&id=1", (), b'{"resource": "1", "topic": "payment"}'),
    ],
)
def test_refuses_and_keeps_what_is_not_signed(door: Door, aviso: Aviso) -> None:
    answer = door.send(aviso)
    assert (answer.status_code, answer.json()["code"]) == (401, "notice-forged")
    assert [notice.state for notice in door.kept()] == ["rechazado"]
    assert door.horux.gateways.deliveries().claim(None, datetime.now(UTC)) is None


@pytest.mark.parametrize("secret", [SECRET, ""])
def test_without_a_secret_of_ours_all_is_refused(tmp_path: Path, secret: str) -> None:
    with a_door(tmp_path) as door:
        assert door.send(an_own_one(secret=secret)).status_code == 401
        assert [notice.verdict for notice in door.kept()] == ["not_configured"]


def test_a_topic_nobody_follows_is_answered_well(door: Door) -> None:
    assert door.send(an_own_one(topic="chargebacks")).status_code == 200
    assert [notice.state for notice in door.kept()] == ["ignorado"]


def test_says_that_it_could_not_be_kept(tmp_path: Path) -> None:
    gone = ControlDatabase(NOWHERE, wait=0.2).open()
    try:
        with a_door(tmp_path, PostgresNotices(gone, PostgresOutbox), MP_WEBHOOK_SECRET=SECRET) as door:
            for aviso in (an_own_one(), an_own_one(secret="otro-secreto")):
                answer = door.send(aviso)
                assert answer.status_code == 503
                assert int(answer.headers["retry-after"]) > 0
    finally:
        gone.close()


def test_a_body_that_is_too_long_is_not_read(door: Door) -> None:
    aviso = an_own_one()
    assert door.send(Aviso(aviso.query, aviso.headers, b" " * 65_537)).status_code == 413
    assert door.kept() == ()


def test_shows_the_operator_what_came_and_runs_it_again(door: Door) -> None:
    for aviso in (an_own_one(), an_own_one(secret="otro-secreto")):
        door.send(aviso)
    operator = door.operator()
    shown = door.http.get(VIEW, headers=operator).json()
    assert [each["estado"] for each in shown["items"]] == ["rechazado", "pendiente"]
    forged, own = shown["items"]
    assert (own["topic"], own["reference"], own["verdict"], own["attempts"]) == ("payment", "130456789012", "ok", 0)
    assert own["body"].startswith('{"type": "payment"')
    assert "x-signature" in dict(own["headers"])
    page = door.http.get(VIEW, params={"limit": "1", "estado": "pendiente"}, headers=operator).json()
    assert [each["id"] for each in page["items"]] == [own["id"]]
    assert door.http.get(VIEW, params={"estado": "otro"}, headers=operator).status_code == 400

    def retried(ident: object) -> tuple[int, object]:
        answer = door.http.post(f"{VIEW}/{ident}/retry", headers=operator)
        return answer.status_code, (answer.json() or {}).get("code")

    assert retried(own["id"]) == (202, None)
    assert retried(forged["id"]) == (409, "notice-useless")
    assert retried(uuid4()) == (404, "notice-missing")


def test_shows_the_beginning_of_a_body_that_is_long_or_no_text(door: Door) -> None:
    aviso = an_own_one()
    door.send(Aviso(aviso.query, aviso.headers, b"a\xff" * 1_500))
    (shown,) = door.http.get(VIEW, headers=door.operator()).json()["items"]
    assert shown["body"] == "a\ufffd" * 1_000
