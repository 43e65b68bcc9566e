"""What an access token is worth while the world changes, and going from one taxpayer to another."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from horux_core.identity.errors import ActionForbidden, MustChangePassword, SessionExpired, SessionMoved, TokenInvalid
from horux_core.identity.model import Actor, Membership, Role
from horux_core.identity.ports import Cards, Standing, Standings
from horux_core.kernel.errors import NotEntitled
from horux_core.kernel.ids import SessionId
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from horux_core.tenancy.model import TenantState
from tests.core.identity.world import START, World

HERE, THERE, FOREIGN = "EKU9003173C9", "AAA010101AAA", "ZZZ010101AAA"


def test_makes_the_actor_the_token_stands_for(world: World) -> None:
    tenant = world.tenant(HERE)
    user = world.user("ana@ejemplo.mx", tenant, role=Role.CONTADOR)
    signed_in = world.enter()
    actor = world.authenticate(signed_in.access_token, "req-7")
    session = world.list_sessions(actor)[0].id
    assert actor == Actor(user.id, "ana@ejemplo.mx", False, session, tenant, Role.CONTADOR, request_id="req-7")


def test_gives_the_staff_no_taxpayer_and_no_role(world: World) -> None:
    user = world.user("op@horux.mx", admin=True)
    actor = world.actor(world.enter("op@horux.mx"))
    assert (actor.user, actor.platform_admin, actor.tenant_id, actor.role) == (user.id, True, None, None)


DEEDS: dict[str, Callable[..., None]] = {
    "session ended": lambda w, u, t: w.end_other_sessions(w.actor(w.enter())),
    "user disabled": lambda w, u, t: w.change_user(u, active=False),
    "other database": lambda w, u, t: w.change_tenant(t, database_name="horux_otra"),
    "taxpayer gone": lambda w, u, t: w.change_tenant(t, state=TenantState.DEPROVISIONING),
    "made staff": lambda w, u, t: w.change_user(u, platform_admin=True),
    "role changed": lambda w, u, t: change_role(w, u, t),
    "membership ended": lambda w, u, t: w.control.tables["memberships"].clear(),
}


def change_role(world: World, user: object, tenant: object) -> None:
    with world.control.transaction() as tables:
        tables["memberships"][user, tenant] = Membership(user, tenant, Role.VISOR)  # type: ignore[arg-type]


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
def test_refuses_a_token_once_what_it_says_is_no_longer_so(world: World, deed: Callable[..., None]) -> None:
    tenant = world.tenant(HERE)
    user = world.user("ana@ejemplo.mx", tenant)
    signed_in = world.enter()
    world.actor(signed_in)
    deed(world, user.id, tenant)
    with pytest.raises(SessionExpired):
        world.actor(signed_in)


def test_refuses_a_token_past_its_time_and_one_it_did_not_sign(world: World) -> None:
    world.user("ana@ejemplo.mx")
    signed_in = world.enter()
    with pytest.raises(TokenInvalid):
        world.authenticate(signed_in.access_token[:-4] + "AAAA", "")
    world.later(hours=24)
    with pytest.raises(TokenInvalid):
        world.actor(signed_in)


@pytest.mark.parametrize("sid", [None, "", "x", 7, [], str(UUID(int=1))])
def test_refuses_a_signed_token_without_a_session_of_its_own(world: World, sid: object) -> None:
    token = world.tokens.sign({"sub": "x", "iat": int(START.timestamp()), "sid": sid}, START + timedelta(hours=1))
    with pytest.raises((TokenInvalid, SessionExpired)):
        world.authenticate(token, "")


def test_refuses_a_token_of_another_person_s_session(world: World) -> None:
    world.user("ana@ejemplo.mx")
    world.user("beto@ejemplo.mx")
    ana, beto = world.enter(), world.enter("beto@ejemplo.mx")
    claims = dict(world.tokens.read(ana.access_token, START))
    claims["sid"] = world.tokens.read(beto.access_token, START)["sid"]
    with pytest.raises(SessionExpired):
        world.authenticate(world.tokens.sign(claims, START + timedelta(hours=1)), "")


@pytest.mark.parametrize("claim", ["sub", "role", "tenantId", "databaseName"])
def test_refuses_a_signed_token_that_says_one_thing_wrong(world: World, claim: str) -> None:
    world.user("ana@ejemplo.mx", world.tenant(HERE))
    claims = dict(world.tokens.read(world.enter().access_token, START))
    for wrong in (None, str(uuid4())):
        token = world.tokens.sign({**claims, "sub": str(claims["sub"]), claim: wrong}, START + timedelta(hours=1))
        with pytest.raises((SessionExpired, TokenInvalid)):
            world.authenticate(token, "")
    world.authenticate(world.tokens.sign(claims, START + timedelta(hours=1)), "")


def test_switches_to_another_taxpayer_in_the_same_session(world: World) -> None:
    here, there = world.tenant(HERE, Plan.STARTER), world.tenant(THERE)
    world.user("ana@ejemplo.mx", here, there)
    before = world.enter()
    session = world.actor(before).session
    switched = world.switch_tenant(world.actor(before), Rfc(THERE))
    actor = world.authenticate(switched.access_token, "")
    assert (actor.tenant_id, actor.session) == (there, session)
    assert switched.cards.current is not None
    assert switched.cards.current.id == there
    with pytest.raises(SessionMoved):
        world.actor(before)
    renewed = world.refresh(before.refresh_token)
    assert world.actor(renewed).tenant_id == there


def test_a_token_of_a_session_that_ended_elsewhere_is_of_none(world: World) -> None:
    here, there = world.tenant(HERE), world.tenant(THERE)
    world.user("ana@ejemplo.mx", here, there)
    before = world.enter()
    switched = world.switch_tenant(world.actor(before), Rfc(THERE))
    world.sign_out(world.authenticate(switched.access_token, ""))
    with pytest.raises(SessionExpired) as ended:
        world.actor(before)
    assert not isinstance(ended.value, SessionMoved)


def test_switches_back_to_the_first_taxpayer_whatever_its_plan(world: World) -> None:
    here, there = world.tenant(HERE, Plan.STARTER), world.tenant(THERE)
    world.user("ana@ejemplo.mx", here, there)
    away = world.switch_tenant(world.actor(world.enter()), Rfc(THERE))
    back = world.switch_tenant(world.authenticate(away.access_token, ""), Rfc(HERE))
    assert world.authenticate(back.access_token, "").tenant_id == here


def test_refuses_to_switch_to_a_taxpayer_without_the_feature(world: World) -> None:
    here, there = world.tenant(HERE), world.tenant(THERE, Plan.PROFESSIONAL)
    world.user("ana@ejemplo.mx", here, there)
    signed_in = world.enter()
    with pytest.raises(NotEntitled):
        world.switch_tenant(world.actor(signed_in), Rfc(THERE))
    assert world.actor(signed_in).tenant_id == here


@pytest.mark.parametrize("rfc", [FOREIGN, "CACX7605101P8"], ids=["somebody else's", "nobody's"])
def test_answers_alike_for_a_foreign_and_for_no_taxpayer(world: World, rfc: str) -> None:
    world.tenant(FOREIGN)
    world.user("ana@ejemplo.mx", world.tenant(HERE))
    with pytest.raises(ActionForbidden, match="No perteneces a ninguna empresa con ese RFC"):
        world.switch_tenant(world.actor(world.enter()), Rfc(rfc))


def test_switches_nowhere_one_was_let_go_from_meanwhile(world: World) -> None:
    here, there = world.tenant(HERE), world.tenant(THERE)
    user = world.user("ana@ejemplo.mx", here, there)
    signed_in, known = world.enter(), world.cards.of(user.id, None)

    class Late:
        def of(self, *_: object) -> Cards:
            with world.directory.transaction() as tx:
                tx.memberships.remove(user.id, there)
            return known

    with pytest.raises(ActionForbidden):
        replace(world.switch_tenant, cards=Late())(world.actor(signed_in), Rfc(THERE))
    assert world.actor(signed_in).tenant_id == here


def test_lets_the_staff_switch_nowhere(world: World) -> None:
    world.tenant(HERE)
    world.user("op@horux.mx", admin=True)
    with pytest.raises(ActionForbidden):
        world.switch_tenant(world.actor(world.enter("op@horux.mx")), Rfc(HERE))


def test_switches_nowhere_with_a_temporary_password_or_an_ended_session(world: World) -> None:
    tenant = world.tenant(HERE)
    user = world.user("ana@ejemplo.mx", tenant)
    actor = world.actor(world.enter())
    world.sign_out(actor)
    with pytest.raises(SessionExpired):
        world.switch_tenant(actor, Rfc(HERE))
    actor = world.actor(world.enter(password=world.temporary_password(user.id)))
    with pytest.raises(MustChangePassword):
        world.switch_tenant(actor, Rfc(HERE))


class Remembering:
    """Standings that were told of nothing since each was first asked for."""

    def __init__(self, told: Standings) -> None:
        self._told = told
        self._kept: dict[SessionId, Standing | None] = {}

    def of(self, session: SessionId) -> Standing | None:
        if session not in self._kept:
            self._kept[session] = self._told.of(session)
        return self._kept[session]

    def anew(self, session: SessionId) -> Standing | None:
        return self._told.anew(session)


def test_turns_nobody_away_for_what_is_only_remembered(world: World) -> None:
    here, there = world.tenant(HERE), world.tenant(THERE)
    user = world.user("ana@ejemplo.mx", here, there)
    world.change_user(user.id, must_change=True, temporary_until=world.now + timedelta(days=1))
    authenticate = replace(world.authenticate, standings=Remembering(world.authenticate.standings))
    signed_in = world.enter()
    assert authenticate(signed_in.access_token, "").must_change_password
    world.change_user(user.id, must_change=False)
    actor = authenticate(signed_in.access_token, "")
    assert not actor.must_change_password
    switched = world.switch_tenant(actor, Rfc(THERE if actor.tenant_id == here else HERE))
    assert authenticate(switched.access_token, "").tenant_id != actor.tenant_id
