from dataclasses import dataclass
from datetime import datetime

from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId


@dataclass(frozen=True, slots=True)
class UnknownEvent(Event):
    """What was kept under a name nobody here knows, or not as that event is: of a newer or an older version."""

    name: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event waiting to be handed on: how often it was tried and what went wrong last."""

    id: EventId
    event: Event
    put_at: datetime
    attempts: int
    last_error: str | None
