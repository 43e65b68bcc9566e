from uuid import uuid4

import pytest

from contracts.clients import a_subscription
from contracts.ports.payment_gateway import PaymentGatewayContract
from horux_adapters.transferencia.gateway import TransferenciaPaymentGateway
from horux_core.billing.ports import PaymentGateway
from horux_core.kernel.ids import TenantId


class TestTransferenciaPaymentGateway(PaymentGatewayContract):
    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        return TransferenciaPaymentGateway()

    def test_works_without_links(self, gateway: PaymentGateway) -> None:
        assert gateway.open(a_subscription(TenantId(uuid4())), "Horux360") is None
