"""What is kept for how long. The days are those of Mexico City, as the schedule of the runs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from horux_core.backups.model import BackupId, Run
from horux_core.kernel.clock import dia_fiscal


class Stay(StrEnum):
    """Why a run is kept; of several, the first."""

    DIARIO = "diario"
    SEMANAL = "semanal"
    ULTIMO = "ultimo"
    """It has the last proven file of something."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Every run for `daily` days; of each week, Monday to Sunday, the last one that serves for `weekly` days.

    Whatever their age, those that hold the last proven file of anything stay.
    """

    daily: int = 7
    weekly: int = 28

    def over(self, runs: Iterable[Run], now: datetime) -> tuple[BackupId, ...]:
        """Those whose time has passed, oldest first, of those that are kept."""
        there = _in_order(runs)
        stay = self.stays(there, now)
        return tuple(run.id for run in there if run.id not in stay)

    def stays(self, runs: Iterable[Run], now: datetime) -> Mapping[BackupId, Stay]:
        """Of those that are kept, the ones whose time has not passed, and why."""
        there = _in_order(runs)
        return {
            **dict.fromkeys(_last_proven(there), Stay.ULTIMO),
            **dict.fromkeys(self._of_the_week(there, now), Stay.SEMANAL),
            **dict.fromkeys(self._young(there, now), Stay.DIARIO),
        }

    def _young(self, runs: Sequence[Run], now: datetime) -> frozenset[BackupId]:
        return frozenset(run.id for run in runs if _days(run, now) <= self.daily)

    def _of_the_week(self, runs: Sequence[Run], now: datetime) -> frozenset[BackupId]:
        """Of each subject by itself: a run in which one failed leaves that one's place to an earlier run."""
        last: dict[tuple[object, str], BackupId] = {}
        for run in runs:
            if _days(run, now) <= self.weekly:
                day = dia_fiscal(run.started_at)
                monday = day - timedelta(days=day.weekday())
                last.update({(monday, file.subject.key): run.id for file in run.files if file.proven})
        return frozenset(last.values())


def _in_order(runs: Iterable[Run]) -> Sequence[Run]:
    return sorted((run for run in runs if run.kept), key=lambda run: (run.started_at, run.id))


def _last_proven(runs: Sequence[Run]) -> frozenset[BackupId]:
    last = {file.subject.key: run.id for run in runs for file in run.files if file.proven}
    return frozenset(last.values())


def _days(run: Run, now: datetime) -> int:
    return (dia_fiscal(now) - dia_fiscal(run.started_at)).days
