from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from horux_core.identity.errors import SessionExpired
from horux_core.identity.granting import SignedIn
from horux_core.identity.model import RefreshToken
from horux_core.tenancy.model import TenantState
from tests.core.identity.world import ACCESS, REFRESH, START, World


def ended(world: World, refresh_token: str) -> bool:
    try:
        world.refresh(refresh_token)
    except SessionExpired:
        return True
    return False


def dead(world: World, signed_in: SignedIn) -> bool:
    try:
        world.actor(signed_in)
    except SessionExpired:
        return True
    return False


def test_gives_another_pair_for_the_same_session(world: World) -> None:
    tenant = world.tenant("EKU9003173C9")
    world.user("ana@ejemplo.mx", tenant)
    first = world.enter()
    world.later(hours=1)
    second = world.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert second.access_token != first.access_token
    assert world.actor(second).session == world.actor(first).session
    assert second.cards.current is not None
    assert second.cards.current.id == tenant
    assert world.tokens.read(second.access_token, world.now)["exp"] == (world.now + ACCESS).timestamp()


def test_ends_the_session_of_a_token_that_comes_again(world: World) -> None:
    world.user("ana@ejemplo.mx")
    first = world.enter()
    second = world.refresh(first.refresh_token)
    assert ended(world, first.refresh_token)
    assert ended(world, second.refresh_token), "the thief's copy, or the owner's, must be dead too"
    assert dead(world, second)


def test_ends_no_other_session_of_the_person(world: World) -> None:
    world.user("ana@ejemplo.mx")
    stolen, other = world.enter(), world.enter()
    world.refresh(stolen.refresh_token)
    assert ended(world, stolen.refresh_token)
    assert not dead(world, other)
    world.refresh(other.refresh_token)


def test_lets_one_of_many_at_once_win(world: World) -> None:
    world.user("ana@ejemplo.mx")
    first = world.enter()
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda _: ended(world, first.refresh_token), range(8)))
    assert outcomes.count(False) == 1
    assert dead(world, first)


@pytest.mark.parametrize("junk", ["", "x", "a" * 4_000, "ñ\0"])
def test_refuses_what_it_never_gave(world: World, junk: str) -> None:
    assert ended(world, junk)


def test_ends_an_idle_session(world: World) -> None:
    world.user("ana@ejemplo.mx")
    used, idle = world.enter(), world.enter()
    world.later(days=29)
    used = world.refresh(used.refresh_token)
    world.later(days=1)
    assert ended(world, idle.refresh_token)
    assert not ended(world, used.refresh_token)


def test_ends_a_session_at_its_limit_however_much_it_is_used(world: World) -> None:
    world.user("ana@ejemplo.mx")
    signed_in = world.enter()
    while world.now < START + timedelta(days=85):
        world.later(days=5)
        signed_in = world.refresh(signed_in.refresh_token)
    world.later(days=4, hours=12)
    signed_in = world.refresh(signed_in.refresh_token)
    assert signed_in.expires_in == 12 * 3600, "an access token never outlives its session"
    world.later(hours=12)
    assert ended(world, signed_in.refresh_token)


@pytest.mark.parametrize(
    "deed",
    [
        lambda world, user, tenant: world.change_user(user, active=False),
        lambda world, user, tenant: world.change_user(user, must_change=True, temporary_until=START),
        lambda world, user, tenant: world.change_tenant(tenant, state=TenantState.DEPROVISIONING),
    ],
    ids=["disabled", "temporary password past its date", "taxpayer gone"],
)
def test_refuses_who_may_no_longer_enter(world: World, deed: Callable[..., None]) -> None:
    tenant = world.tenant("EKU9003173C9")
    user = world.user("ana@ejemplo.mx", tenant)
    first = world.enter()
    deed(world, user.id, tenant)
    assert ended(world, first.refresh_token)


def test_refuses_a_token_past_its_own_time(world: World) -> None:
    world.user("ana@ejemplo.mx")
    session = world.actor(world.enter()).session
    assert session is not None
    with world.directory.transaction() as tx:
        tx.sessions.put_token(RefreshToken(world.tokens.digest("corto"), session, START + timedelta(hours=1)))
    world.later(hours=1)
    assert ended(world, "corto")


class Rotation(RuleBasedStateMachine):
    """Whatever the order of log-ins, refreshes, copies used again and log-outs: one token of a session is good."""

    tokens = Bundle("tokens")

    @initialize()
    def begin(self) -> None:
        self.world = World()
        self.world.user("ana@ejemplo.mx")
        self.session_of: dict[str, int] = {}
        self.good: dict[int, SignedIn | None] = {}

    @rule(target=tokens)
    def log_in(self) -> str:
        signed_in = self.world.enter()
        self.session_of[signed_in.refresh_token] = len(self.good)
        self.good[len(self.good)] = signed_in
        return signed_in.refresh_token

    @rule(target=tokens, token=tokens)
    def present(self, token: str) -> str:
        session = self.session_of[token]
        live = self.good[session]
        try:
            signed_in = self.world.refresh(token)
        except SessionExpired:
            assert live is None or live.refresh_token != token
            self.good[session] = None
            return token
        assert live is not None
        assert live.refresh_token == token
        self.session_of[signed_in.refresh_token] = session
        self.good[session] = signed_in
        return signed_in.refresh_token

    @rule(token=tokens)
    def log_out(self, token: str) -> None:
        live = self.good[self.session_of[token]]
        if live is not None:
            self.world.sign_out(self.world.actor(live))
            self.good[self.session_of[token]] = None

    @rule(minutes=st.integers(0, 30))
    def wait(self, minutes: int) -> None:
        self.world.later(minutes=minutes)

    @invariant()
    def open_sessions_are_those_with_a_good_token(self) -> None:
        if not self.good or self.world.now - START > ACCESS / 2:
            return
        with self.world.directory.transaction() as tx:
            user = tx.users.by_email("ana@ejemplo.mx")
            assert user is not None
            assert len(tx.sessions.open_of(user.id, self.world.now)) == sum(x is not None for x in self.good.values())
        for live in self.good.values():
            assert live is None or not dead(self.world, live)


Rotation.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestRotation = Rotation.TestCase


def test_lives_as_long_as_the_settings_say(world: World) -> None:
    world.user("ana@ejemplo.mx")
    session = world.session(world.actor(world.enter()).session)
    assert session.expires_at == START + REFRESH
