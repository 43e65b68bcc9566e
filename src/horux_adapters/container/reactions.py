"""Event to command: what each event makes happen. Every reaction bears being run twice, with the event's same id."""

from collections.abc import Callable, Mapping
from typing import Any

from dependency_injector import providers

from horux_core.backups.events import BackupTrouble
from horux_core.billing import events as billing
from horux_core.fiel import events as fiel
from horux_core.fiscal.calendario.events import ObligationsDue
from horux_core.fiscal.paquetes.events import PackagesRefused
from horux_core.identity.events import PersonInvited, ResetAsked
from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId
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
    fiel.FielDestroyed: "follow_fiel",
    fiel.FielExpiring: "tell_fiel_expiring",
    fiel.FielHealed: "tell_fiel_healed",
    fiel.FielTrouble: "tell_fiel_trouble",
    ObligationsDue: "tell_obligations_due",
    PackagesRefused: "tell_packages_refused",
    BackupTrouble: "tell_backup_trouble",
}
"""The use case that answers each event, by its name."""

ALSO: Mapping[type[Event], str] = {ClientWelcomed: "open_inbox", fiel.FielStored: "follow_fiel"}
"""The use case that answers an event after that one."""

EVENTS: Mapping[str, type[Event]] = {kind.__name__: kind for kind in REACTIONS}


def reactions(use_cases: Any) -> dict[type[Event], Any]:
    """What of the use cases answers each event."""
    first = {kind: getattr(use_cases, name) for kind, name in REACTIONS.items()}
    both = {kind: providers.Singleton(_in_turn, first[kind], getattr(use_cases, name)) for kind, name in ALSO.items()}
    return first | both


def _in_turn(first: Callable[[Any, EventId], None], second: Callable[[Any, EventId], None]) -> Any:
    def react(event: Event, ident: EventId) -> None:
        first(event, ident)
        second(event, ident)

    return react
