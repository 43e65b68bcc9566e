"""What the provider of payments tells us, in our words. An amount is MXN, a moment UTC, a reference the provider's."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus

_EACH = {Frequency.MONTHLY: "mensual", Frequency.YEARLY: "anual"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a payer agreed to. AUTHORIZED has a means of payment, and may not have paid; CANCELLED is final.

    A state we do not know reads as PENDING, which neither pays nor ends anything. `next_charge_at` is an intention.
    """

    reference: str
    state: SubscriptionStatus
    subscription: UUID | None
    amount: Decimal
    frequency: Frequency | None
    url: str | None
    changed_at: datetime
    next_charge_at: datetime | None


class ChargeState(StrEnum):
    SCHEDULED = "scheduled"
    COLLECTED = "collected"
    RETRYING = "retrying"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Charge:
    """The invoice of one cycle, due on `due_on`; WAITING when it is undecided, or we do not know the word for it.

    `payment` is its last try; `attempt` counts them. `next_attempt_at` is told of one that is RETRYING.
    """

    reference: str
    agreement: str
    state: ChargeState
    payment: str | None
    due_on: datetime
    attempt: int
    next_attempt_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invoice:
    """A charge of the provider's as it was seen last. `failure_told`: the client heard that it was refused."""

    charge: Charge
    subscription: UUID
    failure_told: bool


class ReceiptState(StrEnum):
    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment at the provider. `detail`, `currency` and `method` are the provider's own words.

    What is given back in part stays APPROVED, and `refunded` says how much. DISPUTED stays so whoever wins: `detail`
    tells. PENDING stands for a state we do not know, too. A `validation` only tried the card: it is no payment. Of
    what is not `ours` somebody else is paid. `agreement` and `subscription` say whose it is, when anything does;
    `due_on` is the day it pays for, begun in Mexico.
    """

    reference: str
    agreement: str | None
    subscription: UUID | None
    state: ReceiptState
    detail: str
    amount: Decimal
    refunded: Decimal
    currency: str
    ours: bool
    validation: bool
    method: str
    paid_at: datetime | None
    changed_at: datetime
    due_on: datetime | None


class Verdict(StrEnum):
    """What the signature of a notice is worth. Only the first two come from the provider."""

    OK = "ok"
    OK_BUT_UNBOUND = "ok_but_unbound"
    MISSING_HEADER = "missing_header"
    MALFORMED_HEADER = "malformed_header"
    AMBIGUOUS_HEADER = "ambiguous_header"
    AMBIGUOUS_QUERY = "ambiguous_query"
    SIGNATURE_MISMATCH = "signature_mismatch"
    STALE = "stale"
    ID_CONFLICT = "id_conflict"
    NOT_CONFIGURED = "not_configured"

    @property
    def genuine(self) -> bool:
        return self in (Verdict.OK, Verdict.OK_BUT_UNBOUND)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it was judged: something of kind `topic`, known by `reference`, may have changed.

    Neither is proof of anything: what changed is read from the gateway. OK_BUT_UNBOUND is a notice whose reference
    was not signed; one that is not genuine has none. All copies of a genuine one have the same `delivery`.
    """

    verdict: Verdict
    topic: str | None
    reference: str | None
    delivery: str | None = None


def title(subscription: Subscription) -> str:
    """What the payer reads on the checkout and in the provider's own mails."""
    return f"Horux360, plan {subscription.plan.value.capitalize()}, pago {_EACH[subscription.frequency]}"
