from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from procrastinate.exceptions import AlreadyEnqueued
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.queue import task_of, wake
from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId
from horux_core.outbox.model import Delivery, UnknownEvent

_OPEN = "done_at IS NULL AND due_at <= %(now)s AND (held_until IS NULL OR held_until <= %(now)s)"
_CLAIM = (
    "UPDATE outbox SET held_until = %(now)s + interval '5 minutes' WHERE id ="  # noqa: S608
    f" (SELECT id FROM outbox WHERE {_OPEN} AND (%(id)s::uuid IS NULL OR id = %(id)s)"
    " ORDER BY put_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
    " RETURNING id, name, payload, put_at, attempts, last_error"
)
_OVERDUE = (
    f"SELECT id FROM outbox WHERE {_OPEN} AND due_at <= %(now)s - interval '10 seconds'"  # noqa: S608
    " ORDER BY put_at LIMIT 100"
)


@dataclass(frozen=True, slots=True)
class PostgresOutbox:
    """Puts events into the transaction of `connection` and wakes a worker when it has ended well."""

    connection: Connection[TupleRow]

    def put(self, event: Event) -> None:
        ident = uuid4()
        self.connection.execute(
            "INSERT INTO outbox (id, name, payload) VALUES (%s, %s, %s)",
            (ident, type(event).__name__, Jsonb(_payload(event))),
        )
        wake(self.connection, task_of(type(event).__name__), ident)

    def again(self, event: EventId) -> None:
        """One that was not delivered is due now, as if it had not been tried yet."""
        self.connection.execute(
            "UPDATE outbox SET due_at = now(), attempts = 0 WHERE id = %s AND done_at IS NULL",
            (event,),
        )
        _wake_again(self.connection, event)


@dataclass(frozen=True, slots=True)
class PostgresDeliveries:
    """`kinds` are the events that can come out, by name."""

    control: ControlDatabase
    kinds: Mapping[str, type[Event]]

    def claim(self, event: EventId | None, now: datetime) -> Delivery | None:
        with self.control.transaction() as connection:
            row = connection.execute(_CLAIM, {"now": now, "id": event}).fetchone()
        if row is None:
            return None
        ident, name, payload, put_at, attempts, last_error = row
        return Delivery(EventId(ident), self._event(name, payload), put_at, attempts, last_error)

    def _event(self, name: str, payload: Mapping[str, Any]) -> Event:
        kind = self.kinds.get(name)
        if kind is None:
            return UnknownEvent(name)
        try:
            return _event(kind, payload)
        except (TypeError, ValueError):
            return UnknownEvent(name)

    def overdue(self, now: datetime) -> tuple[EventId, ...]:
        with self.control.transaction() as connection:
            rows = connection.execute(_OVERDUE, {"now": now}).fetchall()
        return tuple(EventId(row[0]) for row in rows)

    def again(self, event: EventId) -> None:
        """Wake a worker for an event that waited too long, once however often this is asked."""
        with suppress(AlreadyEnqueued), self.control.transaction() as connection:
            _wake_again(connection, event, once=True)

    def delivered(self, event: EventId, at: datetime) -> None:
        with self.control.transaction() as connection:
            connection.execute("UPDATE outbox SET done_at = %s WHERE id = %s", (at, event))

    def failed(self, event: EventId, error: str, retry_at: datetime | None) -> None:
        with self.control.transaction() as connection:
            connection.execute(
                "UPDATE outbox SET attempts = attempts + 1, last_error = %s, due_at = %s, held_until = NULL"
                " WHERE id = %s",
                (error, retry_at, event),
            )


def _wake_again(connection: Connection[TupleRow], event: EventId, *, once: bool = False) -> None:
    row = connection.execute("SELECT name FROM outbox WHERE id = %s", (event,)).fetchone()
    if row is not None:
        wake(connection, task_of(row[0]), event, once=once)


def _payload(event: Event) -> dict[str, Any]:
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    return {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}


def _event(kind: type[Event], payload: Mapping[str, Any]) -> Event:
    ids = {field.name for field in fields(kind) if str(field.type).endswith("Id") or field.type in (UUID, "UUID")}
    return kind(**{name: UUID(value) if name in ids else value for name, value in payload.items()})
