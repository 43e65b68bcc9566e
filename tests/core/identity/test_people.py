"""Inviting, inviting again, listing and letting people go."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest

from horux_adapters.memory.outbox import MemoryDeliveries
from horux_adapters.memory.plans import MemoryEntitlements
from horux_core.audit.model import Entry
from horux_core.billing.model import SubscriptionStatus
from horux_core.identity.errors import (
    ActionForbidden,
    AlreadyMember,
    EmailMalformed,
    EmailTaken,
    NombreMalformed,
    RoleUnknown,
    TooManyAttempts,
    UserMissing,
)
from horux_core.identity.events import PersonInvited
from horux_core.identity.inviting import Guest, InviteAgain, InvitePerson
from horux_core.identity.model import Actor, Role, User
from horux_core.identity.people import ListPeople, RemovePerson
from horux_core.kernel.events import Event
from horux_core.kernel.ids import SessionId, TenantId, UserId
from horux_core.plans.errors import PlanLimitReached, SubscriptionInactive, TenantGone
from horux_core.plans.model import ILIMITADO, Plan
from horux_core.tenancy.model import TenantState
from tests.core.identity.world import World

ANA = "ana@ejemplo.mx"
LUIS = Guest("luis@ejemplo.mx", "Luis Rey", "contador")


class Office:
    """A taxpayer with Ana as its owner."""

    def __init__(self, world: World, plan: Plan = Plan.BUSINESS, rfc: str = "EKU9003173C9", owner: str = ANA) -> None:
        self.world = world
        entitlements = MemoryEntitlements(world.control)
        self.invite = InvitePerson(world.directory, entitlements, world.throttle, world.clock)
        self.again = InviteAgain(world.directory, entitlements, world.throttle, world.clock)
        self.list = ListPeople(world.directory)
        self.remove = RemovePerson(world.directory, entitlements)
        self.tenant = world.tenant(rfc, plan)
        self.ana = world.user(owner, self.tenant)
        self.come_in(self.ana)
        self.owner = self.actor(self.ana)

    def actor(self, user: User, role: Role | None = Role.OWNER, viewing: bool = False) -> Actor:
        return Actor(user.id, user.email, user.platform_admin, SessionId(uuid4()), self.tenant, role, viewing)

    def joined(self, email: str, role: Role) -> User:
        """Somebody that has come in."""
        user = self.world.user(email, self.tenant, role=role)
        self.come_in(user)
        return user

    def come_in(self, user: User) -> None:
        with self.world.directory.transaction() as tx:
            tx.memberships.accept(user.id, self.tenant, self.world.now)

    def emails(self) -> list[str]:
        return [member.user.email for member in self.list(self.owner).items]

    def told(self) -> list[Event]:
        deliveries, found = MemoryDeliveries(self.world.control), []
        while (delivery := deliveries.claim(None, self.world.control.clock())) is not None:
            found.append(delivery.event)
        return found

    def trail(self) -> list[Entry]:
        return list(self.world.control.tables["audit_log"].values())

    def subscription(self, status: SubscriptionStatus | None) -> None:
        with self.world.control.transaction() as tables:
            kept = tables["subscriptions"].pop(self.tenant)
            if status is not None:
                tables["subscriptions"][self.tenant] = replace(kept, status=status)


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def test_lets_a_new_person_in_and_has_it_told(office: Office) -> None:
    member = office.invite(office.owner, Guest(" Luis@Ejemplo.MX ", "  Luis   Rey ", "contador"))
    user = member.user
    assert (user.email, user.nombre, member.role) == ("luis@ejemplo.mx", "Luis Rey", Role.CONTADOR)
    assert (user.password_hash, user.has_chosen, user.platform_admin) == (None, False, False)
    assert office.emails() == ["ana@ejemplo.mx", "luis@ejemplo.mx"]
    assert office.told() == [PersonInvited(office.tenant, user.id, office.ana.id)]
    (entry,) = office.trail()
    assert (entry.action, entry.email, entry.tenant) == ("usuario-invitado", "ana@ejemplo.mx", office.tenant)
    assert entry.detail == {"email": "luis@ejemplo.mx", "role": "contador"}


@pytest.mark.parametrize(
    ("guest", "error"),
    [
        (Guest("luis", "Luis", "visor"), EmailMalformed),
        (Guest("luis@ejemplo.mx", "  ", "visor"), NombreMalformed),
        (Guest("luis@ejemplo.mx", "x" * 255, "visor"), NombreMalformed),
        (Guest("luis@ejemplo.mx", "Luis\x07Rey", "visor"), NombreMalformed),
        (Guest("luis@ejemplo.mx", "Luis", "admin"), RoleUnknown),
        (Guest("luis@ejemplo.mx", "Luis", ""), RoleUnknown),
    ],
)
def test_refuses_what_cannot_be_a_person(office: Office, guest: Guest, error: type[Exception]) -> None:
    with pytest.raises(error):
        office.invite(office.owner, guest)
    assert office.emails() == ["ana@ejemplo.mx"]
    assert office.told() == office.trail() == []


def test_never_more_people_than_the_limit_with_the_design_s_text(office: Office) -> None:
    for name in ("luis", "eva"):
        office.invite(office.owner, Guest(f"{name}@ejemplo.mx", name, "visor"))
    with pytest.raises(PlanLimitReached) as refused:
        office.invite(office.owner, Guest("uno.mas@ejemplo.mx", "Uno", "visor"))
    assert str(refused.value) == "Límite de usuarios alcanzado (3/3)."
    assert refused.value.facts == {"limit": 3, "current": 3}
    assert len(office.emails()) == 3
    assert len(office.told()) == 2


def test_without_a_limit_there_is_always_room(office: Office) -> None:
    office.world.change_tenant(office.tenant, users_limit_override=ILIMITADO)
    for n in range(12):
        office.invite(office.owner, Guest(f"n{n}@ejemplo.mx", "N", "visor"))
    assert len(office.emails()) == 13


def test_inviting_who_is_there_already_is_refused_whatever_the_room(office: Office) -> None:
    office.world.change_tenant(office.tenant, users_limit_override=1)
    with pytest.raises(AlreadyMember):
        office.invite(office.owner, Guest("ANA@ejemplo.mx", "Ana", "visor"))


def test_who_belongs_elsewhere_joins_only_a_plan_that_joins_taxpayers(world: World) -> None:
    small = Office(world)
    elsewhere = world.tenant("AAA010101AAA")
    luis = world.user("luis@ejemplo.mx", elsewhere)
    world.enter(luis.email)
    with pytest.raises(EmailTaken):
        small.invite(small.owner, LUIS)
    assert small.told() == []
    world.change_tenant(small.tenant, plan=Plan.ENTERPRISE)
    joined = small.invite(small.owner, LUIS)
    assert (joined.user, joined.role) == (luis, Role.CONTADOR), "name and password stay its own"
    assert small.told() == [PersonInvited(small.tenant, luis.id, small.ana.id)]


def test_who_belongs_nowhere_any_more_may_join(world: World) -> None:
    office, luis = Office(world), world.user("luis@ejemplo.mx")
    assert office.invite(office.owner, LUIS).user == luis


def test_nobody_joins_a_client_that_leaves_at_that_moment(office: Office) -> None:
    known = office.invite.entitlements.of(office.tenant)

    class Remembered:
        def of(self, tenant: TenantId) -> object:
            return known

    office.world.change_tenant(office.tenant, state=TenantState.DEPROVISIONING)
    with pytest.raises(TenantGone):
        replace(office.invite, entitlements=Remembered())(office.owner, LUIS)  # type: ignore[arg-type]
    assert office.told() == []


def test_a_limit_that_was_lowered_at_that_moment_holds(office: Office) -> None:
    known = office.invite.entitlements.of(office.tenant)

    class Remembered:
        def of(self, tenant: TenantId) -> object:
            return known

    office.world.change_tenant(office.tenant, users_limit_override=1)
    with pytest.raises(PlanLimitReached):
        replace(office.invite, entitlements=Remembered())(office.owner, LUIS)  # type: ignore[arg-type]
    assert office.told() == []


@pytest.mark.parametrize("role", [Role.CONTADOR, Role.VISOR, None])
def test_nobody_but_the_owner_manages_people(office: Office, role: Role | None) -> None:
    other = office.actor(office.ana, role)
    with pytest.raises(ActionForbidden):
        office.invite(other, LUIS)
    with pytest.raises(ActionForbidden):
        office.again(other, office.ana.id)
    with pytest.raises(ActionForbidden):
        office.list(other)
    with pytest.raises(ActionForbidden):
        office.remove(other, office.ana.id)
    assert office.told() == []


@pytest.mark.parametrize("status", [SubscriptionStatus.PAUSED, SubscriptionStatus.CANCELLED, None])
def test_in_read_only_mode_people_are_seen_and_not_changed(office: Office, status: SubscriptionStatus | None) -> None:
    luis = office.invite(office.owner, LUIS).user
    office.told()
    office.subscription(status)
    assert office.emails() == ["ana@ejemplo.mx", "luis@ejemplo.mx"]
    text = "Suscripción inactiva. Contacta soporte para reactivar."
    with pytest.raises(SubscriptionInactive, match=text):
        office.invite(office.owner, Guest("eva@ejemplo.mx", "Eva", "visor"))
    with pytest.raises(SubscriptionInactive, match=text):
        office.again(office.owner, luis.id)
    with pytest.raises(SubscriptionInactive, match=text):
        office.remove(office.owner, luis.id)
    assert (office.told(), len(office.emails())) == ([], 2)
    staff = office.actor(office.world.user("op@horux.mx", admin=True), viewing=True)
    office.remove(staff, luis.id)
    assert office.emails() == ["ana@ejemplo.mx"], "the operator viewing a client always passes"


def test_an_invitation_is_sent_again_and_again_but_not_without_end(office: Office) -> None:
    luis = office.invite(office.owner, LUIS).user
    office.told()
    for _ in range(5):
        office.again(office.owner, luis.id)
    office.world.later(minutes=59)
    with pytest.raises(TooManyAttempts, match="Espera 1 minuto y vuelve"):
        office.again(office.owner, luis.id)
    assert office.told() == [PersonInvited(office.tenant, luis.id, office.ana.id)] * 5
    assert len(office.trail()) == 6
    office.world.later(minutes=1)
    office.again(office.owner, luis.id)
    assert office.told() == [PersonInvited(office.tenant, luis.id, office.ana.id)]


def test_an_invitation_asked_for_twenty_times_at_once_is_sent_no_more(office: Office) -> None:
    luis = office.invite(office.owner, LUIS).user
    office.told()

    def again(_: int) -> bool:
        try:
            office.again(office.owner, luis.id)
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        sent = sum(threads.map(again, range(20)))
    assert (sent, len(office.told())) == (5, 5)


def test_who_is_not_of_the_taxpayer_and_who_is_not_at_all_are_alike(office: Office, world: World) -> None:
    stranger = world.user("otra@ejemplo.mx", world.tenant("AAA010101AAA"))
    for person in (stranger.id, UserId(uuid4())):
        with pytest.raises(UserMissing):
            office.again(office.owner, person)
        with pytest.raises(UserMissing):
            office.remove(office.owner, person)
    assert office.told() == office.trail() == []


def test_lists_people_a_page_at_a_time(office: Office) -> None:
    for name in ("zoe", "bea"):
        office.invite(office.owner, Guest(f"{name}@ejemplo.mx", name, "visor"))
    first = office.list(office.owner, None, 2)
    second = office.list(office.owner, first.next_cursor, 2)
    assert [member.user.nombre for member in (*first.items, *second.items)] == ["Ana López", "bea", "zoe"]
    assert second.next_cursor is None
