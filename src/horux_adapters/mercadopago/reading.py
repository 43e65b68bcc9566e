"""The provider's documents in our words. Lenient: fields come and go, and a word not known decides nothing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from horux_core.billing.errors import GatewayUnavailable
from horux_core.billing.gateway import Agreement, Charge, ChargeState, Receipt, ReceiptState
from horux_core.billing.model import Frequency, SubscriptionStatus
from horux_core.kernel.clock import MEXICO
from horux_core.kernel.importe import CERO, centavos

Json = Mapping[str, Any]

CYCLES = {Frequency.MONTHLY: (1, "months"), Frequency.YEARLY: (12, "months")}
"""The provider knows days and months alone, and a year is twelve of them."""

_AGREEMENTS = {
    "pending": SubscriptionStatus.PENDING,
    "authorized": SubscriptionStatus.AUTHORIZED,
    "paused": SubscriptionStatus.PAUSED,
    "cancelled": SubscriptionStatus.CANCELLED,
    "canceled": SubscriptionStatus.CANCELLED,
}
_RECEIPTS = {
    "approved": ReceiptState.APPROVED,
    "rejected": ReceiptState.REJECTED,
    "cancelled": ReceiptState.REJECTED,
    "canceled": ReceiptState.REJECTED,
    "refunded": ReceiptState.REFUNDED,
    "charged_back": ReceiptState.DISPUTED,
}
_PAID = (ReceiptState.APPROVED, ReceiptState.REFUNDED, ReceiptState.DISPUTED)
_RETRY_AFTER = 60


def agreement(doc: Json) -> Agreement:
    """Raises GatewayUnavailable: it is no agreement."""
    terms = _inner(doc, "auto_recurring")
    cycle = (terms.get("frequency"), terms.get("frequency_type"))
    return Agreement(
        reference=_reference(doc),
        state=_AGREEMENTS.get(_word(doc, "status"), SubscriptionStatus.PENDING),
        subscription=_subscription(doc),
        amount=_amount(terms.get("transaction_amount")),
        frequency=next((ours for ours, theirs in CYCLES.items() if theirs == cycle), None),
        url=_without_activation(_word(doc, "init_point")),
        changed_at=_changed(doc, "last_modified"),
        next_charge_at=_moment(doc.get("next_payment_date")),
    )


def charge(doc: Json) -> Charge:
    """Raises GatewayUnavailable: it is no invoice."""
    payment = _inner(doc, "payment")
    state = _charged(_word(doc, "status"), payment)
    retried = state is ChargeState.RETRYING
    attempt = doc.get("retry_attempt")
    return Charge(
        reference=_reference(doc),
        agreement=_word(doc, "preapproval_id"),
        state=state,
        payment=_ident(payment.get("id")),
        due_on=_changed(doc, "debit_date"),
        attempt=attempt if isinstance(attempt, int) else 0,
        next_attempt_at=_moment(doc.get("next_retry_date")) if retried else None,
    )


def receipt(doc: Json, agreement: str | None, account: str | None) -> Receipt:
    """`agreement` is whose payment it is, `account` who we are, where known. Raises GatewayUnavailable."""
    return Receipt(
        reference=_reference(doc),
        agreement=agreement,
        subscription=_subscription(doc),
        state=_RECEIPTS.get(_word(doc, "status"), ReceiptState.PENDING),
        detail=_word(doc, "status_detail"),
        amount=_amount(doc.get("transaction_amount")),
        refunded=_amount(doc.get("transaction_amount_refunded") or 0),
        currency=_word(doc, "currency_id"),
        ours=account is not None and collector(doc) == account,
        validation=is_validation(doc),
        method=_word(doc, "payment_type_id") or _word(doc, "payment_method_id"),
        paid_at=_moment(doc.get("date_approved")),
        changed_at=_changed(doc, "date_last_updated"),
        due_on=_day(_inner(doc, "point_of_interaction", "transaction_data").get("billing_date")),
    )


def is_validation(doc: Json) -> bool:
    """Whether a card was tried, by a charge of nothing or by a token sum that is given back."""
    return _word(doc, "operation_type") == "card_validation" or _amount(doc.get("transaction_amount")) == CERO


def named_agreement(doc: Json) -> str | None:
    """What the payment itself says of the agreement it belongs to; often it says nothing."""
    point = _inner(doc, "point_of_interaction")
    named = _ident(_inner(doc, "metadata").get("preapproval_id"))
    if named is None and _word(point, "type") == "SUBSCRIPTIONS":
        named = _ident(_inner(point, "transaction_data").get("subscription_id"))
    return named


def collector(doc: Json) -> str | None:
    return _ident(doc.get("collector_id"))


def _charged(status: str, payment: Json) -> ChargeState:
    """An invoice is finished whether it was paid or given up on: its payment tells which."""
    tried = _RECEIPTS.get(_word(payment, "status"), ReceiptState.PENDING)
    if status == "processed" and tried is not ReceiptState.PENDING:
        return ChargeState.COLLECTED if tried in _PAID else ChargeState.GIVEN_UP
    if status == "recycling":
        return ChargeState.RETRYING
    if status == "scheduled" and not payment:
        return ChargeState.SCHEDULED
    return ChargeState.CANCELLED if status in ("cancelled", "canceled") else ChargeState.WAITING


def _without_activation(url: str) -> str | None:
    """The link without the parameter that opens a missing page (sdk-nodejs #480), the rest as it came."""
    if not url:
        return None
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair.partition("=")[0] != "activation"]
    return urlunsplit(parts._replace(query="&".join(kept)))


def _reference(doc: Json) -> str:
    found = _ident(doc.get("id"))
    if found is None:
        raise _unreadable()
    return found


def _ident(value: object) -> str | None:
    """Ids come as numbers or as text."""
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) and value != "" else None


def _word(doc: Json, name: str) -> str:
    value = doc.get(name)
    return value if isinstance(value, str) else ""


def _inner(doc: Json, *names: str) -> Json:
    for name in names:
        value = doc.get(name)
        doc = value if isinstance(value, Mapping) else {}
    return doc


def _subscription(doc: Json) -> UUID | None:
    try:
        return UUID(_word(doc, "external_reference"))
    except ValueError:
        return None


def _amount(value: object) -> Decimal:
    """Answers are parsed into binary floats: their shortest writing is what the provider wrote."""
    try:
        found = centavos(Decimal(str(value)))
    except InvalidOperation:
        raise _unreadable() from None
    if not found.is_finite():
        raise _unreadable()
    return found


def _changed(doc: Json, name: str) -> datetime:
    found = _moment(doc.get(name)) or _moment(doc.get("date_created"))
    if found is None:
        raise _unreadable()
    return found


def _moment(value: object) -> datetime | None:
    """Dates bear an offset, mostly -04:00 whatever the seller's zone; one without it is no moment."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None


def _day(value: object) -> datetime | None:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return None if day is None else datetime.combine(day, time(), MEXICO).astimezone(UTC)


def _unreadable() -> GatewayUnavailable:
    message = "No se entiende lo que respondió MercadoPago. Intenta más tarde."
    return GatewayUnavailable(message, retryAfter=_RETRY_AFTER)
