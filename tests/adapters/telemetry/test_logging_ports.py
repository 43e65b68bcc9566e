from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from contracts.clients import a_subscription, a_tenant
from contracts.ports.payment_links import PaymentLinksContract
from horux_adapters.telemetry.logging_ports import LoggingFielVault, LoggingMailer, LoggingPaymentLinks
from horux_core.billing.ports import PaymentLinks
from horux_core.kernel.ids import TenantId
from horux_core.notifications.model import Message


class TestLoggingPaymentLinks(PaymentLinksContract):
    @pytest.fixture
    def links(self) -> PaymentLinks:
        return LoggingPaymentLinks()

    def test_works_without_links_and_says_so(self, links: PaymentLinks) -> None:
        subscription = a_subscription(TenantId(uuid4()))
        with capture_logs() as logs:
            assert links.create(subscription) is None
            links.cancel(subscription)
        assert [entry["subscription_id"] for entry in logs] == [str(subscription.id)] * 2


def test_a_mail_is_told_and_its_text_is_not() -> None:
    with capture_logs() as logs:
        LoggingMailer().send(Message("ana@cascabel.mx", "Bienvenido a Horux360", "Contraseña temporal: k9-secreta"))
    (entry,) = logs
    assert (entry["to"], entry["subject"]) == ("ana@cascabel.mx", "Bienvenido a Horux360")
    assert "secreta" not in str(logs)


def test_there_is_nothing_of_a_client_to_destroy() -> None:
    tenant = a_tenant()
    with capture_logs() as logs:
        assert not LoggingFielVault().destroy(tenant.id)
    assert [entry["tenant_id"] for entry in logs] == [str(tenant.id)]
