from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from horux_core.jobs.model import Job
from horux_core.kernel.ids import JobId, TenantId


class Jobs(Protocol):
    """Work that a worker does later: at least once, again after a crash, never by two workers at the same time."""

    def put(self, job: Job) -> None:
        """Keep it; a worker will run it. Kept when this returns."""

    def get(self, tenant: TenantId, job: JobId) -> Job:
        """Raises JobMissing, also for another tenant's job."""

    def begin(self, job: JobId) -> AbstractContextManager[Job | None]:
        """Take it to run it: marks it `procesando` and gives it, as nobody else's while the context lasts.

        None when it has ended, is unknown, or somebody else runs it. A process that dies lets go of it.
        """

    def lost(self) -> tuple[JobId, ...]:
        """Jobs that were begun, have not ended, and that nobody runs; oldest first."""

    def progress(self, job: JobId, recibidos: int, procesados: int) -> None: ...

    def finish(self, job: JobId, outcome: Mapping[str, object]) -> None: ...

    def fail(self, job: JobId, error: str, outcome: Mapping[str, object]) -> None:
        """End it without success. `error` is a Spanish sentence for its owner."""

    def recent(self, limit: int) -> tuple[Job, ...]:
        """The newest of all tenants, for the operator."""
