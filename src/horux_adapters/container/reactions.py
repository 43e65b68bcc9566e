"""Event to command: what each event makes happen. Every reaction bears being run twice, with the event's same id."""

from collections.abc import Mapping
from typing import Any

from horux_core.billing import events as billing
from horux_core.fiel import events as fiel
from horux_core.identity.events import PersonInvited, ResetAsked
from horux_core.kernel.events import Event
from horux_core.onboarding.events import ClientWelcomed
from horux_core.tenancy.events import PlanChanged

REACTIONS: Mapping[type[Event], str] = {
    ClientWelcomed: "welcome_client",
    PlanChanged: "follow_plan",
    PersonInvited: "tell_invited",
    ResetAsked: "send_reset",
    billing.PaymentReceived: "tell_payment_received",
    billing.PaymentFailed: "tell_payment_failed",
    billing.SubscriptionPaused: "tell_paused",
    billing.SubscriptionCancelled: "tell_cancelled",
    billing.SubscriptionExpiring: "tell_expiring",
    billing.PaymentLinkIssued: "send_payment_link",
    billing.NoticeTaken: "process_notice",
    fiel.FielStored: "tell_fiel_stored",
    fiel.FielExpiring: "tell_fiel_expiring",
    fiel.FielHealed: "tell_fiel_healed",
    fiel.FielTrouble: "tell_fiel_trouble",
}
"""The use case that answers each event, by its name."""

EVENTS: Mapping[str, type[Event]] = {kind.__name__: kind for kind in REACTIONS}


def reactions(use_cases: Any) -> dict[type[Event], Any]:
    """What of the use cases answers each event."""
    return {kind: getattr(use_cases, name) for kind, name in REACTIONS.items()}
