from uuid import uuid4

import pytest

from horux_core.identity.errors import ActionForbidden, MustChangePassword, SessionExpired, SessionMissing
from horux_core.identity.model import Actor
from horux_core.identity.sessions import EndSession
from horux_core.kernel.ids import SessionId
from tests.core.identity.world import World


def test_signs_out_of_the_session_that_asks_alone(world: World) -> None:
    world.user("ana@ejemplo.mx")
    here, there = world.enter(), world.enter()
    world.sign_out(world.actor(here))
    with pytest.raises(SessionExpired):
        world.actor(here)
    with pytest.raises(SessionExpired):
        world.refresh(here.refresh_token)
    world.actor(there)


def test_lists_the_person_s_own_sessions(world: World) -> None:
    world.user("ana@ejemplo.mx")
    world.user("beto@ejemplo.mx")
    first = world.enter()
    world.later(minutes=1)
    second = world.enter()
    world.enter("beto@ejemplo.mx")
    listed = world.list_sessions(world.actor(first))
    assert [session.id for session in listed] == [world.actor(second).session, world.actor(first).session]


def test_ends_every_session_but_the_one_that_asks(world: World) -> None:
    world.user("ana@ejemplo.mx")
    world.user("beto@ejemplo.mx")
    here, there, stranger = world.enter(), world.enter(), world.enter("beto@ejemplo.mx")
    assert world.end_other_sessions(world.actor(here)) == 1
    with pytest.raises(SessionExpired):
        world.actor(there)
    world.actor(here)
    world.actor(stranger)


def test_keeps_a_temporary_password_from_sessions(world: World) -> None:
    user = world.user("ana@ejemplo.mx")
    actor = world.actor(world.enter(password=world.temporary_password(user.id)))
    for use_case in (world.list_sessions, world.end_other_sessions):
        with pytest.raises(MustChangePassword):
            use_case(actor)


def test_is_for_people_only(world: World) -> None:
    for use_case in (world.sign_out, world.list_sessions, world.end_other_sessions, world.introduce):
        with pytest.raises(ActionForbidden):
            use_case(Actor.system())


def test_introduces_the_person_and_its_taxpayers(world: World) -> None:
    tenant = world.tenant("EKU9003173C9")
    user = world.user("ana@ejemplo.mx", tenant)
    found, cards = world.introduce(world.actor(world.enter()))
    assert found == user
    assert cards.current is not None
    assert cards.current.id == tenant


def test_introduces_nobody_that_has_just_gone(world: World) -> None:
    user = world.user("ana@ejemplo.mx")
    actor = world.actor(world.enter())
    with world.directory.transaction() as tx:
        tx.users.remove(user.id)
    with pytest.raises(SessionExpired):
        world.introduce(actor)


def test_ends_one_session_of_its_own_and_nobody_else_s(world: World) -> None:
    world.user("ana@ejemplo.mx")
    world.user("beto@ejemplo.mx")
    here, there, stranger = world.enter(), world.enter(), world.enter("beto@ejemplo.mx")
    end, ana = EndSession(world.directory, world.clock), world.actor(here)
    other = world.actor(there).session
    assert other is not None
    end(ana, other)
    with pytest.raises(SessionExpired):
        world.actor(there)
    theirs = world.actor(stranger).session
    assert theirs is not None
    for wrong in (other, theirs, SessionId(uuid4())):
        with pytest.raises(SessionMissing):
            end(ana, wrong)
    world.actor(here)
    world.actor(stranger)
    with pytest.raises(ActionForbidden):
        end(Actor.system(), theirs)
