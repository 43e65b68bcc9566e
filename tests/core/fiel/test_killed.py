"""The process dies at any step of any act, and the next finishes it: both copies are the new ones, or both the old."""

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from horux_core.fiel.errors import FielMissing
from horux_core.fiel.events import FielHealed
from horux_core.fiel.findings import Health
from horux_core.fiel.model import Component, UseKind
from horux_core.tenancy.model import Tenant
from tests.core.fiel.strongroom import FIRST, SECOND, Killed, Strongroom, proof

Act = Callable[[Strongroom], object]


def deaths(begun: Callable[[], Strongroom], act: Act, after: Callable[[Strongroom], None]) -> int:
    """Die at the first step, at the second, and so on until the act ends; each time look at what is there after it."""
    for last in range(1, 200):
        room, ended = begun(), False
        with suppress(Killed), room.steps.killed_at(last):
            act(room)
            ended = True
        after(room)
        if ended:
            return last
    raise AssertionError("it never ends")


def sound(room: Strongroom) -> None:
    assert {finding.health for finding in room.verify()} <= {Health.SANA}
    assert all(not room.folders.drafts(tenant) for tenant in tenants(room))


def nothing_healed(room: Strongroom) -> None:
    """What was being sealed when it died was never lost: the copy was there before it was decided."""
    assert not [event for event in room.events() if isinstance(event, FielHealed)]
    assert not [use for tenant in tenants(room) for use in room.uses(tenant) if use.kind is UseKind.CURACION]


def tenants(room: Strongroom) -> list[Tenant]:
    return list(room.control.tables["tenants"].values())


@pytest.fixture(params=["al abrir", "por el deber"])
def mend(request: pytest.FixtureRequest) -> Callable[[Strongroom], None]:
    """Who comes first after the death: the next use, or the duty that goes round."""
    if request.param == "al abrir":
        return lambda room: None

    def tend(room: Strongroom) -> None:
        assert room.tend()["por atender"] == 0

    return tend


def test_the_first_upload(mend: Callable[[Strongroom], None]) -> None:
    seen = set()

    def begun() -> Strongroom:
        room = Strongroom()
        room.client()
        return room

    def after(room: Strongroom) -> None:
        mend(room)
        (tenant,) = tenants(room)
        try:
            seen.add(room.open(tenant))
        except FielMissing:
            seen.add("ninguna")
            assert (room.folders.read(tenant), room.vault.stored(tenant.id)) == ({}, None)
        sound(room)
        nothing_healed(room)

    assert deaths(begun, lambda room: room.store(tenants(room)[0], "nueva"), after) > 8
    assert seen == {"ninguna", "nueva"}


def test_replacing(mend: Callable[[Strongroom], None]) -> None:
    seen = set()

    def after(room: Strongroom) -> None:
        mend(room)
        (tenant,) = tenants(room)
        seen.add(room.open(tenant))
        sound(room)
        nothing_healed(room)

    assert deaths(with_one, lambda room: room.store(tenants(room)[0], "nueva"), after) > 6
    assert seen == {"vieja", "nueva"}


def test_using(mend: Callable[[Strongroom], None]) -> None:
    def after(room: Strongroom) -> None:
        mend(room)
        assert room.open(tenants(room)[0]) == "vieja"
        sound(room)

    assert deaths(with_one, lambda room: room.open(tenants(room)[0]), after) > 3


@pytest.mark.parametrize("lost", ["carpeta", "base", "un poco de cada una"])
def test_healing(mend: Callable[[Strongroom], None], lost: str) -> None:
    def begun() -> Strongroom:
        room = with_one()
        (tenant,) = tenants(room)
        row = room.vault.stored(tenant.id)
        assert row is not None
        if lost == "carpeta":
            room.folders.remove(tenant)
        elif lost == "base":
            del room.control.tables["fiel_credentials"][tenant.id]
        else:
            halves: tuple[Any, Any] = (room.folders.final[tenant.id], row.pieces)
            for n, component in enumerate(Component):
                del halves[n % 2][component]
        return room

    def after(room: Strongroom) -> None:
        mend(room)
        assert room.open(tenants(room)[0]) == "vieja"
        sound(room)

    assert deaths(begun, lambda room: room.open(tenants(room)[0]), after) > 6


def test_destroying(mend: Callable[[Strongroom], None]) -> None:
    seen = set()

    def after(room: Strongroom) -> None:
        begun = bool(room.receipts.kept)
        mend(room)
        (tenant,) = tenants(room)
        try:
            seen.add(room.open(tenant))
            assert not begun, "once there is a receipt it is destroyed"
        except FielMissing:
            seen.add("ninguna")
            assert (room.folders.read(tenant), room.vault.stored(tenant.id)) == ({}, None)
            assert len(room.vault.receipts(tenant.id, None, 5).items) == 1
            assert room.uses(tenant)[-1].kind is UseKind.DESTRUCCION
        sound(room)
        room.store(tenant, "otra")
        assert room.open(tenant) == "otra"

    assert deaths(with_one, lambda room: room.destroy(tenants(room)[0]), after) > 6
    assert seen == {"vieja", "ninguna"}


def test_rotating(mend: Callable[[Strongroom], None]) -> None:
    def begun() -> Strongroom:
        room = with_one()
        room.start(SECOND, FIRST)
        return room

    def after(room: Strongroom) -> None:
        mend(room)
        assert room.open(tenants(room)[0]) == "vieja"
        sound(room)
        room.rotate()
        room.start(SECOND)
        assert room.open(tenants(room)[0]) == "vieja"
        nothing_healed(room)

    assert deaths(begun, Strongroom.rotate, after) > 8


def test_rotating_many_loses_none() -> None:
    many = proof(50, 1_000)
    room, dice = Strongroom(), Random(4)
    for n in range(many):
        room.store(room.client(f"CA{chr(65 + n // 676)}{chr(65 + n // 26 % 26)}240813{n % 26:02d}1"), f"n{n}")
    room.start(SECOND, FIRST)
    for _ in range(proof(60, 400)):
        with suppress(Killed), room.steps.killed_at(dice.randint(1, many * 12)):
            room.rotate()
    assert all(finding.sound for finding in room.rotate())
    room.start(SECOND)
    assert [room.open(tenant) for tenant in tenants(room)] == [f"n{n}" for n in range(many)]
    assert {finding.health for finding in room.verify()} == {Health.SANA}
    for tenant in tenants(room):
        row = room.vault.stored(tenant.id)
        assert row is not None
        pieces = [*row.pieces.values(), *room.folders.read(tenant).values()]
        assert {piece.seal.key_version for piece in pieces} == {room.sealer.version}


def with_one() -> Strongroom:
    room = Strongroom()
    room.store(room.client(), "vieja")
    return room
