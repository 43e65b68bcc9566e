"""What a slow run made after another process had undone it: nobody else will ever take it away."""

import pytest

from horux_core.onboarding.errors import ProvisioningFailed
from horux_core.onboarding.model import Step
from tests.core.onboarding.house import Broken, House


def test_goes_though_the_provider_of_payments_does_not_answer() -> None:
    house = House()
    house.runs.ended_at = Step.LIGA
    house.faults.before[Step.COBRO] = Broken("el proveedor no responde")
    with pytest.raises(ProvisioningFailed):
        house.take_in()
    assert (house.left()["databases"], house.left()["subscriptions"]) == (0, 0)


def test_asks_the_provider_for_nothing_that_was_never_asked_of_it() -> None:
    house = House()
    house.runs.ended_at = Step.BASE
    house.faults.before[Step.COBRO] = Broken("el proveedor no responde")
    with pytest.raises(ProvisioningFailed) as failed:
        house.take_in()
    assert house.left()["databases"] == 0
    assert not isinstance(failed.value.__cause__, ExceptionGroup)
