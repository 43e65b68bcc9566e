from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock

from horux_adapters.memory.database import MemoryDatabase
from horux_core.jobs.errors import JobMissing
from horux_core.jobs.model import Job, JobState
from horux_core.kernel.ids import JobId, TenantId

_OPEN = (JobState.EN_COLA, JobState.PROCESANDO)


@dataclass(frozen=True, slots=True)
class MemoryJobs:
    control: MemoryDatabase
    _held: set[JobId] = field(default_factory=set)
    _turn: Lock = field(default_factory=Lock)

    def put(self, job: Job) -> None:
        with self.control.transaction() as tables:
            tables["jobs"][job.id] = job

    def get(self, tenant: TenantId, job: JobId) -> Job:
        found: Job | None = self.control.tables["jobs"].get(job)
        if found is None or found.tenant != tenant:
            raise JobMissing("No existe esa carga.")
        return found

    @contextmanager
    def begin(self, job: JobId) -> Iterator[Job | None]:
        with self._turn:
            taken = job not in self._held
            if taken:
                self._held.add(job)
        try:
            yield self._started(job) if taken else None
        finally:
            if taken:
                self._held.discard(job)

    def _started(self, job: JobId) -> Job | None:
        with self.control.transaction() as tables:
            found: Job | None = tables["jobs"].get(job)
            if found is None or found.state not in _OPEN:
                return None
            tables["jobs"][job] = started = replace(found, state=JobState.PROCESANDO)
            return started

    def lost(self) -> tuple[JobId, ...]:
        jobs = sorted(self.control.tables["jobs"].values(), key=lambda job: job.created_at)
        return tuple(job.id for job in jobs if job.state is JobState.PROCESANDO and job.id not in self._held)

    def waiting(self) -> tuple[JobId, ...]:
        """Jobs nobody has begun yet, for the worker's loop of the same process."""
        jobs = sorted(self.control.tables["jobs"].values(), key=lambda job: job.created_at)
        return tuple(job.id for job in jobs if job.state is JobState.EN_COLA)

    def progress(self, job: JobId, recibidos: int, procesados: int) -> None:
        self._change(job, recibidos=recibidos, procesados=procesados)

    def finish(self, job: JobId, outcome: Mapping[str, object]) -> None:
        self._change(job, state=JobState.TERMINADO, outcome=outcome, error=None)

    def fail(self, job: JobId, error: str, outcome: Mapping[str, object]) -> None:
        self._change(job, state=JobState.FALLIDO, outcome=outcome, error=error)

    def recent(self, limit: int) -> tuple[Job, ...]:
        jobs = sorted(self.control.tables["jobs"].values(), key=lambda job: job.created_at, reverse=True)
        return tuple(jobs[:limit])

    def _change(self, job: JobId, **changes: object) -> None:
        with self.control.transaction() as tables:
            if job in tables["jobs"]:
                tables["jobs"][job] = replace(tables["jobs"][job], **changes)
