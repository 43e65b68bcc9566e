from datetime import datetime
from typing import Protocol

from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId
from horux_core.outbox.model import Delivery


class Outbox(Protocol):
    def put(self, event: Event) -> None:
        """Keep an event in the caller's transaction: it is delivered, at least once, if that transaction ends well."""


class Deliveries(Protocol):
    """The outbox from the worker's side."""

    def claim(self, event: EventId | None, now: datetime) -> Delivery | None:
        """The named event, or the oldest that is due, held for five minutes so that no other worker takes it.

        None when there is none, when it was delivered, or when another holds it. One that cannot be made out comes
        as UnknownEvent.
        """

    def overdue(self, now: datetime) -> tuple[EventId, ...]:
        """Events due ten seconds ago or more that nobody holds, oldest first, a hundred at most."""

    def delivered(self, event: EventId, at: datetime) -> None: ...

    def failed(self, event: EventId, error: str, retry_at: datetime | None) -> None:
        """Count the attempt; try again at `retry_at`, or never (dead) when it is None."""
