"""Entering a payment or a charge of the provider's in our books."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from horux_core.billing.events import PaymentFailed, PaymentReceived
from horux_core.billing.gateway import Charge, ChargeState, Invoice, Receipt
from horux_core.billing.model import Flaw, Payment, PaymentStatus, Subscription, SubscriptionStatus
from horux_core.billing.ports import LedgerTransaction
from horux_core.billing.standing import BillingPolicy, extend, pause, resume

_MXN = "MXN"
_TAKEN_BACK = (PaymentStatus.REFUNDED, PaymentStatus.DISPUTED)
_REFUSED = (ChargeState.RETRYING, ChargeState.GIVEN_UP)
_OVER = (ChargeState.COLLECTED, ChargeState.GIVEN_UP, ChargeState.CANCELLED)
_WAITING_TO_PAY = (SubscriptionStatus.PENDING, SubscriptionStatus.PAUSED)
_WRITING = (SubscriptionStatus.PENDING, SubscriptionStatus.AUTHORIZED)
_NO_PERIOD = "pago-sin-periodo"
_PAID_JUST_BEFORE = "cc_rejected_duplicated_payment"
"""The same was paid a moment ago: nobody need be told that it failed."""


def received(
    tx: LedgerTransaction,
    subscription: Subscription,
    receipt: Receipt,
    charge: Charge | None,
    now: datetime,
    policy: BillingPolicy,
) -> tuple[Subscription, str | None]:
    """The subscription with the payment in it, and what an admin should know of it, in a stable word.

    A payment that counts pays the cycle that was due, and opens again what had been closed for want of it. One whose
    cycle was paid already buys nothing: an admin decides whether it is given back.
    """
    known = tx.payments.known(receipt.reference)
    if known is not None and known.tenant != subscription.tenant:
        return subscription, "pago-de-otra-empresa"
    if known is not None and receipt.changed_at < known.changed_at:
        return subscription, None
    told = (charge and charge.due_on) or receipt.due_on
    due = told or (known and known.due_on) or receipt.paid_at or receipt.changed_at
    payment = _payment(subscription, receipt, due, known, now)
    if payment != known:
        tx.payments.put(payment)
    if not payment.counts:
        return subscription, _odd(payment, known)
    after = _paid(subscription, due, now, policy)
    if known is not None and known.counted:
        return after, None
    tx.outbox.put(PaymentReceived(payment.tenant, payment.id))
    return after, _NO_PERIOD if after.current_period_end == subscription.current_period_end else None


def charged(tx: LedgerTransaction, subscription: Subscription, charge: Charge) -> Subscription:
    """The subscription after a charge, whose payment is entered already.

    One given up on is the failure that closes (SPEC 2.11), unless its cycle was paid in another way, or another
    agreement has taken the place of its own.
    """
    known = tx.invoices.get(charge.reference)
    if known is not None and _older(charge, known.charge):
        return subscription
    told = known is not None and known.failure_told
    ours = charge.agreement == subscription.mp_preapproval_id
    ends = ours and _ends(subscription, charge)
    if charge.state in _REFUSED and not told:
        told = ends or _told(tx, charge)
    invoice = Invoice(charge, subscription.id, told)
    if invoice == known:
        return subscription
    tx.invoices.put(invoice)
    if charge.state is ChargeState.GIVEN_UP and ours:
        subscription = replace(subscription, failed_on=_later(subscription.failed_on, charge.due_on))
    return pause(subscription) if ends and subscription.status in _WRITING else subscription


def _ends(subscription: Subscription, charge: Charge) -> bool:
    """Whether nobody tries for its cycle any more, and nobody paid it: that the client only reads tells it already."""
    end = subscription.current_period_end
    covered = end is not None and end > charge.due_on
    return charge.state is ChargeState.GIVEN_UP and not covered


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


def _paid(subscription: Subscription, due: datetime, now: datetime, policy: BillingPolicy) -> Subscription:
    after = extend(subscription, due)
    if after == subscription or not after.charges_itself or after.status not in _WAITING_TO_PAY:
        return after
    return resume(after, now, policy)


def _told(tx: LedgerTransaction, charge: Charge) -> bool:
    """Whether the client hears of the refusal: not before its payment is known."""
    payment = None if charge.payment is None else tx.payments.known(charge.payment)
    if payment is None or payment.detail == _PAID_JUST_BEFORE:
        return False
    tx.outbox.put(PaymentFailed(payment.tenant, payment.id))
    return True


def _older(charge: Charge, known: Charge) -> bool:
    return charge.attempt < known.attempt or (known.state in _OVER and charge.state not in _OVER)


def _odd(payment: Payment, known: Payment | None) -> str | None:
    """What an admin should know of a payment that does not count and did not hear yet."""
    taken_back = payment.status in _TAKEN_BACK and (known is None or known.status is not payment.status)
    if taken_back:
        return f"pago-{payment.status}"
    return payment.flaw if known is None or known.flaw is not payment.flaw else None


def _payment(s: Subscription, receipt: Receipt, due: datetime, known: Payment | None, now: datetime) -> Payment:
    new = Payment(
        uuid4(), s.tenant, s.id, receipt.reference, receipt.amount, receipt.currency,
        PaymentStatus(receipt.state.value), receipt.method, receipt.detail, None, receipt.refunded, _flaw(s, receipt),
        due, receipt.paid_at, receipt.changed_at, now,
    )  # fmt: skip
    if known is not None:
        flaw = None if known.counts else new.flaw
        new = replace(new, id=known.id, subscription=known.subscription, flaw=flaw, created_at=known.created_at)
    return replace(new, counted=new.counts or (known is not None and known.counted))


def _flaw(subscription: Subscription, receipt: Receipt) -> Flaw | None:
    if not receipt.ours:
        return Flaw.COLLECTOR
    if receipt.currency != _MXN:
        return Flaw.CURRENCY
    return None if receipt.amount == subscription.amount else Flaw.AMOUNT
