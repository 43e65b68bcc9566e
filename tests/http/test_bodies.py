"""What bodies that are read whole take of a process: time, memory, and nothing for who is not known."""

import asyncio
from typing import Any

import pytest
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation

from horux_core.identity.model import Actor
from horux_http.reading import SMALL, Patience
from tests.core.identity.world import World
from tests.http.by_hand import HANG_UP, Arrive, answered, asked, in_turn, part
from tests.http.signed_in import an_app
from tests.http.small import NewThing, small_app

THINGS = "/api/cosas"
BODY = b'{"nombreCorto": "x"}'


@post("/subida", request_max_body_size=None)
async def subida(request: Request[Any, Any, Any]) -> int:
    return sum([len(chunk) async for chunk in request.stream()])


@post("/cosas", sync_to_thread=True)
def things(actor: NamedDependency[SkipValidation[Actor]], data: JSONBody[NewThing]) -> str:
    return f"{actor.user} {data.nombre_corto}"


def drop_by_drop(notes: list[int]) -> Arrive:
    async def drip() -> dict[str, Any]:
        notes.append(0)
        await asyncio.sleep(0.01)
        return part(b" ", more=True)

    return drip


class TestSmallBodies:
    def test_are_not_waited_for_as_long_as_large_ones(self) -> None:
        app = small_app(extra=[subida], patience=Patience(small_idle=0.05))
        begun = part(BODY[:5], more=True)
        assert asked(app, THINGS, in_turn(begun))[0] == 408

    def test_that_come_by_drops_are_not_waited_for(self) -> None:
        drops: list[int] = []
        assert asked(small_app(patience=Patience(small_all=0.2)), THINGS, drop_by_drop(drops))[0] == 408
        assert len(drops) < 100

    @pytest.mark.parametrize("headers", [{}, {"content-length": str(len(BODY))}])
    def test_is_none_whose_route_takes_large_ones_for_its_line_may_be_slow(self, headers: dict[str, str]) -> None:
        app = small_app(extra=[subida], patience=Patience(small_idle=0.01))
        late = [part(BODY[:5], more=True), part(BODY[5:])]

        async def arrive() -> dict[str, Any]:
            await asyncio.sleep(0.05)
            return late.pop(0)

        assert asked(app, "/subida", arrive, headers=headers)[0] == 201

    def test_are_all_that_is_taken_unless_a_route_says_otherwise(self) -> None:
        body = b'{"nombreCorto": "' + b"x" * SMALL + b'"}'
        assert asked(small_app(), THINGS, in_turn(part(body)))[0] == 413


class TestBodiesReadWhole:
    def test_that_do_not_fit_together_are_refused_at_once(self) -> None:
        app = small_app(held_bodies=1_000)
        first = [part(b'{"nombreCorto": "' + b"x" * 900, more=True)]
        status, told, headers = 0, dict[str, Any](), dict[str, str]()

        async def arrive() -> dict[str, Any]:
            nonlocal status, told, headers
            if first:
                return first.pop()
            status, told, headers = await answered(app, THINGS, in_turn(part(b"x" * 200, more=True)))
            return part(b'"}')

        assert asked(app, THINGS, arrive)[0] == 201
        assert (status, told["code"], headers["retry-after"]) == (503, "servidor-saturado", "5")

    @pytest.mark.parametrize("end", [part(b'"}'), HANG_UP, part(b"no")])
    def test_give_their_place_back(self, end: dict[str, Any]) -> None:
        app = small_app(held_bodies=1_000)
        for _ in range(3):
            begun = part(b'{"nombreCorto": "' + b"x" * 900, more=True)
            assert asked(app, THINGS, in_turn(begun, end))[0] in (201, 400)

    def test_are_not_asked_for_before_it_is_known_who_sends_them(self) -> None:
        asks: list[int] = []
        app = an_app(World(), things)
        for path in ("/api/auth/password", "/cosas"):
            for headers in ({}, {"authorization": "Bearer falsa"}):
                assert asked(app, path, drop_by_drop(asks), headers=headers)[0] == 401
        assert asks == []

    def test_of_who_need_not_be_known_are_short(self) -> None:
        for path in ("/api/auth/login", "/api/auth/refresh"):
            assert asked(an_app(World()), path, in_turn(part(b" " * 16_385)))[0] == 413
