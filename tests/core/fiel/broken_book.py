"""What a book of use that was touched does to everything that needs it."""

import pytest

from horux_core.fiel.errors import LedgerBroken
from horux_core.fiel.findings import Health
from horux_core.tenancy.model import Tenant
from tests.core.fiel.strongroom import Strongroom


def broken(room: Strongroom, tenant: Tenant) -> None:
    """Nothing is opened, and everybody who asks is told."""
    room.sealer.opened = 0
    with pytest.raises(LedgerBroken):
        room.open(tenant)
    with pytest.raises(LedgerBroken):
        room.store(tenant, "otra")
    assert room.sealer.opened == 0, "nothing is decrypted"
    assert [finding.health for finding in room.verify()] == [Health.LIBRO_ROTO]
    assert [finding.health for finding in room.rotate()] == [Health.LIBRO_ROTO]
    assert room.tend() == {"sanadas": 0, "por atender": 1}
    assert room.sealer.opened == 0
