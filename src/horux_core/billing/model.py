"""What a client pays for, its subscription, and what it paid (the design's Section 3)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from horux_core.kernel.ids import TenantId
from horux_core.plans.model import Plan

_FIRST_CHARGE = timedelta(days=1)
"""Within that time after a card was entered it is charged, and need not be called late."""


class SubscriptionStatus(StrEnum):
    PENDING = "pending"
    AUTHORIZED = "authorized"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Frequency(StrEnum):
    MONTHLY = "monthly"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One live subscription a tenant. `amount` in MXN, tax included, per `frequency`.

    `agreement_state` is what the provider said last of the agreement, and `agreement_changed_at` when it changed
    there: our own status may differ, since an operator notes payments by hand and unpaid periods end. `reminded_of`
    is the end of the period whose ending the client was told of. `listed`: the amount is the plan's price, and was
    not agreed with this client. `entered_at` is when we first heard that the agreement has a means of payment, and
    `failed_on` the day whose charge it gave up on last.
    """

    id: UUID
    tenant: TenantId
    plan: Plan
    status: SubscriptionStatus
    amount: Decimal
    frequency: Frequency
    payer_email: str | None
    mp_preapproval_id: str | None
    payment_link: str | None
    current_period_start: datetime | None
    current_period_end: datetime | None
    created_at: datetime
    agreement_state: SubscriptionStatus | None = None
    agreement_changed_at: datetime | None = None
    reminded_of: datetime | None = None
    listed: bool = False
    entered_at: datetime | None = None
    failed_on: datetime | None = None

    @property
    def asks_for_link(self) -> bool:
        """Whether there is a price and somebody at the provider to pay it."""
        return self.amount > 0 and self.payer_email is not None

    @property
    def open_link(self) -> str | None:
        """Its link, while a payer may still enter there: once, and not after the agreement has ended."""
        return self.payment_link if self.agreement_state in (None, SubscriptionStatus.PENDING) else None

    @property
    def charges_itself(self) -> bool:
        """Whether the provider charges without the client's doing anything."""
        return self.agreement_state is SubscriptionStatus.AUTHORIZED

    @property
    def lapsed(self) -> bool:
        """Whether what its agreement gave up on is still unpaid."""
        end = self.current_period_end
        return self.failed_on is not None and (end is None or end <= self.failed_on)

    @property
    def next_billing_date(self) -> datetime | None:
        """When the next charge is due: at the end of what is paid, while the agreement stands."""
        return self.current_period_end if self.status is SubscriptionStatus.AUTHORIZED else None

    def overdue(self, now: datetime) -> bool:
        """Whether what was paid has ended while the charge for what follows is still being tried (SPEC 2.11)."""
        due = self.next_billing_date
        if self.status is SubscriptionStatus.AUTHORIZED and due is None and self.entered_at is not None:
            due = self.entered_at + _FIRST_CHARGE
        return due is not None and due < now

    def linked(self, reference: str, url: str | None) -> Self:
        same = reference == self.mp_preapproval_id
        return replace(self if same else self.unlinked(), mp_preapproval_id=reference, payment_link=url)

    def unlinked(self) -> Self:
        """Its agreement is none of its own any more: what becomes of that one says nothing of this."""
        return replace(
            self, mp_preapproval_id=None, payment_link=None, agreement_state=None, agreement_changed_at=None,
            entered_at=None, failed_on=None,
        )  # fmt: skip

    def cancelled(self) -> Self:
        return replace(self, status=SubscriptionStatus.CANCELLED)

    def reminded(self) -> Self:
        return replace(self, reminded_of=self.current_period_end)


class PaymentStatus(StrEnum):
    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


class Flaw(StrEnum):
    """Why a payment does not count, though it was made: an admin has to look at it."""

    AMOUNT = "monto-distinto"
    CURRENCY = "otra-moneda"
    COLLECTOR = "otro-cobrador"


@dataclass(frozen=True, slots=True)
class Payment:
    """Money of a client's. `mp_payment_id` is the provider's number, None of one noted by hand.

    `method` and `detail` are the provider's words; `reference` is what the operator noted. `due_on` is the day whose
    period it pays; `changed_at`, its last change at the provider. `counted`: it counted once, and the client was told.
    """

    id: UUID
    tenant: TenantId
    subscription: UUID | None
    mp_payment_id: str | None
    amount: Decimal
    currency: str
    status: PaymentStatus
    method: str
    detail: str
    reference: str | None
    refunded: Decimal
    flaw: Flaw | None
    due_on: datetime | None
    paid_at: datetime | None
    changed_at: datetime
    created_at: datetime
    counted: bool = False

    @property
    def counts(self) -> bool:
        return self.status is PaymentStatus.APPROVED and self.flaw is None


@dataclass(frozen=True, slots=True)
class Unmatched:
    """News of the provider that belong to nobody we know, or to two: an admin decides. `why` is a stable word."""

    topic: str
    reference: str
    why: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class PlanPrices:
    """What a plan costs, MXN with tax, per frequency; None where the operator has set no price."""

    plan: Plan
    monthly: Decimal | None
    yearly: Decimal | None

    def per(self, frequency: Frequency) -> Decimal | None:
        return self.monthly if frequency is Frequency.MONTHLY else self.yearly

    @property
    def set(self) -> bool:
        """Whether anybody can pay for it at all."""
        return bool(self.monthly or self.yearly)


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where clients transfer to."""

    beneficiary: str
    bank: str
    clabe: str
