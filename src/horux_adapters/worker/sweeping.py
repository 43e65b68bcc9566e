"""Taking up what a crash left: at start and every few seconds, by every worker, each bearing the others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from horux_adapters.postgres.jobs import PostgresJobs
from horux_adapters.postgres.outbox import PostgresDeliveries
from horux_core.fiscal.cfdi.ports import Spool
from horux_core.onboarding.recovering import RecoverRuns
from horux_core.operations.purging import PurgeBygones

_ORPHANED_AFTER = timedelta(hours=24)
_log = structlog.get_logger("horux.worker")


@dataclass(frozen=True, slots=True)
class Sweep:
    """Jobs whose runner died, events nobody delivered, and runs over tenants that were cut off."""

    jobs: PostgresJobs
    deliveries: PostgresDeliveries
    recover_runs: RecoverRuns
    clock: Callable[[], datetime]

    def __call__(self) -> None:
        for job in self.jobs.lost(self.clock()):
            self.jobs.again(job)
            _log.warning("trabajo retomado", job_id=str(job))
        for event in self.deliveries.overdue(self.clock()):
            self.deliveries.again(event)
        recovery = self.recover_runs()
        for run in recovery.recovered:
            _log.warning("proceso retomado", run_id=str(run.id), kind=run.kind, rfc=run.rfc, step=run.step)
        for run, error in recovery.failed:
            _log.error("proceso sin retomar", run_id=str(run.id), kind=run.kind, rfc=run.rfc, exc_info=error)


@dataclass(frozen=True, slots=True)
class CleanSpool:
    """Uploads that a crash left and no open job needs."""

    jobs: PostgresJobs
    spool: Spool
    clock: Callable[[], datetime]

    def __call__(self) -> None:
        removed = self.spool.sweep(self.jobs.open_ones(), self.clock() - _ORPHANED_AFTER)
        if removed:
            _log.info("cargas huérfanas borradas", count=removed)


@dataclass(frozen=True, slots=True)
class Purge:
    """What ended long ago, let go of."""

    purge_bygones: PurgeBygones

    def __call__(self) -> None:
        purged = self.purge_bygones()
        if any(purged.values()):
            _log.info("registros antiguos borrados", **purged)
