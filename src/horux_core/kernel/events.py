"""What happened, told to the other contexts through the outbox."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """A fact in the past tense. Fields are plain values (UUID, str, int, bool): they are kept as JSON.

    Secrets never travel in one: it holds the id of whom they concern.
    """
