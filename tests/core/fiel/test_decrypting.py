"""Opening by hand: for the operator, with a reason, for half an hour, and never twice at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.clients import OPERATOR
from horux_core.fiel.decrypting import LIFE, DecryptToFolder, SweepPlain
from horux_core.fiel.errors import FielMissing, PlainPlaceTaken, ReasonMissing
from horux_core.fiel.model import UseKind
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Actor
from horux_core.tenancy.model import Tenant
from tests.core.fiel.strongroom import Strongroom, owner


class Desk:
    def __init__(self) -> None:
        self.room = Strongroom()
        self.folders = self.room.plain
        self.tenant = self.room.client()
        self.decrypt = DecryptToFolder(
            self.room.unseal_fiel, self.room.registry, self.folders, lambda: self.room.moment
        )
        self.sweep = SweepPlain(self.folders, lambda: self.room.moment)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def tenant(desk: Desk) -> Tenant:
    desk.room.store(desk.tenant, "una")
    return desk.tenant


def test_is_written_down_with_its_reason_and_lasts_half_an_hour(desk: Desk, tenant: Tenant) -> None:
    began = desk.room.moment
    found = desk.decrypt(Actor.system(tenant.id), "  Cambio en\nel portal ", "horux fiel decrypt")
    assert found.place.endswith(f"horux-fiel-{tenant.rfc}")
    assert found.until == began + LIFE == began + timedelta(minutes=30)
    use = desk.room.uses(tenant)[-1]
    assert (use.kind, use.reason, use.origin) == (UseKind.USO, "Cambio en el portal", "horux fiel decrypt")


def test_is_for_the_operator(desk: Desk, tenant: Tenant) -> None:
    with pytest.raises(ActionForbidden):
        desk.decrypt(owner(tenant), "por gusto", "")
    with pytest.raises(ActionForbidden):
        desk.decrypt(replace(OPERATOR, tenant_id=tenant.id), "sin ver la empresa", "")
    assert (len(desk.room.uses(tenant)), desk.folders.kept) == (1, {})


@pytest.mark.parametrize("reason", ["", " \n", "x" * 501, "a\x00b"])
def test_asks_for_a_reason_before_anything_else(desk: Desk, tenant: Tenant, reason: str) -> None:
    with pytest.raises(ReasonMissing):
        desk.decrypt(Actor.system(tenant.id), reason, "")
    assert (len(desk.room.uses(tenant)), desk.room.sealer.opened, desk.folders.kept) == (1, 0, {})


def test_nothing_is_opened_where_it_is_open_already(desk: Desk, tenant: Tenant) -> None:
    desk.decrypt(Actor.system(tenant.id), "uno", "")
    opened, uses = desk.room.sealer.opened, len(desk.room.uses(tenant))
    with pytest.raises(PlainPlaceTaken):
        desk.decrypt(Actor.system(tenant.id), "dos", "")
    assert (desk.room.sealer.opened, len(desk.room.uses(tenant))) == (opened, uses)
    desk.room.moment += LIFE
    desk.decrypt(Actor.system(tenant.id), "tres", "")


def test_without_one_nothing_is_left(desk: Desk) -> None:
    with pytest.raises(FielMissing):
        desk.decrypt(Actor.system(desk.tenant.id), "prueba", "")
    assert desk.folders.kept == {}


def test_what_outlived_its_time_is_swept(desk: Desk, tenant: Tenant) -> None:
    desk.decrypt(Actor.system(tenant.id), "prueba", "")
    assert desk.sweep() == {"carpetas": 0}
    desk.room.moment += LIFE
    assert desk.sweep() == {"carpetas": 1}


def test_destroying_takes_it_away_too(desk: Desk, tenant: Tenant) -> None:
    desk.decrypt(Actor.system(tenant.id), "prueba", "")
    desk.room.destroy(tenant)
    assert desk.folders.kept == {}
