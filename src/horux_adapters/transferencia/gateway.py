"""Payment by bank transfer: nobody charges, an operator notes what came in."""

from horux_core.billing.errors import AgreementUnknown, ChargeUnknown, ReceiptUnknown
from horux_core.billing.gateway import Agreement, Charge, Receipt
from horux_core.billing.model import Subscription

_NONE = "El cliente paga por transferencia: no hay cobros automáticos que ver ni que cambiar."


class TransferenciaPaymentGateway:
    """Works without links, so there is never anything to look up or to end."""

    def open(self, subscription: Subscription, reason: str) -> Agreement | None:
        return None

    def close(self, subscription: Subscription) -> None:
        """Nothing was agreed with any provider."""

    def pause(self, reference: str) -> Agreement:
        raise AgreementUnknown(_NONE)

    def resume(self, reference: str) -> Agreement:
        raise AgreementUnknown(_NONE)

    def agreement(self, reference: str) -> Agreement:
        raise AgreementUnknown(_NONE)

    def charges(self, agreement: str) -> tuple[Charge, ...]:
        return ()

    def charge(self, reference: str) -> Charge:
        raise ChargeUnknown(_NONE)

    def receipt(self, reference: str) -> Receipt:
        raise ReceiptUnknown(_NONE)

    def receipts(self, subscription: Subscription) -> tuple[Receipt, ...]:
        return ()
