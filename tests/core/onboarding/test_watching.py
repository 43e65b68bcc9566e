"""Following a run: each step done, under way, failed, undone or not begun."""

from dataclasses import replace

import pytest

from contracts.clients import OPERATOR, RFC, a_client, a_run
from horux_adapters.memory.fiel_vault import MemoryVault
from horux_adapters.memory.outbox import MemoryOutbox
from horux_core.identity.errors import ActionForbidden
from horux_core.onboarding.errors import DeprovisioningUnfinished, ProvisioningFailed
from horux_core.onboarding.model import ALTA, BAJA, RunKind, Step
from horux_core.onboarding.watching import Progress, RunSeen, WatchRun, taken
from tests.core.onboarding.house import Broken, House

DONE, NOW, FAILED, UNDONE, TODO = Progress.DONE, Progress.NOW, Progress.FAILED, Progress.UNDONE, Progress.TODO


@pytest.fixture
def house() -> House:
    return House()


def watched(house: House, kind: RunKind = RunKind.ALTA, rfc: str = RFC) -> RunSeen | None:
    vault = MemoryVault(house.control, lambda tables: MemoryOutbox(tables, house._clock))
    return WatchRun(house.runs, vault)(OPERATOR, rfc, kind)


def how(seen: RunSeen | None) -> list[Progress]:
    assert seen is not None
    return [one.how for one in seen.steps]


def test_is_the_operators_alone(house: House) -> None:
    with pytest.raises(ActionForbidden):
        WatchRun(house.runs, MemoryVault(house.control, lambda tables: MemoryOutbox(tables, house._clock)))(
            replace(OPERATOR, platform_admin=False), RFC, RunKind.ALTA
        )


def test_a_run_that_ended_well_did_everything(house: House) -> None:
    house.provision(OPERATOR, a_client())
    seen = watched(house, rfc=RFC.lower())
    assert how(seen) == [DONE] * len(ALTA)
    assert seen is not None
    assert not seen.open


def test_a_failed_step_is_told_and_those_before_it_are_undone(house: House) -> None:
    house.faults.before[Step.SUSCRIPCION] = Broken()
    with pytest.raises(ProvisioningFailed):
        house.provision(OPERATOR, a_client())
    assert how(watched(house)) == [UNDONE, UNDONE, UNDONE, FAILED, TODO, TODO]


def test_an_open_run_is_at_the_step_recorded_last() -> None:
    run = replace(a_run(), step=Step.USUARIO)
    assert [one.how for one in taken(run)] == [DONE, DONE, NOW, TODO, TODO, TODO]
    assert [one.how for one in taken(run, Step.USUARIO)] == [UNDONE, UNDONE, FAILED, TODO, TODO, TODO]
    assert [one.how for one in taken(a_run())] == [TODO] * len(ALTA)


def test_letting_go_goes_on_from_where_it_stopped(house: House) -> None:
    house.provision(OPERATOR, a_client())
    house.faults.before[Step.FIEL] = Broken()
    with pytest.raises(DeprovisioningUnfinished):
        house.deprovision(OPERATOR, RFC)
    seen = watched(house, RunKind.BAJA)
    assert how(seen) == [DONE, NOW, TODO, TODO]
    assert seen is not None
    assert seen.open
    house.faults.before.clear()
    house.recover()
    assert how(watched(house, RunKind.BAJA)) == [DONE] * len(BAJA)


def test_knows_nothing_of_what_never_ran(house: House) -> None:
    assert watched(house) is None
    assert watched(house, rfc="no es un RFC") is None
