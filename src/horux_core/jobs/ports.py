from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from horux_core.jobs.model import Job, JobState, Tally
from horux_core.kernel.ids import JobId, TenantId
from horux_core.kernel.pages import Page


class Jobs(Protocol):
    """Work that a worker does later: at least once, again after a crash, never by two workers at the same time.

    A runner is known by the `attempt` of the job it was given. When another has begun the job since, or it has
    ended, what the earlier one reports changes nothing and raises JobTaken.
    """

    def put(self, job: Job) -> None:
        """Keep it; a worker will run it. Kept when this returns."""

    def record(self, job: Job) -> None:
        """Keep one that was done while its owner waited and has ended: nobody runs it."""

    def get(self, tenant: TenantId, job: JobId) -> Job:
        """Raises JobMissing, also for another tenant's job."""

    def begin(self, job: JobId) -> AbstractContextManager[Job | None]:
        """Take it to run it: marks it `procesando`, counts the attempt and the try, and gives it, as nobody else's
        while the context lasts.

        None when it has ended, is unknown, or somebody else runs it. A process that dies lets go of it. Raises
        DatabaseUnavailable: then it is as it was.
        """

    def lost(self, now: datetime) -> tuple[JobId, ...]:
        """Open jobs that nobody runs and that are due, oldest first.

        One that was begun is due when its `wait` is over, counted from when it was last heard of; one that nobody
        began, ten seconds after it was put: its wake-up is gone.
        """

    def queued(self, tenant: TenantId, kind: str) -> bool:
        """Whether the tenant has a job of that kind that nobody has begun."""

    def unended(self, tenant: TenantId) -> frozenset[str]:
        """The kinds of the tenant's jobs that have not ended."""

    def open_ones(self) -> frozenset[JobId]:
        """Jobs that have not ended."""

    def progress(self, job: Job, recibidos: int, procesados: int) -> None:
        """`procesados` never goes back; when it grows, the tries are counted anew. Raises JobTaken."""

    def finish(self, job: Job, outcome: Mapping[str, object]) -> None:
        """Raises JobTaken."""

    def fail(self, job: Job, error: str, outcome: Mapping[str, object]) -> None:
        """End it without success. `error` is a Spanish sentence for its owner. Raises JobTaken."""

    def recent(self, limit: int) -> tuple[Job, ...]:
        """The newest of all tenants, for the operator."""

    def page(self, state: JobState | None, cursor: str | None, limit: int) -> Page[Job]:
        """The newest of all tenants first, or of those in one state. Raises CursorMalformed."""

    def tally(self) -> Tally:
        """How many of all tenants are kept."""

    def latest(self, tenant: TenantId, kind: str, limit: int) -> tuple[Job, ...]:
        """The tenant's newest of that kind."""
