"""Who took a client in or let it go is in the audit trail, with what it did or not at all."""

import pytest

from contracts.clients import OPERATOR, RFC
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_core.audit.model import Entry
from horux_core.kernel.ids import TenantId
from horux_core.onboarding.errors import DeprovisioningUnfinished, ProvisioningFailed
from horux_core.onboarding.model import BAJA, Step
from tests.core.onboarding.house import Broken, House


@pytest.fixture
def house() -> House:
    return House()


def trail(house: House, tenant: TenantId | None) -> tuple[Entry, ...]:
    return MemoryAuditTrail(house.control).page(tenant, None, 9).items


def test_leaves_a_trace_of_who_took_a_client_in(house: House) -> None:
    tenant = house.take_in().tenant
    (entry,) = trail(house, tenant.id)
    assert (entry.user, entry.email, entry.session) == (OPERATOR.user, OPERATOR.email, OPERATOR.session)
    assert (entry.action, entry.method, entry.path) == ("empresa-alta", "POST", "/api/tenants")
    assert entry.detail == {"rfc": RFC, "plan": "business"}


def test_leaves_no_trace_of_a_client_that_was_not_taken_in(house: House) -> None:
    house.faults.after[Step.BIENVENIDA] = Broken()
    with pytest.raises(ProvisioningFailed):
        house.take_in()
    assert trail(house, None) == ()


def test_leaves_a_trace_of_who_let_a_client_go(house: House) -> None:
    tenant = house.take_in().tenant
    house.let_go(RFC)
    entry, _ = trail(house, tenant.id)
    assert (entry.user, entry.session) == (OPERATOR.user, OPERATOR.session)
    assert (entry.action, entry.method) == ("empresa-baja", "DELETE")
    assert entry.path == f"/api/tenants/{RFC}"


@pytest.mark.parametrize("step", BAJA)
def test_leaves_one_trace_whoever_completes_it(house: House, step: Step) -> None:
    tenant = house.take_in().tenant
    house.faults.before[step] = Broken()
    with pytest.raises(DeprovisioningUnfinished):
        house.let_go(RFC)
    house.healed()
    house.recover()
    entry, _ = trail(house, tenant.id)
    assert (entry.action, entry.email) == ("empresa-baja", OPERATOR.email)
