import asyncio
import logging
from typing import Any

import pytest

from horux_http.reading import Patience
from tests.http.by_hand import HANG_UP, asked, in_turn, part
from tests.http.small import client, small_app

THINGS = "/api/cosas"
BODY = b'{"nombreCorto": "x"}'


@pytest.mark.parametrize(
    "body",
    [
        rb'{"nombreCorto": "\ud800"}',
        rb'{"nombreCorto": "x", "z": "\udfff"}',
        rb'{"nombreCorto": "x", "\ud800": 1}',
        rb'{"nombreCorto": "\ud800\ud800"}',
        b'{"nombreCorto": "\xed\xa0\x80"}',
        b'{"nombreCorto": "x", "z": ' + b'{"a":' * 3_000 + b"1" + b"}" * 3_000 + b"}",
        b'{"nombreCorto": "x", "z": ' + b"9" * 5_000 + b"}",
        b'{"nombreCorto": "x", "cuantos": -Infinity}',
        b'\xef\xbb\xbf{"nombreCorto": "x"}',
        b'{"nombreCorto": "x"}\x00',
        b'{"nombreCorto": "a\nb"}',
    ],
)
def test_json_that_nobody_sends_is_refused_with_400(body: bytes) -> None:
    with client() as http:
        answer = http.post(THINGS, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "solicitud-invalida"), answer.text
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    ("body", "campo"),
    [
        (rb'{"nombreCorto": "a\u0000b"}', "nombreCorto"),
        (rb'{"nombreCorto": "x", "z": [{"y": "\u001b"}]}', "z[0].y"),
        (rb'{"nombreCorto": "x", "z": {"\u0000": 1}}', "z"),
        ('{"nombreCorto": "\u202ex"}'.encode(), "nombreCorto"),
    ],
)
def test_a_text_that_no_screen_shows_is_refused_wherever_it_is(body: bytes, campo: str) -> None:
    with client() as http:
        answer = http.post(THINGS, content=body, headers={"Content-Type": "application/json"})
    told = answer.json()
    assert (answer.status_code, told["code"], told["campo"]) == (422, "texto-no-imprimible", campo), answer.text


def test_a_body_that_stops_coming_is_waited_for_only_so_long() -> None:
    app = small_app(patience=Patience(idle=0.05))
    status, told, headers = asked(app, THINGS, in_turn(part(BODY[:5], more=True)))
    assert (status, told["code"], headers["connection"]) == (408, "solicitud-lenta", "close")


def test_a_body_that_comes_by_drops_is_not_waited_for() -> None:
    drops = 0

    async def drip() -> dict[str, Any]:
        nonlocal drops
        drops += 1
        await asyncio.sleep(0.01)
        return part(b" ", more=True)

    app = small_app(patience=Patience(idle=10, grace=0.1, rate=1_000_000))
    assert asked(app, THINGS, drip)[0] == 408
    assert drops < 100


def test_a_body_that_comes_fast_enough_may_take_its_time() -> None:
    waiting = [BODY[at : at + 4] for at in range(0, len(BODY), 4)]

    async def drip() -> dict[str, Any]:
        await asyncio.sleep(0.02)
        return part(waiting.pop(0), more=bool(waiting))

    app = small_app(patience=Patience(idle=10, grace=0.05, rate=10))
    assert asked(app, THINGS, drip)[0] == 201


def test_a_sender_that_hangs_up_is_no_error_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        status, told, _ = asked(small_app(), THINGS, in_turn(part(BODY[:5], more=True), HANG_UP))
    assert (status, told["code"]) == (400, "solicitud-invalida")
    assert "se cortó" in told["detail"]
    assert [record for record in caplog.records if record.levelno > logging.INFO or record.exc_info] == []


@pytest.mark.parametrize(
    ("length", "answer"), [("9" * 5_000, 400), ("0" * 5_000, 400), ("-1", 201), ("1_0", 201), ("x", 400), ("²", 400)]
)
def test_a_length_that_is_no_length_is_refused_or_does_no_harm(length: str, answer: int) -> None:
    status, _, _ = asked(small_app(), THINGS, in_turn(part(BODY)), headers={"content-length": length})
    assert status == answer
