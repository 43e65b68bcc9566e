"""Big answers: in pieces, to who takes them, and never too many at a time."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar import Litestar, Response, get
from litestar.params import FromPath

from horux_http.access_log import note_actor
from horux_http.answering import Pace
from tests.http.small import client, small_app

PIECE = 64 * 1024
BIG = 1_000_000
ANA, LUZ = uuid4(), uuid4()
HASTE = Pace(each=0.05)


@get("/grande/{size:int}", sync_to_thread=False)
def grande(size: FromPath[int]) -> Response[bytes]:
    return Response(content(size), media_type="application/octet-stream")


def content(size: int) -> bytes:
    return hashlib.shake_128(b"x").digest(size)


Take = Callable[[dict[str, Any]], Awaitable[None]]


async def taken(app: Litestar, take: Take, size: int = BIG, whose: UUID | None = ANA) -> None:
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": f"/grande/{size}", "raw_path": b"", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"localhost")], "client": ("192.0.2.1", 5), "server": ("localhost", 80),
        "state": {}, "extensions": {},
    }  # fmt: skip
    note_actor(scope, tenant=whose)  # type: ignore[arg-type]
    await asyncio.wait_for(app(scope, asyncio.Event().wait, take), 20)  # type: ignore[arg-type]


class Reader:
    """Takes an answer; from its second piece on only once `goes_on` is set."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.goes_on = asyncio.Event()
        self.stopped = asyncio.Event()

    async def __call__(self, message: dict[str, Any]) -> None:
        if len(self.messages) >= 2:
            self.stopped.set()
            await self.goes_on.wait()
        self.messages.append(message)

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])


def app(pace: Pace) -> Litestar:
    return small_app(extra=[grande], pace=pace)


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 3 * PIECE, BIG])
def test_an_answer_arrives_as_it_is(size: int) -> None:
    with client(extra=[grande]) as http:
        assert http.get(f"/grande/{size}").content == content(size)


def test_a_big_answer_goes_in_pieces_and_the_last_one_ends_it() -> None:
    reader = Reader()
    reader.goes_on.set()
    asyncio.run(taken(app(Pace()), reader))
    pieces = reader.messages[1:]
    assert max(len(each["body"]) for each in pieces) == PIECE
    assert [each["more_body"] for each in pieces] == [True] * (len(pieces) - 1) + [False]


def test_who_stops_taking_it_is_let_go_and_its_room_is_given_back(caplog: pytest.LogCaptureFixture) -> None:
    async def twice() -> None:
        pace = Pace(each=0.05, of_one=BIG, together=BIG)
        application = app(pace)
        for _ in range(2):
            reader = Reader()
            await taken(application, reader)
            assert (reader.status, len(reader.messages)) == (200, 2)

    with caplog.at_level(logging.WARNING):
        asyncio.run(twice())
    assert [record.message for record in caplog.records] == ["respuesta sin leer"] * 2


def test_who_takes_it_by_drops_is_let_go() -> None:
    taking: list[dict[str, Any]] = []

    async def slowly(message: dict[str, Any]) -> None:
        await asyncio.sleep(0.01)
        taking.append(message)

    asyncio.run(taken(app(Pace(grace=0.05, rate=100_000_000)), slowly, size=100 * PIECE))
    assert 2 < len(taking) < 50
    taking.clear()
    asyncio.run(taken(app(Pace(grace=0.05, rate=1_000)), slowly, size=20 * PIECE))
    assert len(taking) == 21


@pytest.mark.parametrize(
    ("pace", "one", "other", "status"),
    [
        (Pace(of_one=2 * BIG - 1), ANA, ANA, 503),
        (Pace(of_one=2 * BIG - 1), ANA, LUZ, 200),
        (Pace(of_one=2 * BIG), ANA, ANA, 200),
        (Pace(together=2 * BIG - 1), ANA, LUZ, 503),
        (Pace(of_strangers=2 * BIG - 1), None, None, 503),
        (Pace(of_strangers=2 * BIG - 1), None, ANA, 200),
    ],
)
def test_beyond_what_may_wait_at_a_time_others_are_refused(
    pace: Pace, one: UUID | None, other: UUID | None, status: int
) -> None:
    async def both() -> None:
        application, first, second, third = app(pace), Reader(), Reader(), Reader()
        second.goes_on.set()
        third.goes_on.set()
        slow = asyncio.create_task(taken(application, first, whose=one))
        await first.stopped.wait()
        await taken(application, second, whose=other)
        assert second.status == status
        if status == 503:
            assert b"servidor-saturado" in second.messages[1]["body"]
            assert (b"retry-after", b"5") in second.messages[0]["headers"]
        first.goes_on.set()
        await slow
        assert sum(len(each["body"]) for each in first.messages[1:]) == BIG
        await taken(application, third, whose=other)
        assert third.status == 200

    asyncio.run(both())


def test_a_refusal_can_be_read_by_the_pages_of_others() -> None:
    with client(extra=[grande], pace=Pace(of_strangers=1), cors_origins=("https://paginas.mx",)) as http:
        refused = http.get(f"/grande/{BIG}", headers={"Origin": "https://paginas.mx"})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (503, "https://paginas.mx")
