"""When a duty is due: by the clock on the wall in Mexico City, which was put forward and back until 2022."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from horux_core.kernel.clock import MEXICO

_DAY = timedelta(days=1)
_START = datetime(2000, 1, 1, 6, tzinfo=UTC)
"""Midnight in Mexico City."""


@dataclass(frozen=True, slots=True)
class Daily:
    """Once each day at that time. On a day that skipped it, an hour later; on one that had it twice, the first."""

    at: time

    def last(self, now: datetime) -> datetime:
        """The latest moment at which it was due, `now` included."""
        today = now.astimezone(MEXICO).date()
        return max(due for due in (self._on(today - _DAY), self._on(today)) if due <= now)

    def next(self, now: datetime) -> datetime:
        """The first moment after `now` at which it is due."""
        today = now.astimezone(MEXICO).date()
        return min(due for due in (self._on(today), self._on(today + _DAY)) if due > now)

    def _on(self, day: date) -> datetime:
        return datetime.combine(day, self.at, MEXICO).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again after so long, counted so that each hour begins with one when it divides the hour."""

    period: timedelta

    def last(self, now: datetime) -> datetime:
        """The latest moment at which it was due, `now` included."""
        return now - (now - _START) % self.period

    def next(self, now: datetime) -> datetime:
        """The first moment after `now` at which it is due."""
        return self.last(now) + self.period


Schedule = Daily | Every
