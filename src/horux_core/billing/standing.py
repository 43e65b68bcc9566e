"""What a subscription may become, and whether its client may write (SPEC 2.11). Every change has a name here."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from horux_core.billing.errors import TransitionRefused
from horux_core.billing.model import Subscription, SubscriptionStatus
from horux_core.billing.periods import Period, cycle

_PENDING, _AUTHORIZED = SubscriptionStatus.PENDING, SubscriptionStatus.AUTHORIZED
_PAUSED, _CANCELLED = SubscriptionStatus.PAUSED, SubscriptionStatus.CANCELLED
_STANDING = (_PENDING, _AUTHORIZED, _PAUSED)


@dataclass(frozen=True, slots=True)
class BillingPolicy:
    """`grace_days` after a period that nobody renewed; `pending_grace_days` for a client that never paid, None: any.

    `honor_paid_period`: a cancelled client writes to the end of what it paid.
    """

    grace_days: int = 10
    pending_grace_days: int | None = None
    honor_paid_period: bool = False

    @property
    def grace(self) -> timedelta:
        return timedelta(days=self.grace_days)


def writable(subscription: Subscription | None, now: datetime, policy: BillingPolicy) -> bool:
    """Whether the client may write. `subscription` is the tenant's live one, else its newest."""
    if subscription is None or subscription.status is _PAUSED:
        return False
    if subscription.status is _CANCELLED:
        end = subscription.current_period_end
        return policy.honor_paid_period and end is not None and now < end
    return subscription.charges_itself or not unpaid(subscription, now, policy)


def unpaid(subscription: Subscription, now: datetime, policy: BillingPolicy) -> bool:
    """Whether its time is over by the calendar: the days of grace after what is paid, or before the first payment.

    Of one the provider charges by itself this is not the last word, since a charge may still be tried (SPEC 2.11).
    """
    until = read_only_at(subscription, policy)
    return until is not None and until <= now


def read_only_at(subscription: Subscription, policy: BillingPolicy) -> datetime | None:
    """When the client only reads unless it pays; None: no calendar says so.

    A card that was entered has as many days for its first charge as a paid period for its next one. Pausing the
    agreement and resuming it gives none.
    """
    s, end = subscription, subscription.current_period_end
    if s.status is _AUTHORIZED:
        known = [moment for moment in (end, s.entered_at) if moment is not None]
        return max(known) + policy.grace if known else None
    if s.status is _PENDING and policy.pending_grace_days is not None:
        return (end or s.created_at) + timedelta(days=policy.pending_grace_days)
    return None


def read_only_since(subscription: Subscription | None, now: datetime, policy: BillingPolicy) -> datetime | None:
    """Since when a client that only reads does; None where nothing tells it.

    An agreement that had a card ended it by its own pause or end, and before its first card the calendar did.
    """
    if subscription is None:
        return None
    s, end = subscription, subscription.current_period_end
    stopped = s.agreement_changed_at if s.agreement_state is s.status and s.status in (_PAUSED, _CANCELLED) else None
    if s.status is _CANCELLED:
        return max(stopped, end) if stopped and end and policy.honor_paid_period else stopped
    until = None if s.lapsed else read_only_at(replace(s, status=_AUTHORIZED) if s.status is _PAUSED else s, policy)
    run_out = until if until is not None and until <= now else None
    if s.entered_at is not None or run_out is None:
        return stopped or run_out
    return run_out if stopped is None else min(stopped, run_out)


def authorize(subscription: Subscription) -> Subscription:
    """Its payer has a means of payment, or has paid."""
    return _moved(subscription, _AUTHORIZED, _STANDING, "autorizar")


def pause(subscription: Subscription) -> Subscription:
    """Nothing is charged any more until somebody resumes it."""
    return _moved(subscription, _PAUSED, _STANDING, "pausar")


def cancel(subscription: Subscription) -> Subscription:
    """For good: paying again is a new subscription."""
    return _moved(subscription, _CANCELLED, _STANDING, "cancelar")


def expire(subscription: Subscription, now: datetime, policy: BillingPolicy) -> Subscription:
    """Nobody paid in time."""
    if not unpaid(subscription, now, policy):
        raise _refused("vencer", subscription)
    return _moved(subscription, _PAUSED, (_PENDING, _AUTHORIZED), "vencer")


def extend(subscription: Subscription, due_on: datetime) -> Subscription:
    """The cycle that was due that day is paid, also of one that ended meanwhile. What is paid is never shortened."""
    return _longer(subscription, cycle(due_on, subscription.frequency, _paid(subscription)))


def resume(subscription: Subscription, now: datetime, policy: BillingPolicy) -> Subscription:
    """It has a means of payment again. What was given up on or has ended meanwhile is opened by a payment alone."""
    resumed = authorize(subscription)
    return subscription if resumed.lapsed or unpaid(resumed, now, policy) else resumed


def pay_by_hand(subscription: Subscription, paid_on: datetime, now: datetime, policy: BillingPolicy) -> Subscription:
    """One more cycle, and it writes, unless that has ended by now too: then an older payment was caught up on.

    It begins where what is paid ends, or when it was paid if that was interrupted.
    """
    authorized = _moved(subscription, _AUTHORIZED, _STANDING, "pagar")
    end = subscription.current_period_end
    going_on = end is not None and subscription.status is _AUTHORIZED and paid_on < end + policy.grace
    begins = end if end is not None and (going_on or end > paid_on) else paid_on
    paid = _longer(authorized, cycle(begins, subscription.frequency, _paid(subscription)))
    return replace(paid, status=subscription.status) if unpaid(paid, now, policy) else paid


def _paid(subscription: Subscription) -> Period | None:
    start, end = subscription.current_period_start, subscription.current_period_end
    return None if start is None or end is None else Period(start, end)


def _longer(subscription: Subscription, period: Period) -> Subscription:
    end = subscription.current_period_end
    if end is not None and period.end <= end:
        return subscription
    return replace(subscription, current_period_start=period.start, current_period_end=period.end)


def _moved(
    subscription: Subscription, to: SubscriptionStatus, allowed: tuple[SubscriptionStatus, ...], word: str
) -> Subscription:
    if subscription.status not in allowed:
        raise _refused(word, subscription)
    return replace(subscription, status=to)


def _refused(word: str, subscription: Subscription) -> TransitionRefused:
    return TransitionRefused(
        f"La suscripción no se puede {word} en su estado ({subscription.status.value}). Si fue cancelada, crea otra.",
        status=subscription.status.value,
    )
