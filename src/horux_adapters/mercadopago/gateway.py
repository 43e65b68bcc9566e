"""Payment by MercadoPago subscriptions without a plan (preapprovals)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from horux_adapters.mercadopago import reading
from horux_adapters.mercadopago.client import Json, MercadoPagoClient
from horux_core.billing.errors import AgreementRefused, AgreementUnknown, GatewayUnavailable
from horux_core.billing.gateway import Agreement, Charge, Receipt
from horux_core.billing.model import Subscription, SubscriptionStatus

_PREFERRED = (SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PENDING, SubscriptionStatus.PAUSED)
_RETRY_AFTER = 60


@dataclass(slots=True)
class MercadoPagoPaymentGateway:
    """`back_url` is where the payer lands after agreeing, which proves nothing."""

    client: MercadoPagoClient
    back_url: str
    _account: str | None = field(default=None, repr=False)

    def open(self, subscription: Subscription, reason: str) -> Agreement | None:
        """Creating is not idempotent there: what may stand already is looked for first, each time."""
        found = list(self._of(subscription))
        for standing in sorted(_standing(found), key=lambda agreement: _PREFERRED.index(agreement.state)):
            if _fits(standing, subscription):
                return standing
            self._moved(standing.reference, SubscriptionStatus.CANCELLED)
        key = f"{subscription.id}-{len(found)}"
        return reading.agreement(self.client.create_agreement(self._asked(subscription, reason), key))

    def close(self, subscription: Subscription) -> None:
        for standing in _standing(self._of(subscription)):
            self._moved(standing.reference, SubscriptionStatus.CANCELLED)

    def pause(self, reference: str) -> Agreement:
        return self._moved(reference, SubscriptionStatus.PAUSED)

    def resume(self, reference: str) -> Agreement:
        return self._moved(reference, SubscriptionStatus.AUTHORIZED)

    def agreement(self, reference: str) -> Agreement:
        return reading.agreement(self.client.agreement(reference))

    def charges(self, agreement: str) -> tuple[Charge, ...]:
        found = (reading.charge(row) for row in self.client.charges(preapproval_id=agreement))
        return tuple(sorted(found, key=lambda charge: charge.due_on))

    def charge(self, reference: str) -> Charge:
        return reading.charge(self.client.charge(reference))

    def receipt(self, reference: str) -> Receipt:
        doc = self.client.payment(reference)
        return reading.receipt(doc, self._agreement_of(doc), self._account_id())

    def receipts(self, subscription: Subscription) -> tuple[Receipt, ...]:
        rows = self.client.payments(external_reference=str(subscription.id))
        found = (reading.receipt(row, reading.named_agreement(row), self._account_id()) for row in rows)
        own = (receipt for receipt in found if receipt.subscription == subscription.id)
        return tuple(sorted(own, key=lambda receipt: receipt.changed_at))

    def _of(self, subscription: Subscription) -> Iterator[Agreement]:
        """Every agreement of the subscription, the one it names first, then those it never heard of.

        The search takes no external reference, leaves matches out when told a state, and its rows are thin: each that
        may be ours is read.
        """
        known = subscription.mp_preapproval_id
        if known is not None and (named := self._read(known)) is not None:
            yield named
        if subscription.payer_email is None:
            return
        for row in self.client.agreements(payer_email=subscription.payer_email):
            if row.get("external_reference") not in (None, "", str(subscription.id)) or str(row["id"]) == known:
                continue
            found = self._read(str(row["id"]))
            if found is not None and found.subscription == subscription.id:
                yield found

    def _read(self, reference: str) -> Agreement | None:
        try:
            return self.agreement(reference)
        except AgreementUnknown:
            return None

    def _moved(self, reference: str, state: SubscriptionStatus) -> Agreement:
        """Neither a yes nor a no is believed before it is read back."""
        refusal: AgreementRefused | None = None
        try:
            self.client.change_agreement(reference, {"status": state.value})
        except AgreementRefused as error:
            refusal = error
        now = self.agreement(reference)
        if now.state is state:
            return now
        if refusal is not None and state is not SubscriptionStatus.CANCELLED:
            raise refusal
        message = "MercadoPago no hizo el cambio que se le pidió. Intenta más tarde."
        raise GatewayUnavailable(message, retryAfter=_RETRY_AFTER) from refusal

    def _asked(self, subscription: Subscription, reason: str) -> Json:
        frequency, kind = reading.CYCLES[subscription.frequency]
        return {
            "reason": reason,
            "external_reference": str(subscription.id),
            "payer_email": subscription.payer_email,
            "back_url": self.back_url,
            "auto_recurring": {
                "frequency": frequency,
                "frequency_type": kind,
                "transaction_amount": subscription.amount,
                "currency_id": "MXN",
            },
            "status": SubscriptionStatus.PENDING.value,
        }

    def _agreement_of(self, payment: Json) -> str | None:
        """Whose payment it is; of three places that may tell, none always does."""
        named = reading.named_agreement(payment)
        if named is not None or reading.is_validation(payment):
            return named
        reference = str(payment["id"])
        charges = (reading.charge(row) for row in self.client.charges(payment_id=reference))
        return next((charge.agreement for charge in charges if charge.payment == reference), None)

    def _account_id(self) -> str | None:
        """Who collects for us: asked once, and where that is not told, taken from an agreement of ours."""
        if self._account is None:
            account = self.client.account()
            told = None if account is None else account.get("id")
            row = next(self.client.agreements(), None) if told is None else None
            self._account = str(told) if told is not None else None if row is None else reading.collector(row)
        return self._account


def _standing(found: Iterator[Agreement] | list[Agreement]) -> Iterator[Agreement]:
    return (agreement for agreement in found if agreement.state is not SubscriptionStatus.CANCELLED)


def _fits(agreement: Agreement, subscription: Subscription) -> bool:
    """Whether it charges already, or can be entered on the subscription's terms."""
    same = (agreement.amount, agreement.frequency) == (subscription.amount, subscription.frequency)
    return agreement.state is SubscriptionStatus.AUTHORIZED or (same and agreement.state is SubscriptionStatus.PENDING)
