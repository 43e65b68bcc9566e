"""What happened to what a client pays. `payment` and `subscription` are ids: who reacts looks them up."""

from dataclasses import dataclass
from uuid import UUID

from horux_core.kernel.events import Event
from horux_core.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class PaymentReceived(Event):
    """A payment counts: told once of each, however often its news come."""

    tenant: TenantId
    payment: UUID


@dataclass(frozen=True, slots=True)
class PaymentFailed(Event):
    """A charge was refused: told once of each charge, at its first refusal. `payment` is the try that failed."""

    tenant: TenantId
    payment: UUID


@dataclass(frozen=True, slots=True)
class SubscriptionCancelled(Event):
    """It ended for good."""

    tenant: TenantId
    subscription: UUID


@dataclass(frozen=True, slots=True)
class SubscriptionPaused(Event):
    """The client only reads from now on. `expired`: nobody paid in time; else the provider charges nothing more."""

    tenant: TenantId
    subscription: UUID
    expired: bool


@dataclass(frozen=True, slots=True)
class SubscriptionExpiring(Event):
    """What is paid ends at `ends` (ISO 8601) and nothing is charged by itself: told once of each period."""

    tenant: TenantId
    subscription: UUID
    ends: str


@dataclass(frozen=True, slots=True)
class PaymentLinkIssued(Event):
    """The operator wants the payer to have its link; without a link, the bank details."""

    tenant: TenantId
    subscription: UUID


@dataclass(frozen=True, slots=True)
class NoticeTaken(Event):
    """The provider says that something may have changed: it is to be asked what."""

    notice: UUID
