"""Stand-ins for services that are not connected: each says in the log what would have been done, and nothing secret."""

import structlog

from horux_core.billing.model import Subscription
from horux_core.billing.ports import PaymentLink
from horux_core.kernel.ids import TenantId
from horux_core.notifications.model import Message

_log = structlog.get_logger("horux.sin_conectar")


class LoggingMailer:
    """Sends no mail. The text may hold a temporary password and is left out."""

    def send(self, message: Message) -> None:
        _log.info("correo no enviado", to=message.to, subject=message.subject)


class LoggingPaymentLinks:
    """Works without links: the client pays by transfer."""

    def create(self, subscription: Subscription) -> PaymentLink | None:
        _log.info("liga de pago no creada", subscription_id=str(subscription.id), tenant_id=str(subscription.tenant))
        return None

    def cancel(self, subscription: Subscription) -> None:
        _log.info("cobro no cancelado", subscription_id=str(subscription.id), tenant_id=str(subscription.tenant))


class LoggingFielVault:
    """Keeps no e.firma, so there is none to destroy."""

    def destroy(self, tenant: TenantId) -> bool:
        _log.info("sin e.firma que destruir", tenant_id=str(tenant))
        return False
