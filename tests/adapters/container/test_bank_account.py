"""The account that clients transfer to."""

import pytest

from horux_adapters.container.paying import bank_account
from horux_adapters.container.settings import SettingsInvalid, load
from horux_core.billing.model import BankAccount
from tests.adapters.container.test_payment_settings import LEAST, PRODUCTION

ACCOUNT = {"BANK_BENEFICIARY": "Horux Finanzas SA de CV", "BANK_NAME": "STP", "BANK_CLABE": "032 180 000118359719"}


def test_is_the_one_of_the_settings() -> None:
    expected = BankAccount("Horux Finanzas SA de CV", "STP", "032180000118359719")
    assert bank_account(load({**LEAST, **ACCOUNT})) == bank_account(load({**PRODUCTION, **ACCOUNT})) == expected


def test_is_nobody_s_while_nothing_is_in_earnest() -> None:
    sample = bank_account(load(LEAST))
    assert sample is not None
    assert "muestra" in sample.beneficiary
    assert bank_account(load(PRODUCTION)) is None


@pytest.mark.parametrize("name", ACCOUNT)
def test_is_whole_or_not_at_all(name: str) -> None:
    given = {other: value for other, value in ACCOUNT.items() if other != name}
    with pytest.raises(SettingsInvalid) as refused:
        load({**LEAST, **given})
    assert refused.value.problems.keys() == {name}


@pytest.mark.parametrize(
    "clabe",
    ["032180000118359718", "03218000011835971", "0321800001183597199", "03218000011835971x", "٠٣٢١٨٠٠٠٠١١٨٣٥٩٧١٩"],
)
def test_has_a_number_that_can_be_transferred_to(clabe: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        load({**LEAST, **ACCOUNT, "BANK_CLABE": clabe})
    assert refused.value.problems.keys() == {"BANK_CLABE"}
