"""How full a limit is, and from when on that is worth a word."""

from dataclasses import dataclass
from enum import StrEnum

WARNED, ALARMED = 80, 95
"""Percent of a limit."""


class Level(StrEnum):
    CALM = "calm"
    NEAR = "near"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Fullness:
    """`percent` of a limit, 100 at most; a limit of nothing is full."""

    percent: float

    @property
    def level(self) -> Level:
        if self.percent >= ALARMED:
            return Level.FULL
        return Level.NEAR if self.percent >= WARNED else Level.CALM


def fullness(used: int, limit: int) -> Fullness | None:
    """None where there is no limit."""
    if limit < 0:
        return None
    return Fullness(min(100 * used / limit, 100.0) if limit else 100.0)
