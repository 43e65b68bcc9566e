"""The operator's second factor, from the first log-in to the lost telephone."""

import base64
from dataclasses import replace

import pytest

from horux_core.identity import factors
from horux_core.identity.errors import (
    ActionForbidden,
    BadCredentials,
    CurrentPasswordWrong,
    ReauthenticationRequired,
    SecondFactorMissing,
    SecondFactorPresent,
    SecondFactorRequired,
    SecondFactorUnasked,
    SecondFactorWrong,
    SessionExpired,
    TokenInvalid,
    TooManyAttempts,
)
from horux_core.identity.model import Actor, Permission
from horux_core.identity.second_factor import Enrolled
from tests.core.identity.world import PASSWORD, World

EMAIL = "op@horux.mx"


@pytest.fixture
def world() -> World:
    world = World(mfa=True)
    world.user(EMAIL, admin=True)
    return world


def code_of(secret: str, world: World) -> str:
    seed = base64.b32decode(secret + "=" * (-len(secret) % 8))
    return factors.code(seed, factors.step_of(world.now))


def enrolled(world: World) -> tuple[str, Enrolled]:
    """Its secret, and what enrolling answered; the clock goes on to the next code."""
    actor = world.actor(world.enter(EMAIL))
    secret = world.propose_factor(actor).secret
    done = world.enroll_factor(actor, code_of(secret, world))
    world.later(seconds=30)
    return secret, done


def test_a_password_alone_opens_nothing_for_the_staff(world: World) -> None:
    entered = world.enter(EMAIL)
    actor = world.actor(entered)
    assert (entered.half, entered.enrolled, entered.refresh_token) == (True, False, "")
    assert entered.expires_in == 600
    with pytest.raises(SecondFactorRequired):
        actor.require(Permission.OPERATE)
    with pytest.raises(SecondFactorRequired):
        world.list_sessions(actor)
    with pytest.raises(SecondFactorMissing):
        world.give_second_factor(actor, "123456")
    world.later(minutes=10)
    with pytest.raises(TokenInvalid):
        world.actor(entered)


def test_the_people_of_clients_are_asked_for_none(world: World) -> None:
    world.user("ana@ejemplo.mx", world.tenant("EKU9003173C9"))
    entered = world.enter()
    actor = world.actor(entered)
    assert (entered.half, actor.half, bool(entered.refresh_token)) == (False, False, True)
    with pytest.raises(ActionForbidden):
        world.propose_factor(actor)
    with pytest.raises(SecondFactorUnasked):
        world.give_second_factor(actor, "123456")
    assert not world.show_factor(actor).asked


def test_without_the_setting_nothing_is_asked(world: World) -> None:
    plain = World()
    plain.user(EMAIL, admin=True)
    actor = plain.actor(plain.enter(EMAIL))
    actor.require(Permission.OPERATE)
    assert not plain.show_factor(actor).asked
    with pytest.raises(ActionForbidden):
        plain.propose_factor(actor)


def test_enrols_by_a_code_of_the_proposed_secret_alone(world: World) -> None:
    actor = world.actor(world.enter(EMAIL))
    secret = world.propose_factor(actor).secret
    assert secret == world.propose_factor(actor).secret
    assert len(secret) == 32
    with pytest.raises(SecondFactorWrong):
        world.enroll_factor(actor, "000000")
    done = world.enroll_factor(actor, code_of(secret, world))
    whole = world.actor(done.signed_in)
    whole.require(Permission.OPERATE)
    assert whole.session != actor.session
    assert len(set(done.codes)) == 10
    assert world.show_factor(whole).codes_left == 10
    assert world.actor(world.refresh(done.signed_in.refresh_token)).session == whole.session


def test_gives_another_session_for_a_code_and_each_code_once(world: World) -> None:
    secret, _ = enrolled(world)
    half = world.enter(EMAIL)
    assert half.enrolled
    code = code_of(secret, world)
    done = world.give_second_factor(world.actor(half), code)
    assert world.actor(done).session is not None
    with pytest.raises(SessionExpired):
        world.actor(half)
    with pytest.raises(SecondFactorWrong):
        world.give_second_factor(world.actor(world.enter(EMAIL)), code)


def test_who_has_the_password_alone_replaces_no_second_factor(world: World) -> None:
    enrolled(world)
    half = world.actor(world.enter(EMAIL))
    with pytest.raises(SecondFactorPresent):
        world.propose_factor(half)
    with pytest.raises(SecondFactorPresent):
        world.enroll_factor(half, "123456")


def test_guesses_are_few_however_often_one_logs_in(world: World) -> None:
    secret, _ = enrolled(world)
    refused = 0
    for _ in range(50):
        try:
            world.give_second_factor(world.actor(world.enter(EMAIL)), "000000")
        except SecondFactorWrong:
            refused += 1
        except TooManyAttempts:
            continue
    assert refused == 5
    with pytest.raises(TooManyAttempts):
        world.give_second_factor(world.actor(world.enter(EMAIL)), code_of(secret, world))
    world.later(hours=1, seconds=1)
    world.give_second_factor(world.actor(world.enter(EMAIL)), code_of(secret, world))


def test_a_recovery_code_is_good_once_however_it_is_typed(world: World) -> None:
    _, done = enrolled(world)
    typed = f" {done.codes[3].lower().replace('-', ' ')} "
    whole = world.actor(world.give_second_factor(world.actor(world.enter(EMAIL)), typed))
    assert world.show_factor(whole).codes_left == 9
    with pytest.raises(SecondFactorWrong):
        world.give_second_factor(world.actor(world.enter(EMAIL)), typed)


def test_new_recovery_codes_kill_those_before(world: World) -> None:
    _, done = enrolled(world)
    new = world.renew_codes(world.actor(done.signed_in))
    assert not set(new) & set(done.codes)
    with pytest.raises(SecondFactorWrong):
        world.give_second_factor(world.actor(world.enter(EMAIL)), done.codes[0])
    world.give_second_factor(world.actor(world.enter(EMAIL)), new[0])


def test_another_application_takes_the_place_of_the_first_and_ends_every_session(world: World) -> None:
    old, done = enrolled(world)
    other = world.give_second_factor(world.actor(world.enter(EMAIL)), code_of(old, world))
    actor = world.actor(done.signed_in)
    secret = world.propose_factor(actor).secret
    assert secret != old
    world.enroll_factor(actor, code_of(secret, world))
    for gone in (other, done.signed_in):
        with pytest.raises(SessionExpired):
            world.actor(gone)
    world.later(seconds=30)
    with pytest.raises(SecondFactorWrong):
        world.give_second_factor(world.actor(world.enter(EMAIL)), code_of(old, world))


def test_a_reset_password_leaves_the_second_factor_where_it_is(world: World) -> None:
    secret, done = enrolled(world)
    user = done.signed_in.user.id
    link = world.issue_reset(user)
    assert link is not None
    world.reset_password(link[0], "farol verde de otoño")
    with pytest.raises(BadCredentials):
        world.enter(EMAIL)
    half = world.enter(EMAIL, "farol verde de otoño")
    assert (half.half, half.enrolled) == (True, True)
    world.give_second_factor(world.actor(half), code_of(secret, world))


def test_sessions_of_before_the_setting_are_asked_again(world: World) -> None:
    before = World(control=world.control, now=world.now)
    old = before.enter(EMAIL)
    assert before.actor(old).half is False
    actor = world.actor(old)
    assert actor.half
    secret = world.propose_factor(actor).secret
    assert world.actor(world.enroll_factor(actor, code_of(secret, world)).signed_in).half is False
    with pytest.raises(SessionExpired):
        world.refresh(old.refresh_token)


def test_an_old_session_of_before_the_setting_enrols_nothing_and_logs_in_again(world: World) -> None:
    before = World(control=world.control, now=world.now)
    actor = world.actor(before.enter(EMAIL))
    world.later(minutes=10, seconds=1)
    old = replace(actor, stale=True)
    for ask in (lambda: world.propose_factor(old), lambda: world.enroll_factor(old, "123456")):
        with pytest.raises(SessionExpired):
            ask()
    assert world.actor(world.enter(EMAIL)).stale is False


def test_log_in_counts_as_saying_who_one_is_and_lasts_ten_minutes(world: World) -> None:
    secret, done = enrolled(world)
    world.actor(done.signed_in).require_fresh()
    world.later(minutes=10)
    stale = world.actor(done.signed_in)
    with pytest.raises(ReauthenticationRequired):
        stale.require_fresh()
    with pytest.raises(ReauthenticationRequired):
        world.renew_codes(stale)
    with pytest.raises(CurrentPasswordWrong):
        world.reauthenticate(stale, "no es esta", code_of(secret, world))
    for given in ("", "000000"):
        with pytest.raises(SecondFactorWrong):
            world.reauthenticate(stale, PASSWORD, given)
    again = world.reauthenticate(stale, PASSWORD, code_of(secret, world))
    world.authenticate(again.access_token, "r").require_fresh()
    world.actor(done.signed_in).require_fresh()
    world.later(minutes=10, seconds=1)
    assert world.authenticate(again.access_token, "r").stale


def test_the_token_given_for_it_is_fresh_where_the_session_is_still_remembered_as_it_was(world: World) -> None:
    world.user("ana@ejemplo.mx", world.tenant("EKU9003173C9"))
    entered = world.enter()
    world.later(minutes=11)
    actor = world.actor(entered)
    before = world.session(actor.session)
    again = world.reauthenticate(actor, PASSWORD)
    with world.directory.transaction() as tx:
        tx.sessions.save(before)
    assert world.actor(entered).stale
    assert not world.authenticate(again.access_token, "r").stale


def test_staff_is_managed_by_staff_that_has_just_said_who_it_is(world: World) -> None:
    _, done = enrolled(world)
    actor = world.actor(done.signed_in)
    luis = world.invite_operator(actor, "Luis@Horux.mx", "Luis")
    listed = {one.user.email: (one.has_factor, one.entered_at is not None) for one in world.list_staff(actor)}
    assert listed == {"luis@horux.mx": (False, False), EMAIL: (True, True)}
    assert luis.password_hash is None
    world.later(minutes=11)
    stale = world.actor(done.signed_in)
    for act in (
        lambda: world.invite_operator(stale, "eva@horux.mx", "Eva"),
        lambda: world.admit_operator(stale, luis.id, active=False),
        lambda: world.end_operator_sessions(stale, luis.id),
        lambda: world.remove_factor(stale, luis.id),
    ):
        with pytest.raises(ReauthenticationRequired):
            act()


def test_a_removed_factor_ends_the_sessions_and_is_enrolled_anew(world: World) -> None:
    secret, done = enrolled(world)
    world.remove_factor(Actor.system(), done.signed_in.user.id)
    with pytest.raises(SessionExpired):
        world.actor(done.signed_in)
    assert world.enter(EMAIL).enrolled is False
    with pytest.raises(SecondFactorMissing):
        world.give_second_factor(world.actor(world.enter(EMAIL)), code_of(secret, world))
    deeds = [entry.action for entry in world.audit.page(None, None, 10).items]
    assert deeds == ["segundo-factor-quitado", "segundo-factor-puesto"]
