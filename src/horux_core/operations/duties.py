"""What the service does by itself when the hour comes, and how far it got."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from horux_core.operations.scheduling import Schedule

_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(hours=1)
_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Duty:
    """Something done when its hour comes, by one worker of all. It must bear being done twice, and being cut off.

    `act` answers how many of what it did, or nothing.
    """

    name: str
    schedule: Schedule
    act: Callable[[], Mapping[str, int] | None]


@dataclass(frozen=True, slots=True)
class DutyRecord:
    """How a duty stands. The times at which it was missed count as one: it is behind, or it is not.

    `done_for` is when the last one that was done had been due, `attempt` how often it was begun, `tries` how often
    since it was last done. `last_error` stays until the next failure. `held`: somebody is at it.
    """

    name: str
    attempt: int = 0
    tries: int = 0
    begun_at: datetime | None = None
    done_for: datetime | None = None
    done_at: datetime | None = None
    outcome: Mapping[str, int] = field(default_factory=dict)
    retry_at: datetime | None = None
    failed_at: datetime | None = None
    last_error: str | None = None
    held: bool = False

    @property
    def failing(self) -> bool:
        """It was begun and ended in a failure, and not since begun again."""
        if self.tries == 0 or self.begun_at is None or self.failed_at is None:
            return False
        return self.failed_at >= self.begun_at

    def due(self, schedule: Schedule, now: datetime) -> bool:
        behind = self.done_for is None or self.done_for < schedule.last(now)
        return behind and (self.retry_at is None or self.retry_at <= now)

    def begun(self, schedule: Schedule, now: datetime) -> "DutyRecord":
        """Whoever is cut off from here on leaves it to be tried again as after a failure."""
        begun = replace(self, attempt=self.attempt + 1, tries=self.tries + 1, begun_at=now)
        return replace(begun, retry_at=begun._again(schedule, now))

    def done(self, due: datetime, now: datetime, outcome: Mapping[str, int]) -> "DutyRecord":
        return replace(self, tries=0, done_for=due, done_at=now, outcome=dict(outcome), retry_at=None)

    def failed(self, schedule: Schedule, now: datetime, error: str) -> "DutyRecord":
        return replace(self, failed_at=now, last_error=error, retry_at=self._again(schedule, now))

    def _again(self, schedule: Schedule, now: datetime) -> datetime:
        """After a wait that doubles with each try, and no later than when it is due anyway."""
        doubled: int = 2 ** min(self.tries - 1, _DOUBLINGS)
        wait = min(_FIRST_WAIT * doubled, _LONGEST_WAIT)
        return min(now + wait, schedule.next(now))
