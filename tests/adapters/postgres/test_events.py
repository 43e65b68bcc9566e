"""Every event of the product comes out of the outbox as it was put in."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints
from uuid import UUID, uuid4

import pytest

from horux_adapters.container.reactions import EVENTS
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_core.kernel.events import Event
from tests.central import a_central_database

VALUES: dict[type, Any] = {UUID: uuid4(), str: "Ñandú 1", int: 7, bool: True}


@pytest.fixture(scope="module")
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


def an_event(kind: type[Event]) -> Event:
    hints = get_type_hints(kind)
    kinds = {field.name: getattr(hints[field.name], "__supertype__", hints[field.name]) for field in fields(kind)}
    return kind(**{name: VALUES[of] for name, of in kinds.items()})


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
def test_comes_out_as_it_was_put(control: ControlDatabase, kind: type[Event]) -> None:
    event = an_event(kind)
    with control.transaction() as connection:
        PostgresOutbox(connection).put(event)
    deliveries = PostgresDeliveries(control, EVENTS)
    delivery = deliveries.claim(None, datetime.now(UTC) + timedelta(seconds=1))
    assert delivery is not None
    deliveries.delivered(delivery.id, datetime.now(UTC))
    assert delivery.event == event
