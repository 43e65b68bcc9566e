from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId
from horux_core.outbox.model import Delivery

_HOLD = timedelta(minutes=5)
_OVERDUE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class _Waiting:
    delivery: Delivery
    due_at: datetime | None
    held_until: datetime | None = None
    done_at: datetime | None = None

    def open_to(self, now: datetime) -> bool:
        due = self.due_at is not None and self.due_at <= now
        return due and self.done_at is None and (self.held_until is None or self.held_until <= now)


@dataclass(frozen=True, slots=True)
class MemoryOutbox:
    """Puts events into the tables of an open transaction."""

    tables: Tables
    clock: Callable[[], datetime]

    def put(self, event: Event) -> None:
        now = self.clock()
        ident = EventId(uuid4())
        self.tables["outbox"][ident] = _Waiting(Delivery(ident, event, now, 0, None), now)


@dataclass(frozen=True, slots=True)
class MemoryDeliveries:
    control: MemoryDatabase

    def claim(self, event: EventId | None, now: datetime) -> Delivery | None:
        with self.control.transaction() as tables:
            box: dict[EventId, _Waiting] = tables["outbox"]
            wanted = sorted(box, key=lambda ident: box[ident].delivery.put_at) if event is None else [event]
            for ident in wanted:
                waiting = box.get(ident)
                if waiting is not None and waiting.open_to(now):
                    box[ident] = replace(waiting, held_until=now + _HOLD)
                    return waiting.delivery
        return None

    def overdue(self, now: datetime) -> tuple[EventId, ...]:
        box: dict[EventId, _Waiting] = self.control.tables["outbox"]
        late = [w.delivery for w in box.values() if w.open_to(now) and w.due_at and w.due_at <= now - _OVERDUE]
        return tuple(d.id for d in sorted(late, key=lambda d: d.put_at)[:100])

    def delivered(self, event: EventId, at: datetime) -> None:
        self._change(event, done_at=at)

    def failed(self, event: EventId, error: str, retry_at: datetime | None) -> None:
        with self.control.transaction() as tables:
            waiting = tables["outbox"][event]
            tried = replace(waiting.delivery, attempts=waiting.delivery.attempts + 1, last_error=error)
            tables["outbox"][event] = replace(waiting, delivery=tried, due_at=retry_at, held_until=None)

    def _change(self, event: EventId, **changes: object) -> None:
        with self.control.transaction() as tables:
            tables["outbox"][event] = replace(tables["outbox"][event], **changes)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an event that was not delivered stands."""

    given_up: bool
    last_error: str | None


def standing(tables: Tables, event: EventId) -> Standing | None:
    """None once it was delivered."""
    waiting: _Waiting | None = tables["outbox"].get(event)
    if waiting is None or waiting.done_at is not None:
        return None
    return Standing(waiting.due_at is None, waiting.delivery.last_error)


def deliver_again(tables: Tables, event: EventId, now: datetime) -> None:
    """One that was not delivered is due now, as if it had not been tried yet."""
    waiting: _Waiting = tables["outbox"][event]
    fresh = replace(waiting.delivery, attempts=0)
    tables["outbox"][event] = replace(waiting, delivery=fresh, due_at=now)
