from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from contracts.clients import NOW
from contracts.ports.payment_gateway import LinkedGatewayContract, PaymentGatewayContract, Provider
from horux_adapters.memory.payment_gateway import MemoryPaymentGateway


def moments() -> Iterator[datetime]:
    moment = NOW.astimezone(UTC)
    while True:
        yield moment
        moment += timedelta(seconds=1)


class TestMemoryPaymentGateway(LinkedGatewayContract, PaymentGatewayContract):
    @pytest.fixture
    def gateway(self) -> MemoryPaymentGateway:
        return MemoryPaymentGateway(moments().__next__)

    @pytest.fixture
    def provider(self, gateway: MemoryPaymentGateway) -> Provider:
        return gateway
