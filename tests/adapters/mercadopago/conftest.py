from collections.abc import Iterator

import pytest

from horux_adapters.mercadopago.client import MercadoPagoClient
from horux_adapters.mercadopago.gateway import MercadoPagoPaymentGateway
from tests.adapters.mercadopago.standin import TOKEN, Standin, running

BACK = "https://horux360.mx/configuracion"


@pytest.fixture(scope="session")
def one_provider() -> Iterator[Standin]:
    with running() as standin:
        yield standin


@pytest.fixture
def provider(one_provider: Standin) -> Standin:
    """As it is at the start."""
    one_provider.tell("reset")
    return one_provider


@pytest.fixture
def gateway(provider: Standin) -> MercadoPagoPaymentGateway:
    return MercadoPagoPaymentGateway(MercadoPagoClient(TOKEN, provider.url), BACK)
