"""A run that another process took for dead, and undid, while its own was only slow."""

import pytest

from horux_core.billing.gateway import Agreement
from horux_core.billing.model import Subscription
from horux_core.onboarding.errors import ProvisioningFailed, RunLost
from horux_core.onboarding.model import RunState, Step
from tests.core.onboarding.house import NOTHING, House, the_run


@pytest.fixture
def house() -> House:
    return House()


def test_a_run_undone_by_another_leaves_no_database_behind(house: House) -> None:
    create = house.databases.create

    def taken_for_dead(tenant: object) -> None:
        with house.runs.transaction() as tx:
            run = the_run(house)
            tx.tenants.remove(run.tenant)
            tx.runs.end(run.id, RunState.DESHECHA, None)
        create(tenant)  # type: ignore[arg-type]

    object.__setattr__(house.databases, "create", taken_for_dead)
    with pytest.raises(ProvisioningFailed) as failed:
        house.take_in()
    assert isinstance(failed.value.__cause__, RunLost)
    assert house.left() == NOTHING


def test_a_run_undone_by_another_between_two_steps_leaves_no_link_to_pay(house: House) -> None:
    make = house.links.open

    def taken_for_dead(subscription: Subscription, reason: str) -> Agreement | None:
        house.undo(the_run(house).id)
        return make(subscription, reason)

    object.__setattr__(house.links, "open", taken_for_dead)
    with pytest.raises(ProvisioningFailed):
        house.take_in()
    assert house.left() == NOTHING
    assert len(house.links.ended) == 1


def test_a_run_that_was_undone_registers_nobody(house: House) -> None:
    house.runs.ended_at = Step.REGISTRO
    with pytest.raises(ProvisioningFailed):
        house.take_in()
    assert house.left() == NOTHING
