"""Choosing a new password by a link: once, for an hour, for nobody else, and all sessions end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from horux_adapters.memory.outbox import MemoryDeliveries
from horux_core.identity.errors import (
    BadCredentials,
    ResetInvalid,
    SessionExpired,
    TooManyAttempts,
    UserMissing,
    WeakPassword,
)
from horux_core.identity.events import ResetAsked
from horux_core.identity.model import User
from horux_core.identity.resetting import OF_ONE_ORIGIN
from horux_core.kernel.events import Event
from tests.core.identity.world import PASSWORD, World

NEW, ANOTHER = "farol verde de otoño", "puente de tres arcos"
HOME = "192.0.2.1"


@pytest.fixture
def user(world: World) -> User:
    return world.user("ana@ejemplo.mx", world.tenant("EKU9003173C9"))


def token(world: World, user: User) -> str:
    issued = world.issue_reset(user.id)
    assert issued is not None
    return issued[0]


def told(world: World) -> list[Event]:
    deliveries = MemoryDeliveries(world.control)
    found = []
    while (delivery := deliveries.claim(None, world.control.clock())) is not None:
        found.append(delivery.event)
    return found


def test_opens_with_the_new_password_and_no_longer_with_the_old(world: World, user: User) -> None:
    world.reset_password(token(world, user), NEW)
    with pytest.raises(BadCredentials):
        world.enter(password=PASSWORD)
    assert world.enter(password=NEW).user.id == user.id


def test_ends_every_session(world: World, user: User) -> None:
    entered = world.enter()
    world.reset_password(token(world, user), NEW)
    with pytest.raises(SessionExpired):
        world.actor(entered)


def test_is_good_once(world: World, user: User) -> None:
    secret = token(world, user)
    world.reset_password(secret, NEW)
    with pytest.raises(ResetInvalid):
        world.reset_password(secret, ANOTHER)
    assert world.enter(password=NEW)


def test_is_good_for_an_hour(world: World, user: User) -> None:
    secret, other = token(world, user), world.user("beto@ejemplo.mx")
    world.later(minutes=59, seconds=59)
    world.reset_password(secret, NEW)
    secret = token(world, other)
    world.later(hours=1)
    with pytest.raises(ResetInvalid):
        world.reset_password(secret, NEW)


def test_dies_when_a_newer_one_is_made(world: World, user: User) -> None:
    first, second = token(world, user), token(world, user)
    with pytest.raises(ResetInvalid):
        world.reset_password(first, NEW)
    world.reset_password(second, NEW)


def test_dies_when_the_password_is_changed_otherwise(world: World, user: User) -> None:
    secret = token(world, user)
    world.change_password(world.actor(world.enter()), PASSWORD, NEW)
    with pytest.raises(ResetInvalid):
        world.reset_password(secret, ANOTHER)


@pytest.mark.parametrize("secret", ["", "x" * 43, "\ud800"])
def test_nothing_opens_with_a_made_up_one(world: World, user: User, secret: str) -> None:
    token(world, user)
    with pytest.raises(ResetInvalid):
        world.reset_password(secret, NEW)
    assert world.enter(password=PASSWORD).user.id == user.id


def test_a_weak_password_is_refused_and_the_link_stays_good(world: World, user: User) -> None:
    secret = token(world, user)
    for weak in ("corta", "ejemplo2026", "EKU9003173C9!"):
        with pytest.raises(WeakPassword):
            world.reset_password(secret, weak)
    world.reset_password(secret, NEW)


def test_a_disabled_account_gets_none_and_opens_with_none(world: World, user: User) -> None:
    secret = token(world, user)
    world.change_user(user.id, active=False)
    assert world.issue_reset(user.id) is None
    with pytest.raises(ResetInvalid):
        world.reset_password(secret, NEW)


@pytest.mark.parametrize("why", ["made up", "an hour old", "disabled", "gone"])
def test_nothing_is_hashed_and_no_password_judged_for_a_dead_link(world: World, user: User, why: str) -> None:
    """Hashing costs; and a better password would only be chosen in vain."""
    secret = "x" * 43 if why == "made up" else token(world, user)
    if why == "an hour old":
        world.later(hours=1)
    if why == "disabled":
        world.change_user(user.id, active=False)
    if why == "gone":
        with world.directory.transaction() as tx:
            tx.users.remove(user.id)

    class Unused:
        outdated, matches = world.hasher.outdated, world.hasher.matches

        def hash(self, password: str) -> str:
            raise AssertionError

    for password in (NEW, "corta"):
        with pytest.raises(ResetInvalid):
            replace(world.reset_password, hasher=Unused())(secret, password)


def test_one_disabled_while_the_password_is_hashed_gets_none(user: User, world: World) -> None:
    secret = token(world, user)
    hashing = world.reset_password.hasher.hash

    class Slow:
        outdated, matches = world.hasher.outdated, world.hasher.matches

        def hash(self, password: str) -> str:
            world.change_user(user.id, active=False)
            return hashing(password)

    with pytest.raises(ResetInvalid):
        replace(world.reset_password, hasher=Slow())(secret, NEW)


def test_two_with_the_same_link_at_once_change_it_once(user: User, world: World) -> None:
    secret = token(world, user)
    hashing = world.reset_password.hasher.hash

    class Slow:
        outdated, matches = world.hasher.outdated, world.hasher.matches

        def hash(self, password: str) -> str:
            world.reset_password(secret, ANOTHER)
            return hashing(password)

    with pytest.raises(ResetInvalid):
        replace(world.reset_password, hasher=Slow())(secret, NEW)
    assert world.enter(password=ANOTHER)


def test_who_never_chose_a_password_may_choose_one(world: World, user: User) -> None:
    world.temporary_password(user.id)
    world.later(days=8)
    world.reset_password(token(world, user), NEW)
    entered = world.enter(password=NEW)
    assert not entered.user.must_change


def test_who_was_made_to_wait_comes_in_at_once(world: World, user: User) -> None:
    for _ in range(5):
        with pytest.raises(BadCredentials):
            world.enter(password="mala")
    world.reset_password(token(world, user), NEW)
    assert world.enter(password=NEW, address="192.0.2.9")


def test_the_secret_is_not_kept(world: World, user: User) -> None:
    secret = token(world, user)
    assert secret not in repr(world.control.tables)
    assert len(secret) >= 43


def test_asking_notes_the_address_whoever_s_it_is(world: World, user: User) -> None:
    world.ask_reset(" Ana@Ejemplo.MX ", HOME)
    world.ask_reset("nadie@ejemplo.mx", HOME)
    assert told(world) == [ResetAsked("ana@ejemplo.mx"), ResetAsked("nadie@ejemplo.mx")]


def test_asking_looks_nobody_up(world: World, user: User) -> None:
    """So it takes as long for who is known as for who is not."""

    class OutboxAlone:
        @contextmanager
        def transaction(self) -> Iterator[Any]:
            with world.directory.transaction() as tx:
                yield SimpleNamespace(outbox=tx.outbox)

    replace(world.ask_reset, directory=OutboxAlone())(user.email, HOME)
    assert told(world) == [ResetAsked(user.email)]


def test_asking_again_and_again_for_one_address_says_nothing_and_notes_some(world: World) -> None:
    for _ in range(50):
        world.ask_reset("ana@ejemplo.mx", HOME)
    world.ask_reset("otra@ejemplo.mx", HOME)
    asked = told(world)
    assert asked.count(ResetAsked("ana@ejemplo.mx")) == 5
    assert asked.count(ResetAsked("otra@ejemplo.mx")) == 1


def test_asking_twenty_times_at_once_for_one_address_notes_no_more(world: World) -> None:
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda _: world.ask_reset("ana@ejemplo.mx", HOME), range(20)))
    assert len(told(world)) == 5


def test_asking_from_one_place_for_one_after_another_notes_only_some_and_says_nothing(world: World) -> None:
    for n in range(OF_ONE_ORIGIN + 20):
        world.ask_reset(f"n{n}@ejemplo.mx", HOME)
    assert len(told(world)) == OF_ONE_ORIGIN
    world.ask_reset("ana@ejemplo.mx", "198.51.100.7")
    world.later(hours=1)
    world.ask_reset("ana@ejemplo.mx", HOME)
    assert told(world) == [ResetAsked("ana@ejemplo.mx")] * 2


def test_who_has_just_failed_to_enter_may_ask_at_once_and_asking_keeps_nobody_out(world: World, user: User) -> None:
    for n in range(30):
        with suppress(BadCredentials, TooManyAttempts):
            world.enter(f"n{n}@ejemplo.mx", address=HOME)
    world.ask_reset("ana@ejemplo.mx", HOME)
    assert told(world) == [ResetAsked("ana@ejemplo.mx")]
    other = "198.51.100.7"
    for n in range(30):
        world.ask_reset(f"n{n}@ejemplo.mx", other)
    assert world.enter(address=other)


def test_who_has_chosen_a_new_one_may_forget_it_again_at_once(world: World, user: User) -> None:
    for _ in range(6):
        world.ask_reset(user.email, HOME)
    assert len(told(world)) == 5
    world.reset_password(token(world, user), NEW)
    world.ask_reset(user.email, HOME)
    assert told(world) == [ResetAsked(user.email)]


def test_asking_for_what_is_no_address_does_nothing(world: World) -> None:
    world.ask_reset("no es un correo", HOME)
    assert told(world) == []


def test_a_person_that_has_gone_gets_no_secret(world: World, user: User) -> None:
    secret = token(world, user)
    with world.directory.transaction() as tx:
        tx.users.remove(user.id)
    assert world.issue_reset(user.id) is None
    with pytest.raises(ResetInvalid):
        world.reset_password(secret, NEW)
    with pytest.raises(UserMissing), world.directory.transaction() as tx:
        tx.users.lock(user.id)
