from dataclasses import replace
from uuid import uuid4

import pytest

from contracts.clients import a_subscription
from horux_core.billing.gateway import title
from horux_core.billing.model import Frequency
from horux_core.kernel.ids import TenantId


@pytest.mark.parametrize(
    ("frequency", "said"),
    [
        (Frequency.MONTHLY, "Horux360, plan Business, pago mensual"),
        (Frequency.YEARLY, "Horux360, plan Business, pago anual"),
    ],
)
def test_the_payer_reads_what_it_pays_for_and_how_often(frequency: Frequency, said: str) -> None:
    assert title(replace(a_subscription(TenantId(uuid4())), frequency=frequency)) == said
