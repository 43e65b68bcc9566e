"""Letting go of what a crash left behind."""

from dataclasses import dataclass
from datetime import timedelta

from horux_core.fiscal.cfdi.ports import Spool
from horux_core.jobs.ports import Jobs
from horux_core.kernel.clock import Clock

ORPHANED_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class CleanSpool:
    """Remove uploads that have lain for a day and that no open job needs."""

    jobs: Jobs
    spool: Spool
    clock: Clock

    def __call__(self) -> int:
        """How many. Raises DatabaseUnavailable."""
        return self.spool.sweep(self.jobs.open_ones(), self.clock() - ORPHANED_AFTER)
