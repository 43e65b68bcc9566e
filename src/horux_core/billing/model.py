"""What a client pays for: its subscription (the design's Section 3)."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from horux_core.kernel.ids import TenantId
from horux_core.plans.model import Plan


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
    """One live subscription a tenant. `amount` in MXN, tax included, per `frequency`."""

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

    @property
    def asks_for_link(self) -> bool:
        """Whether there is a price and somebody at the provider to pay it."""
        return self.amount > 0 and self.payer_email is not None

    @property
    def next_billing_date(self) -> datetime | None:
        """When the next charge is due: at the end of what is paid, while the agreement stands."""
        return self.current_period_end if self.status is SubscriptionStatus.AUTHORIZED else None

    def overdue(self, now: datetime) -> bool:
        """Whether what was paid has ended while the charge for what follows is still being tried (SPEC 2.11)."""
        due = self.next_billing_date
        return due is not None and due < now

    def linked(self, reference: str, url: str) -> Self:
        return replace(self, mp_preapproval_id=reference, payment_link=url)

    def cancelled(self) -> Self:
        return replace(self, status=SubscriptionStatus.CANCELLED)
