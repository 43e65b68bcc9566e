from uuid import uuid4

import pytest

from contracts.clients import NOW, RFC, a_client, a_run
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Actor, Role, Session
from horux_core.kernel.ids import SessionId, UserId
from horux_core.onboarding.errors import DeprovisioningUnfinished, RunInProgress
from horux_core.onboarding.model import BAJA, RunKind, RunState, Step
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant, TenantState
from tests.core.onboarding.house import Broken, House


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def tenant(house: House) -> Tenant:
    """A client with everything a client has, and somebody at work in it."""
    tenant = house.take_in().tenant
    house.vault.kept.add(tenant.id)
    house.files.kept.update({tenant.database_name, "horux_tpr840604d98"})
    (owner,) = house.control.tables["memberships"].values()
    with house.directory.transaction() as tx:
        tx.sessions.add(Session(SessionId(uuid4()), owner.user, tenant.id, NOW, NOW, "navegador"))
    return tenant


def assert_gone(house: House, tenant: Tenant) -> None:
    kept = house.registry.get(tenant.id)
    assert (kept.state, kept.active) == (TenantState.DELETED, False)
    assert kept.database_name.startswith("horux_deleted_cas2408138w2_2026")
    assert house.control.tables["databases"] == {kept.database_name: tenant.id}
    assert not house.control.tables["memberships"]
    assert not house.control.tables["sessions"]
    assert not house.links.standing
    assert tenant.id not in house.vault.kept
    assert tenant.database_name not in house.files.kept
    subscription = house.subscriptions.live(tenant.id)
    assert subscription is not None
    assert subscription.status == "cancelled"
    assert not house.runs.dead()


def test_lets_a_client_go_with_everything_it_had(house: House, tenant: Tenant) -> None:
    house.let_go(" cas-240813-8w2 ")
    assert_gone(house, tenant)
    runs = [run for run in house.control.tables["provisioning_runs"].values() if run.kind is RunKind.BAJA]
    assert [run.state for run in runs] == [RunState.TERMINADA]


def test_leaves_other_clients_alone(house: House, tenant: Tenant) -> None:
    other = house.take_in(a_client("TPR840604D98", admin_email="otra@tpr.mx")).tenant
    house.let_go(RFC)
    assert house.registry.find(other.rfc) == other
    assert house.control.tables["databases"][other.database_name] == other.id
    assert len(house.control.tables["memberships"]) == len(house.links.standing) == 1
    assert house.files.kept == {other.database_name}


def test_only_the_operator_lets_clients_go(house: House, tenant: Tenant) -> None:
    owner = Actor(UserId(uuid4()), "ana@cascabel.mx", False, None, tenant.id, Role.OWNER)
    with pytest.raises(ActionForbidden):
        house.deprovision(owner, RFC)
    assert house.registry.find(tenant.rfc) == tenant


def test_the_rfc_is_free_at_once(house: House, tenant: Tenant) -> None:
    house.let_go(RFC)
    successor = house.take_in().tenant
    assert successor.id != tenant.id
    assert house.control.tables["databases"][successor.database_name] == successor.id
    house.let_go(RFC)
    names = {kept.database_name for kept in house.control.tables["tenants"].values()}
    assert len(names) == 2


@pytest.mark.parametrize("rfc", ["TPR840604D98", "no es un RFC", ""])
def test_lets_nobody_go_that_is_not_there(house: House, tenant: Tenant, rfc: str) -> None:
    with pytest.raises(TenantMissing):
        house.let_go(rfc)


def test_lets_a_client_go_once_at_a_time(house: House, tenant: Tenant) -> None:
    with house.runs.begin(a_run(tenant.id, RunKind.BAJA)), pytest.raises(RunInProgress):
        house.let_go(RFC)
    assert house.registry.find(tenant.rfc) == tenant


@pytest.mark.parametrize("step", BAJA)
def test_a_failure_closes_the_client_and_recovery_does_the_rest(house: House, tenant: Tenant, step: Step) -> None:
    house.faults.before[step] = Broken()
    with pytest.raises(DeprovisioningUnfinished) as failed:
        house.let_go(RFC)
    assert failed.value.facts["failedStep"] == step.value
    assert isinstance(failed.value.__cause__, Broken)
    with pytest.raises(TenantMissing):
        house.let_go(RFC)
    house.healed()
    (recovered,) = house.recover().recovered
    assert recovered.kind is RunKind.BAJA
    assert_gone(house, tenant)


def test_completes_nothing_twice(house: House, tenant: Tenant) -> None:
    house.let_go(RFC)
    successor = house.take_in().tenant
    done = next(run for run in house.control.tables["provisioning_runs"].values() if run.kind is RunKind.BAJA)
    house.complete(done)
    assert house.registry.find(successor.rfc) == successor


def test_a_second_one_that_read_too_early_leaves_the_client_that_came_after_alone(house: House, tenant: Tenant) -> None:
    late = a_run(kind=RunKind.BAJA, tenant=tenant.id)
    house.let_go(RFC)
    after = house.take_in(a_client(admin_email="despues@cascabel.mx")).tenant
    with house.runs.begin(late), pytest.raises(TenantMissing):
        house.complete(late)
    assert house.registry.find(after.rfc) == after
    assert house.registry.get(tenant.id).state is TenantState.DELETED
    assert not house.runs.dead()
