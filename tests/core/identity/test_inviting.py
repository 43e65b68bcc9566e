"""What an invitation tells of whom it lets in, and how many of them go out."""

from dataclasses import replace

import pytest

from horux_core.identity.errors import AlreadyMember, NombreMalformed, TooManyAttempts
from horux_core.identity.inviting import OF_ONE_GUEST, OF_ONE_TAXPAYER, Guest
from horux_core.identity.model import Member, Role, User
from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from tests.core.identity.test_people import LUIS, Office
from tests.core.identity.world import World

THERE = "AAA010101AAA"


@pytest.fixture
def office(world: World) -> Office:
    return Office(world, Plan.ENTERPRISE)


@pytest.fixture
def there(world: World) -> TenantId:
    return world.tenant(THERE)


@pytest.fixture
def known(world: World, there: TenantId) -> User:
    """Luis, who works elsewhere under the name of Ana López, for a year now."""
    user = world.user(LUIS.email, there)
    world.later(days=365)
    return user


def told(member: Member) -> tuple[object, ...]:
    return member.user.email, member.nombre, member.role, member.settled, member.since


def listed(office: Office, email: str = LUIS.email) -> tuple[object, ...]:
    (member,) = [one for one in office.list(office.owner).items if one.user.email == email]
    return told(member)


def test_tells_of_a_known_person_what_it_tells_of_a_new_one(office: Office, known: User) -> None:
    sent = (LUIS.nombre, Role.CONTADOR, False, office.world.now)
    eva = replace(LUIS, email="eva@ejemplo.mx")
    assert told(office.invite(office.owner, LUIS)) == listed(office) == (LUIS.email, *sent)
    assert told(office.invite(office.owner, eva)) == listed(office, eva.email) == (eva.email, *sent)
    for entry in office.trail():
        assert set(entry.detail) == {"email", "role"}


def test_goes_on_telling_no_more_while_the_person_works_elsewhere(office: Office, known: User) -> None:
    office.invite(office.owner, LUIS)
    before = listed(office)
    office.world.later(days=1)
    office.world.refresh(office.world.enter(LUIS.email).refresh_token)
    assert listed(office) == before


def test_tells_the_person_s_own_name_once_it_has_come_in(office: Office, known: User) -> None:
    office.invite(office.owner, LUIS)
    at = office.world.now
    office.world.later(days=1)
    office.world.switch_tenant(office.world.actor(office.world.enter(LUIS.email)), Rfc("EKU9003173C9"))
    assert listed(office) == (LUIS.email, known.nombre, Role.CONTADOR, True, at)


def test_a_log_in_that_leads_there_is_coming_in(office: Office, world: World) -> None:
    luis = world.user(LUIS.email)
    office.invite(office.owner, LUIS)
    world.enter(LUIS.email)
    assert listed(office)[1:4] == (luis.nombre, Role.CONTADOR, True)


def test_a_new_person_is_settled_when_it_has_a_password_of_its_own(office: Office, world: World) -> None:
    luis = office.invite(office.owner, LUIS).user
    password = world.temporary_password(luis.id, office.tenant)
    assert listed(office)[3] is False
    entered = world.enter(LUIS.email, password)
    assert listed(office)[3] is False
    world.change_password(world.actor(entered), password, "farol verde de otoño")
    assert listed(office)[3] is True


def test_a_person_that_is_let_go_and_in_again_has_to_come_in_again(office: Office, known: User) -> None:
    office.invite(office.owner, LUIS)
    world = office.world
    world.switch_tenant(world.actor(world.enter(LUIS.email)), Rfc("EKU9003173C9"))
    office.remove(office.owner, known.id)
    office.invite(office.owner, LUIS)
    assert listed(office)[1:4] == (LUIS.nombre, Role.CONTADOR, False)


@pytest.mark.parametrize(
    "nombre",
    ["María-José O'Neill, C.P. (Ñ)", "Ma. del Carmen Peña y Díaz", "D’Angelo, Jr.", "Lü Wwwiesner", "J. P. M. de la O"],
)
def test_people_are_called_as_they_are(office: Office, nombre: str) -> None:
    assert office.invite(office.owner, replace(LUIS, nombre=nombre)).nombre == nombre


@pytest.mark.parametrize(
    "nombre",
    [
        "Gana en https://robo.example", "http:x // y", "ve a www.robo.example", "WWW.robo.example", "ana@robo.example",
        "robo.example/gratis", "robo.example\\gratis", "robo.example／gratis", "ana＠robo.example",
    ],
)  # fmt: skip
def test_nobody_is_called_like_an_address(office: Office, nombre: str) -> None:
    with pytest.raises(NombreMalformed):
        office.invite(office.owner, replace(LUIS, nombre=nombre))
    assert (office.told(), office.emails()) == ([], ["ana@ejemplo.mx"])


def test_inviting_and_letting_go_over_and_over_sends_no_flood_to_one_address(office: Office, world: World) -> None:
    for _ in range(OF_ONE_GUEST):
        office.remove(office.owner, office.invite(office.owner, LUIS).user.id)
    with pytest.raises(TooManyAttempts) as refused:
        office.invite(office.owner, replace(LUIS, email=LUIS.email.upper()))
    assert refused.value.facts == {"retryAfter": 3600}
    assert len(office.told()) == OF_ONE_GUEST
    assert office.invite(office.owner, replace(LUIS, email="eva@ejemplo.mx"))
    other = Office(world, Plan.ENTERPRISE, THERE, "otra@ejemplo.mx")
    assert other.invite(other.owner, LUIS), "another taxpayer is not kept from inviting"
    world.later(hours=1)
    assert office.invite(office.owner, LUIS)


def test_a_taxpayer_s_invitations_are_no_flood(office: Office, world: World) -> None:
    for n in range(OF_ONE_TAXPAYER):
        office.invite(office.owner, Guest(f"n{n}@ejemplo.mx", "N", "visor"))
    with pytest.raises(TooManyAttempts, match="60 minutos"):
        office.invite(office.owner, LUIS)
    with pytest.raises(TooManyAttempts):
        office.again(office.owner, office.ana.id)
    assert len(office.told()) == OF_ONE_TAXPAYER
    world.later(minutes=59, seconds=59)
    with pytest.raises(TooManyAttempts):
        office.invite(office.owner, LUIS)
    world.later(seconds=1)
    assert office.invite(office.owner, LUIS)


def test_what_was_refused_is_counted_too(office: Office) -> None:
    for _ in range(OF_ONE_GUEST):
        with pytest.raises(AlreadyMember):
            office.invite(office.owner, replace(LUIS, email="ana@ejemplo.mx"))
    with pytest.raises(TooManyAttempts):
        office.invite(office.owner, replace(LUIS, email="ana@ejemplo.mx"))
