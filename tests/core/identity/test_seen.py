from datetime import timedelta

import pytest

from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.identity.people import SeePeople
from horux_core.kernel.rfc import Rfc
from tests.core.identity.world import REFRESH, START, World


def test_tells_when_somebody_was_last_in_the_open_taxpayer_and_nowhere_else(world: World) -> None:
    here, there = world.tenant("CAS2408138W2"), world.tenant("TPR840604D98")
    ana = world.user("ana@ejemplo.mx", here)
    beto = world.user("beto@ejemplo.mx", there, here, role=Role.VISOR)
    see = SeePeople(world.directory, world.clock, REFRESH)
    assert see(world.actor(world.enter())) == {ana.id: START}
    world.enter("beto@ejemplo.mx")
    world.later(hours=3)
    entered = world.enter()
    world.later(hours=2)
    world.refresh(entered.refresh_token)
    assert see(world.actor(entered)) == {ana.id: START + timedelta(hours=5)}
    visitor = world.actor(world.enter("beto@ejemplo.mx"))
    world.switch_tenant(visitor, Rfc("CAS2408138W2"))
    assert see(world.actor(entered))[beto.id] == START + timedelta(hours=5)


def test_is_the_owner_s_alone(world: World) -> None:
    world.user("ana@ejemplo.mx", world.tenant("CAS2408138W2"), role=Role.CONTADOR)
    with pytest.raises(ActionForbidden):
        SeePeople(world.directory, world.clock, REFRESH)(world.actor(world.enter()))
