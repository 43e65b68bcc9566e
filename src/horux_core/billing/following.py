"""Bringing a subscription to what the provider says of its agreement."""

from dataclasses import replace
from datetime import datetime

from horux_core.billing.gateway import Agreement
from horux_core.billing.model import Subscription, SubscriptionStatus
from horux_core.billing.standing import BillingPolicy, cancel, pause, resume

_AUTHORIZED, _CANCELLED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.CANCELLED
_PENDING = SubscriptionStatus.PENDING
_NO_LINK = (SubscriptionStatus.PAUSED, _CANCELLED)


def followed(
    subscription: Subscription, agreement: Agreement, now: datetime, policy: BillingPolicy, *, entered: bool = False
) -> tuple[Subscription, str | None]:
    """The subscription as the news make it, and what an admin should know of them, in a stable word.

    News older than those known, and any of a subscription that is cancelled, change nothing. The same state again
    changes no status: since it was first told, an operator may have noted a payment, or an unpaid period have ended.
    One that nobody `entered` only loses its link when it ends; one that is not the subscription's ends nothing.
    """
    s, a = subscription, agreement
    charging = a.state is _AUTHORIZED
    if s.status is _CANCELLED:
        return s, "acuerdo-vigente-de-suscripcion-cancelada" if charging else None
    if s.mp_preapproval_id != a.reference:
        if a.state in _NO_LINK or (s.mp_preapproval_id is not None and not charging):
            return s, None
        if s.charges_itself:
            return s, "dos-acuerdos-vigentes"
        s = s.unlinked()
    if s.agreement_changed_at is not None and a.changed_at < s.agreement_changed_at:
        return s, None
    if charging and (a.amount, a.frequency) != (s.amount, s.frequency):
        return subscription, "acuerdo-por-otro-monto"
    if a.state is _CANCELLED and s.agreement_state in (None, _PENDING) and not entered:
        return s.unlinked(), None
    return _told(s.linked(a.reference, a.url or s.payment_link), a, now, policy), None


def _told(subscription: Subscription, agreement: Agreement, now: datetime, policy: BillingPolicy) -> Subscription:
    s, known = subscription, subscription.agreement_state
    state = known if agreement.state is _PENDING and known is not None else agreement.state
    told = replace(s, agreement_state=state, agreement_changed_at=agreement.changed_at)
    if state is known:
        return told
    match state:
        case SubscriptionStatus.AUTHORIZED:
            return resume(replace(told, entered_at=told.entered_at or now), now, policy)
        case SubscriptionStatus.PAUSED:
            return pause(told)
        case SubscriptionStatus.CANCELLED:
            return cancel(told)
        case _:
            return told
