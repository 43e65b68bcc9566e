"""Letting people go, and never the last owner."""

from dataclasses import replace

import pytest

from horux_core.identity.errors import LastOwner, SessionExpired, UserMissing
from horux_core.identity.inviting import Guest
from horux_core.identity.model import Role
from horux_core.kernel.ids import TenantId
from horux_core.kernel.rfc import Rfc
from horux_core.plans.errors import TenantGone
from horux_core.plans.model import Plan
from horux_core.tenancy.model import TenantState
from tests.core.identity.test_people import ANA, LUIS, Office
from tests.core.identity.world import World


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def test_who_is_let_go_is_out_at_once_there_and_only_there(world: World) -> None:
    office = Office(world, Plan.ENTERPRISE)
    here = office.tenant
    there = world.tenant("AAA010101AAA")
    world.user("luis@ejemplo.mx", here, there)
    inside, elsewhere = world.enter("luis@ejemplo.mx"), world.enter("luis@ejemplo.mx")
    moved = world.switch_tenant(world.actor(elsewhere), Rfc("AAA010101AAA"))
    luis = inside.user.id
    office.remove(office.owner, luis)
    with pytest.raises(SessionExpired):
        world.actor(inside)
    assert world.authenticate(moved.access_token, "req").tenant_id == there
    assert office.emails() == ["ana@ejemplo.mx"]
    assert [entry.action for entry in office.trail()] == ["usuario-retirado"]
    with pytest.raises(UserMissing):
        office.remove(office.owner, luis)


def test_a_taxpayer_never_loses_its_last_owner(office: Office) -> None:
    office.invite(office.owner, LUIS)
    with pytest.raises(LastOwner):
        office.remove(office.owner, office.ana.id)
    eva = office.joined("eva@ejemplo.mx", Role.OWNER)
    office.remove(office.owner, office.ana.id)
    with pytest.raises(LastOwner):
        office.remove(office.actor(eva), eva.id)


def test_who_never_came_in_is_no_owner_that_stays(office: Office) -> None:
    eva = office.invite(office.owner, Guest("eva@ejemplo.mx", "Eva", "owner")).user
    with pytest.raises(LastOwner):
        office.remove(office.owner, office.ana.id)
    office.come_in(eva)
    office.remove(office.owner, office.ana.id)
    assert [member.user.id for member in office.list(office.actor(eva)).items] == [eva.id]


def test_who_was_invited_as_an_owner_by_mistake_is_let_go(office: Office) -> None:
    office.remove(office.owner, office.invite(office.owner, Guest("eva@ejemplo.mx", "Eva", "owner")).user.id)
    assert office.emails() == [ANA]


def test_a_disabled_account_is_no_owner_that_stays(office: Office) -> None:
    eva = office.joined("eva@ejemplo.mx", Role.OWNER)
    office.world.change_user(eva.id, active=False)
    with pytest.raises(LastOwner):
        office.remove(office.owner, office.ana.id)
    office.world.change_user(eva.id, active=True)
    office.remove(office.owner, office.ana.id)


@pytest.mark.parametrize("role", [Role.CONTADOR, Role.VISOR])
def test_who_is_no_owner_neither_stays_as_one_nor_is_missed_as_one(office: Office, role: Role) -> None:
    eva = office.joined("eva@ejemplo.mx", role)
    with pytest.raises(LastOwner):
        office.remove(office.owner, office.ana.id)
    office.world.change_user(office.ana.id, active=False)
    office.remove(office.owner, eva.id)
    assert office.emails() == [ANA]


def test_nobody_is_let_go_from_a_client_that_leaves_at_that_moment(office: Office) -> None:
    eva = office.joined("eva@ejemplo.mx", Role.VISOR)
    known = office.remove.entitlements.of(office.tenant)

    class Remembered:
        def of(self, tenant: TenantId) -> object:
            return known

    office.world.change_tenant(office.tenant, state=TenantState.DEPROVISIONING)
    with pytest.raises(TenantGone):
        replace(office.remove, entitlements=Remembered())(office.owner, eva.id)  # type: ignore[arg-type]
    assert len(office.emails()) == 2
