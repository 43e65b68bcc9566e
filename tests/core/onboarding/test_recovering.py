from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.clients import RFC, a_client
from horux_core.onboarding.errors import DeprovisioningUnfinished, ProvisioningFailed
from horux_core.onboarding.model import ALTA, BAJA, RunState, Step
from horux_core.tenancy.errors import RfcTaken, TenantMissing
from horux_core.tenancy.model import TenantState
from tests.core.onboarding.house import NOTHING, Broken, House, Killed
from tests.core.onboarding.test_deprovisioning import assert_gone


@pytest.fixture
def house() -> House:
    return House()


def restarted(house: House) -> None:
    """Another process over the same stores, which comes up as it always does."""
    house.healed()
    assert house.recover().failed == ()


class TestAClientBeingTakenIn:
    @pytest.mark.parametrize("step", ALTA)
    def test_is_undone_when_the_process_died_before_a_step(self, house: House, step: Step) -> None:
        house.runs.killed_at = step
        with pytest.raises(Killed):
            house.take_in()
        restarted(house)
        assert house.left() == NOTHING
        (run,) = house.control.tables["provisioning_runs"].values()
        assert (run.state, run.failed_step) == (RunState.DESHECHA, step)
        assert house.take_in().tenant.state is TenantState.LIVE

    @pytest.mark.parametrize("step", [Step.BASE, Step.SUSCRIPCION, Step.LIGA])
    def test_is_undone_when_the_process_died_after_a_step(self, house: House, step: Step) -> None:
        house.faults.after[step] = Killed()
        with pytest.raises(Killed):
            house.take_in()
        restarted(house)
        assert house.left() == NOTHING

    def test_leaves_no_agreement_whose_answer_never_came(self, house: House) -> None:
        house.faults.before[Step.LIGA] = Killed()
        with pytest.raises(Killed):
            house.take_in()
        assert len(house.links.standing) == 1
        restarted(house)
        assert house.left() == NOTHING
        assert len(house.links.ended) == 1

    @pytest.mark.parametrize("step", [Step.BASE, Step.SUSCRIPCION, Step.BIENVENIDA])
    def test_an_undo_that_died_is_taken_up(self, house: House, step: Step) -> None:
        house.faults.before[step] = Broken()
        house.faults.undo = Killed()
        with pytest.raises(Killed):
            house.take_in()
        restarted(house)
        assert house.left() == NOTHING

    def test_takes_nothing_from_who_came_after_it(self, house: House) -> None:
        """The run died when all was undone but the run's own record."""
        house.runs.killed_at = Step.BIENVENIDA
        with pytest.raises(Killed):
            house.take_in()
        (run,) = house.runs.dead()
        house.undo(run.id)
        reopened = {**house.control.tables["provisioning_runs"], run.id: run}
        house.control.tables["provisioning_runs"] = reopened
        house.healed()
        successor = house.take_in().tenant
        restarted(house)
        assert house.registry.find(successor.rfc) == successor
        assert house.control.tables["databases"] == {successor.database_name: successor.id}

    def test_keeps_a_user_that_has_come_to_own_another_client(self, house: House) -> None:
        house.runs.killed_at = Step.BIENVENIDA
        with pytest.raises(Killed):
            house.take_in()
        house.healed()
        other = house.take_in(a_client("TPR840604D98", plan="enterprise")).tenant
        restarted(house)
        (membership,) = house.control.tables["memberships"].values()
        assert membership.tenant == other.id
        assert membership.user in house.control.tables["users"]


class TestAClientBeingLetGo:
    @pytest.mark.parametrize("step", BAJA)
    def test_is_let_go_when_the_process_died_before_a_step(self, house: House, step: Step) -> None:
        tenant = house.take_in().tenant
        house.vault.kept.add(tenant.id)
        house.runs.killed_at = step
        with pytest.raises(Killed):
            house.let_go(RFC)
        restarted(house)
        assert_gone(house, tenant)

    @pytest.mark.parametrize("step", [Step.COBRO, Step.FIEL, Step.RETIRO])
    def test_is_let_go_when_the_process_died_after_a_step(self, house: House, step: Step) -> None:
        tenant = house.take_in().tenant
        house.vault.kept.add(tenant.id)
        house.faults.after[step] = Killed()
        with pytest.raises(Killed):
            house.let_go(RFC)
        restarted(house)
        assert_gone(house, tenant)


def test_leaves_alone_what_is_at_work(house: House) -> None:
    house.runs.killed_at = Step.BASE
    with pytest.raises(Killed):
        house.take_in()
    (run,) = house.runs.dead()
    with house.runs.resume(run.id):
        assert house.recover().recovered == ()
    assert house.left()["tenants"] == 1


def test_many_may_recover_at_once(house: House) -> None:
    for rfc in (RFC, "TPR840604D98", "ROEM691011EZ4"):
        house.runs.killed_at = Step.BIENVENIDA
        with pytest.raises(Killed):
            house.take_in(a_client(rfc, admin_email=f"{rfc}@x.mx"))
        house.healed()
    with ThreadPoolExecutor(3) as threads:
        done = list(threads.map(lambda _: house.recover(), range(3)))
    assert sum(len(recovery.recovered) for recovery in done) == 3
    assert house.left() == NOTHING


def test_a_run_that_cannot_be_recovered_keeps_no_other(house: House) -> None:
    house.runs.killed_at = Step.BIENVENIDA
    with pytest.raises(Killed):
        house.take_in()
    house.healed()
    tenant = house.take_in(a_client("TPR840604D98", admin_email="b@x.mx")).tenant
    house.runs.killed_at = Step.FIEL
    with pytest.raises(Killed):
        house.let_go("TPR840604D98")
    house.healed()
    house.faults.undo = Broken()
    recovery = house.recover()
    assert [run.rfc for run, _ in recovery.failed] == [RFC]
    assert [run.rfc for run in recovery.recovered] == ["TPR840604D98"]
    assert house.registry.get(tenant.id).state is TenantState.DELETED


RFCS = (RFC, "TPR840604D98", "ROEM691011EZ4")


class ComingAndGoing(RuleBasedStateMachine):
    """Clients come, go and come again, while things break and processes die: each is here whole, or not at all."""

    @initialize()
    def opened(self) -> None:
        self.house = House()
        self.here: set[str] = set()

    @rule(rfc=st.sampled_from(RFCS), step=st.sampled_from(ALTA), how=st.sampled_from(["", "broken", "killed"]))
    def take_in(self, rfc: str, step: Step, how: str) -> None:
        if how == "broken":
            self.house.faults.before[step] = Broken()
        if how == "killed":
            self.house.runs.killed_at = step
        broken = how == "broken" and step is not Step.REGISTRO
        try:
            self.house.take_in(a_client(rfc, admin_email=f"{rfc}@x.mx"))
            assert rfc not in self.here
            assert not broken
            assert how != "killed"
            self.here.add(rfc)
        except RfcTaken:
            assert rfc in self.here
        except (ProvisioningFailed, Killed):
            assert how
        self._restarted()

    @rule(rfc=st.sampled_from(RFCS), step=st.sampled_from(BAJA), how=st.sampled_from(["", "broken", "killed"]))
    def let_go(self, rfc: str, step: Step, how: str) -> None:
        if how == "broken":
            self.house.faults.before[step] = Broken()
        if how == "killed":
            self.house.runs.killed_at = step
        try:
            self.house.let_go(rfc)
            assert not how
        except TenantMissing:
            assert rfc not in self.here
        except (DeprovisioningUnfinished, Killed):
            assert how
        self._restarted()
        self.here.discard(rfc)

    def _restarted(self) -> None:
        self.house.healed()
        assert self.house.recover().failed == ()

    @invariant()
    def each_is_here_whole_or_not_at_all(self) -> None:
        live = {str(tenant.rfc): tenant for tenant in self.house.registry.page(None, 9).items}
        assert live.keys() == self.here
        databases = self.house.control.tables["databases"]
        assert {n for n in databases if not n.startswith("horux_deleted_")} == {t.database_name for t in live.values()}
        memberships = self.house.control.tables["memberships"].values()
        assert sorted(m.tenant for m in memberships) == sorted(t.id for t in live.values())
        for tenant in live.values():
            assert databases[tenant.database_name] == tenant.id
            assert self.house.subscriptions.live(tenant.id) is not None
        assert len(self.house.links.standing) == len(live)
        assert not self.house.runs.dead()


ComingAndGoing.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestComingAndGoing = ComingAndGoing.TestCase
