"""What every Deliveries promises, of the events an Outbox was given.

A subclass brings `put`, which puts events in one transaction and fails it when told to, and `deliveries`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId, UserId
from horux_core.outbox.ports import Deliveries


@dataclass(frozen=True, slots=True)
class SomebodyCame(Event):
    user: UserId
    name: str
    first: bool


Put = Callable[..., None]


class DeliveriesContract:
    @pytest.fixture
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=1)

    def test_hands_on_what_was_put(self, put: Put, deliveries: Deliveries, now: datetime) -> None:
        event = SomebodyCame(UserId(uuid4()), "Íñigo", True)
        put(event)
        delivery = deliveries.claim(None, now)
        assert delivery is not None
        assert delivery.event == event
        assert (delivery.attempts, delivery.last_error) == (0, None)

    def test_keeps_nothing_of_a_failed_transaction(self, put: Put, deliveries: Deliveries, now: datetime) -> None:
        with pytest.raises(ZeroDivisionError):
            put(SomebodyCame(UserId(uuid4()), "x", False), fail=True)
        assert deliveries.claim(None, now) is None

    def test_gives_an_event_to_one_at_a_time(self, put: Put, deliveries: Deliveries, now: datetime) -> None:
        put(SomebodyCame(UserId(uuid4()), "x", False))
        first = deliveries.claim(None, now)
        assert first is not None
        assert deliveries.claim(first.id, now) is None
        again = deliveries.claim(first.id, now + timedelta(minutes=6))
        assert again is not None, "a worker that died must not keep an event for ever"

    def test_delivers_once_when_all_goes_well(self, put: Put, deliveries: Deliveries, now: datetime) -> None:
        put(SomebodyCame(UserId(uuid4()), "x", False))
        delivery = deliveries.claim(None, now)
        assert delivery is not None
        deliveries.delivered(delivery.id, now)
        assert deliveries.claim(None, now + timedelta(days=1)) is None

    def test_tries_again_when_told_and_remembers_why(self, put: Put, deliveries: Deliveries, now: datetime) -> None:
        put(SomebodyCame(UserId(uuid4()), "x", False))
        delivery = deliveries.claim(None, now)
        assert delivery is not None
        deliveries.failed(delivery.id, "sin red", now + timedelta(minutes=1))
        assert deliveries.claim(None, now) is None
        later = deliveries.claim(None, now + timedelta(minutes=2))
        assert later is not None
        assert (later.attempts, later.last_error) == (1, "sin red")

    def test_leaves_the_dead_alone(self, put: Put, deliveries: Deliveries, now: datetime) -> None:
        put(SomebodyCame(UserId(uuid4()), "x", False))
        delivery = deliveries.claim(None, now)
        assert delivery is not None
        deliveries.failed(delivery.id, "imposible", None)
        assert deliveries.claim(None, now + timedelta(days=9)) is None
        assert deliveries.overdue(now + timedelta(days=9)) == ()

    def test_knows_what_waits_too_long(self, put: Put, deliveries: Deliveries, now: datetime) -> None:
        put(SomebodyCame(UserId(uuid4()), "x", False))
        assert deliveries.overdue(now) == ()
        late = deliveries.overdue(now + timedelta(seconds=30))
        assert len(late) == 1
        assert deliveries.claim(EventId(late[0]), now) is not None
        assert deliveries.overdue(now + timedelta(seconds=30)) == ()
