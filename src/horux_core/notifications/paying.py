"""Telling of payments: those that came in, to the client; those that did not, to it and to the operator."""

from dataclasses import dataclass
from uuid import UUID

from horux_core.billing import events
from horux_core.billing.model import Payment, PaymentStatus, Subscription, SubscriptionStatus
from horux_core.billing.ports import Ledger
from horux_core.kernel.ids import EventId
from horux_core.notifications import letters
from horux_core.notifications.posting import PostMail, post_all, to_both, to_each
from horux_core.notifications.readers import Readers
from horux_core.notifications.rejections import in_spanish
from horux_core.tenancy.model import Tenant

_READING = (SubscriptionStatus.PAUSED, SubscriptionStatus.CANCELLED)
_UNPAID = "Terminó lo que estaba pagado y no recibimos otro pago."


@dataclass(frozen=True, slots=True)
class TellPaymentReceived:
    """The receipt, to the client's owners; none for what was given back meanwhile. Raises what `PostMail` raises."""

    readers: Readers
    ledger: Ledger
    post: PostMail

    def __call__(self, event: events.PaymentReceived, ident: EventId) -> None:
        tenant, payment = self.readers.client(event.tenant), self.ledger.payment(event.payment)
        if tenant is None or payment is None or not payment.counts:
            return
        letter = self._letter(tenant, payment, _of(self.ledger, payment.subscription))
        post_all(self.post, ident, tenant.id, to_each(self.readers.owners(tenant.id), letter))

    def _letter(self, tenant: Tenant, payment: Payment, paid: Subscription | None) -> letters.PaymentReceived:
        plan, until = (tenant.plan, None) if paid is None else (paid.plan, paid.current_period_end)
        reference = payment.reference or payment.mp_payment_id or str(payment.id)
        return letters.PaymentReceived(
            tenant.nombre, str(tenant.rfc), plan, payment.amount, payment.method, reference,
            payment.paid_at or payment.created_at, until,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TellPaymentFailed:
    """That a charge did not pass, to the client's owners and the operator. Raises what `PostMail` raises.

    Nothing of one that has passed meanwhile. `pay_url` is for who has no link of its own.
    """

    readers: Readers
    ledger: Ledger
    post: PostMail
    pay_url: str

    def __call__(self, event: events.PaymentFailed, ident: EventId) -> None:
        tenant, payment = self.readers.client(event.tenant), self.ledger.payment(event.payment)
        if tenant is None or payment is None or payment.status is not PaymentStatus.REJECTED:
            return
        owed = _of(self.ledger, payment.subscription)
        final = owed is not None and owed.status in _READING
        link = self.pay_url if owed is None else owed.open_link or self.pay_url
        letter = letters.PaymentFailed(
            tenant.nombre, str(tenant.rfc), tenant.plan, payment.amount, payment.changed_at, in_spanish(payment.detail),
            final, link,
        )  # fmt: skip
        post_all(self.post, ident, tenant.id, to_both(self.readers, tenant.id, letter))


@dataclass(frozen=True, slots=True)
class TellPaused:
    """That nobody charges any more and the client only reads, while that is so, to its owners and the operator.

    Raises what `PostMail` raises.
    """

    readers: Readers
    ledger: Ledger
    post: PostMail
    pay_url: str

    def __call__(self, event: events.SubscriptionPaused, ident: EventId) -> None:
        tenant, paused = self.readers.client(event.tenant), self.ledger.subscription(event.subscription)
        if tenant is None or paused is None or paused.status is not SubscriptionStatus.PAUSED:
            return
        ended = paused.current_period_end or paused.created_at
        at = ended if event.expired else paused.agreement_changed_at or ended
        letter = letters.PaymentFailed(
            tenant.nombre, str(tenant.rfc), paused.plan, paused.amount, at,
            _UNPAID if event.expired else self._refusal(tenant), True, paused.open_link or self.pay_url,
        )  # fmt: skip
        post_all(self.post, ident, tenant.id, to_both(self.readers, tenant.id, letter))

    def _refusal(self, tenant: Tenant) -> str | None:
        """Why the last payment did not pass, when it did not."""
        last = next(iter(self.ledger.page(tenant.id, None, 1).items), None)
        return None if last is None or last.status is not PaymentStatus.REJECTED else in_spanish(last.detail)


def _of(ledger: Ledger, subscription: UUID | None) -> Subscription | None:
    return None if subscription is None else ledger.subscription(subscription)
