"""What stands above every page."""

import pytest

from contracts.clients import a_tenant
from horux_core.fiscal.heading import Desk
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import ILIMITADO, Entitlement, Plan


@pytest.mark.parametrize(
    ("limit", "stored", "room"),
    [(500, 0, 500), (500, 499, 1), (500, 500, 0), (500, 501, 0), (0, 0, 0), (ILIMITADO, 10**6, None)],
)
def test_there_is_never_less_room_than_none(limit: int, stored: int, room: int | None) -> None:
    """A plan may become a smaller one when more is kept already."""
    entitlement = Entitlement(Plan.BUSINESS, CATALOGUE[Plan.BUSINESS].features, limit, 3, True)
    assert Desk(a_tenant(), entitlement, stored, None).room == room
