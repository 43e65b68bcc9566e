"""Waking what lost its wake-up: at start and every few seconds, by every worker, each bearing the others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from horux_adapters.postgres.jobs import PostgresJobs
from horux_adapters.postgres.outbox import PostgresDeliveries

_log = structlog.get_logger("horux.worker")


@dataclass(frozen=True, slots=True)
class Sweep:
    """Jobs whose runner died, and events nobody delivered."""

    jobs: PostgresJobs
    deliveries: PostgresDeliveries
    clock: Callable[[], datetime]

    def __call__(self) -> None:
        for job in self.jobs.lost(self.clock()):
            self.jobs.again(job)
            _log.warning("trabajo retomado", job_id=str(job))
        for event in self.deliveries.overdue(self.clock()):
            self.deliveries.again(event)
