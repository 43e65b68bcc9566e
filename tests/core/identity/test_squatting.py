"""An invitation that nobody took up is in nobody's way, and leads nobody into a stranger's books."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from horux_core.identity.errors import BadCredentials, EmailTaken, UserMissing
from horux_core.identity.inviting import Guest
from horux_core.identity.model import Member, Membership, Role, User
from horux_core.identity.ports import Cards
from horux_core.kernel.errors import NotEntitled
from horux_core.kernel.ids import TenantId, UserId
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from tests.core.identity.test_people import LUIS, Office
from tests.core.identity.world import PASSWORD, World

HOME, SQUATTER, OTHER = "AAA010101AAA", "EKU9003173C9", "CACX7605101P8"
CHOSEN = "farol verde de otoño"


@pytest.fixture
def squatter(world: World) -> Office:
    """A taxpayer that joins others and has let Luis in, under a name of its own, before anybody else."""
    office = Office(world, Plan.ENTERPRISE, SQUATTER, "mala@ejemplo.mx")
    office.invite(office.owner, replace(LUIS, nombre="Moroso Pérez"))
    world.later(days=30)
    return office


@pytest.fixture
def home(world: World) -> Office:
    return Office(world, Plan.BUSINESS, HOME)


def user_of(world: World, email: str = LUIS.email) -> User:
    with world.directory.transaction() as tx:
        user = tx.users.by_email(email)
    assert user is not None
    return user


def provisioned(world: World, user: User, tenant: TenantId) -> None:
    with world.directory.transaction() as tx:
        tx.memberships.add(Membership(user.id, tenant, Role.OWNER, LUIS.nombre, world.now, provisioned=True))


def led_to(world: World, password: str = PASSWORD) -> TenantId | None:
    return world.actor(world.enter(LUIS.email, password)).tenant_id


def test_keeps_no_other_taxpayer_from_inviting(world: World, squatter: Office, home: Office) -> None:
    member = home.invite(home.owner, LUIS)
    assert (member.user, member.nombre) == (user_of(world), LUIS.nombre)
    assert LUIS.email in home.emails()
    assert LUIS.email in squatter.emails()


def test_who_has_come_in_elsewhere_is_taken(world: World, squatter: Office, home: Office) -> None:
    squatter.come_in(user_of(world))
    with pytest.raises(EmailTaken):
        home.invite(home.owner, LUIS)


def test_the_owner_of_another_client_is_taken_before_it_comes_in(world: World, home: Office) -> None:
    luis = world.user(LUIS.email)
    provisioned(world, luis, world.tenant(OTHER, Plan.STARTER))
    with pytest.raises(EmailTaken):
        home.invite(home.owner, LUIS)


def test_log_in_leads_to_the_client_that_is_one_s_own(world: World, squatter: Office) -> None:
    own = world.tenant(OTHER, Plan.STARTER)
    provisioned(world, user_of(world), own)
    password = world.temporary_password(user_of(world).id, squatter.tenant)
    assert led_to(world, password) == own


def test_log_in_leads_where_one_has_come_in_however_late(world: World, squatter: Office, home: Office) -> None:
    luis = home.invite(home.owner, LUIS).user
    home.come_in(luis)
    own = world.tenant(OTHER)
    provisioned(world, luis, own)
    world.change_user(luis.id, password_hash=world.hasher.hash(PASSWORD), must_change=False)
    assert led_to(world) == home.tenant
    world.later(days=1)
    world.switch_tenant(world.actor(world.enter(LUIS.email)), Rfc(SQUATTER))
    assert led_to(world) == home.tenant, "to where it came in first"


def test_log_in_leads_to_the_oldest_invitation(world: World, squatter: Office, home: Office) -> None:
    luis = home.invite(home.owner, LUIS).user
    world.change_user(luis.id, password_hash=world.hasher.hash(PASSWORD), must_change=False)
    assert led_to(world) == squatter.tenant


def test_a_temporary_password_leads_to_the_invitation_that_brought_it(
    world: World, squatter: Office, home: Office
) -> None:
    luis = home.invite(home.owner, LUIS).user
    assert led_to(world, world.temporary_password(luis.id, home.tenant)) == home.tenant


def test_where_one_belongs_already_no_other_that_does_not_join_taxpayers_is_entered(
    world: World, squatter: Office, home: Office
) -> None:
    luis = home.invite(home.owner, LUIS).user
    third = Office(world, Plan.BUSINESS, OTHER, "eva@ejemplo.mx")
    third.invite(third.owner, LUIS)
    world.change_user(luis.id, password_hash=world.hasher.hash(PASSWORD), must_change=False)
    home.come_in(luis)
    inside = world.enter(LUIS.email)
    with pytest.raises(NotEntitled):
        world.switch_tenant(world.actor(inside), Rfc(OTHER))
    assert led_to(world) == home.tenant
    (waiting,) = [one for one in third.list(third.owner).items if one.user.id == luis.id]
    assert not waiting.accepted
    assert world.switch_tenant(world.actor(inside), Rfc(SQUATTER)).cards.current is not None


def test_of_two_that_do_not_join_taxpayers_one_is_entered_though_it_was_chosen_before(world: World) -> None:
    """Between the choice and the entering the person comes into another, from another device."""
    world.user(LUIS.email)
    nowhere = world.actor(world.enter(LUIS.email))
    one, other = Office(world, rfc=HOME), Office(world, rfc=OTHER, owner="eva@ejemplo.mx")
    for office in (one, other):
        office.invite(office.owner, LUIS)
    listed = world.switch_tenant.cards

    class Meanwhile:
        def of(self, user: UserId, current: TenantId | None) -> Cards:
            found = listed.of(user, current)
            other.come_in(user_of(world))
            return found

    with pytest.raises(NotEntitled):
        replace(world.switch_tenant, cards=Meanwhile())(nowhere, Rfc(HOME))
    (waiting,) = [member for member in one.list(one.owner).items if member.user.email == LUIS.email]
    assert not waiting.accepted


def test_the_last_that_invites_says_the_name_until_there_is_a_password_of_one_s_own(
    world: World, squatter: Office, home: Office
) -> None:
    assert user_of(world).nombre == "Moroso Pérez"
    luis = home.invite(home.owner, LUIS).user
    assert user_of(world).nombre == luis.nombre == LUIS.nombre
    password = world.temporary_password(luis.id, home.tenant)
    world.change_password(world.actor(world.enter(LUIS.email, password)), password, CHOSEN)
    third = Office(world, Plan.ENTERPRISE, OTHER, "eva@ejemplo.mx")
    third.invite(third.owner, replace(LUIS, nombre="Otro Nombre"))
    assert user_of(world).nombre == LUIS.nombre


def test_an_invitation_that_is_refused_says_no_name(world: World, squatter: Office, home: Office) -> None:
    squatter.come_in(user_of(world))
    with pytest.raises(EmailTaken):
        home.invite(home.owner, LUIS)
    assert user_of(world).nombre == "Moroso Pérez"


class TestStaffAndTheDisabled:
    @pytest.fixture
    def alike(self, world: World, squatter: Office) -> list[Member]:
        world.user("op@horux.mx", admin=True)
        world.change_user(world.user("ida@ejemplo.mx").id, active=False)
        emails = ("op@horux.mx", "ida@ejemplo.mx", "nadie@ejemplo.mx")
        return [squatter.invite(squatter.owner, Guest(email, "X", "owner")) for email in emails]

    def test_are_told_of_as_anybody_else(self, squatter: Office, alike: list[Member]) -> None:
        told = [(m.nombre, m.role, m.settled, m.since) for m in alike]
        assert told == [told[0]] * 3
        listed = {m.user.email: m for m in squatter.list(squatter.owner).items}
        assert [listed[m.user.email].nombre for m in alike] == ["X"] * 3
        assert user_of(squatter.world, "op@horux.mx").nombre == "Ana López"

    def test_come_in_no_more_than_before(self, world: World, squatter: Office, alike: list[Member]) -> None:
        answer = world.enter("op@horux.mx")
        actor = world.actor(answer)
        assert (answer.cards, actor.tenant_id, actor.role) == (Cards(None, ()), None, None)
        with pytest.raises(BadCredentials):
            world.enter("ida@ejemplo.mx", address="203.0.113.9")
        assert not any(m.accepted for m in squatter.list(squatter.owner).items if m.nombre == "X")

    def test_are_let_go_as_anybody_else(self, squatter: Office, alike: list[Member]) -> None:
        for member in alike:
            squatter.again(squatter.owner, member.user.id)
            squatter.remove(squatter.owner, member.user.id)
            with pytest.raises(UserMissing):
                squatter.remove(squatter.owner, member.user.id)
        assert user_of(squatter.world, "op@horux.mx").platform_admin


def test_two_that_invite_at_once_both_do(world: World, squatter: Office, home: Office) -> None:
    other = Office(world, rfc=OTHER, owner="eva@ejemplo.mx")
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda office: office.invite(office.owner, LUIS), (home, other)))
    assert LUIS.email in home.emails()
    assert LUIS.email in other.emails()
