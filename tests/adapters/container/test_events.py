"""What travels through the outbox is promised in contracts/events.json: the events, their fields and kinds."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints
from uuid import UUID

from horux_adapters.container.reactions import ALSO, EVENTS, REACTIONS
from horux_adapters.container.use_cases import UseCases
from horux_core.kernel.events import Event

PROMISED = Path(__file__).resolve().parents[3] / "contracts" / "events.json"
PLAIN = {UUID: "uuid", str: "str", int: "int", bool: "bool"}


def shape(event: type[Event]) -> dict[str, str]:
    """Raises KeyError for a field that is no plain value."""
    hints = get_type_hints(event)
    return {
        field.name: PLAIN[getattr(hints[field.name], "__supertype__", hints[field.name])]
        for field in dataclasses.fields(event)
    }


def shapes(events: Mapping[str, type[Event]]) -> dict[str, dict[str, str]]:
    return {name: shape(event) for name, event in sorted(events.items())}


def below(kind: type[Event]) -> Iterator[type[Event]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def promised() -> Any:
    return json.loads(PROMISED.read_text(encoding="utf-8"))


def test_the_events_are_those_promised() -> None:
    assert shapes(EVENTS) == promised()


def test_a_changed_event_is_seen() -> None:
    @dataclass(frozen=True, slots=True)
    class ClientWelcomed(Event):
        tenant: UUID
        user: UUID
        new_user: str

    assert shapes({"ClientWelcomed": ClientWelcomed}) != promised()


def test_every_event_of_the_core_can_be_read_back_and_has_a_reaction() -> None:
    core = {event.__name__ for event in below(Event) if event.__module__.startswith("horux_core.")}
    assert EVENTS.keys() == core - {"UnknownEvent"}, "what stands for one nobody knows is never put"
    assert REACTIONS.keys() == set(EVENTS.values())
    assert set(REACTIONS.values()) | set(ALSO.values()) <= set(UseCases.providers)
