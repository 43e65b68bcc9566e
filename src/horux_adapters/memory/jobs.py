from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.jobs.errors import JobMissing, JobTaken
from horux_core.jobs.model import UNCLAIMED, Job, JobState, Tally
from horux_core.kernel.ids import JobId, TenantId
from horux_core.kernel.pages import Page, numbered

_OPEN = (JobState.EN_COLA, JobState.PROCESANDO)


@dataclass(frozen=True, slots=True)
class MemoryJobs:
    control: MemoryDatabase
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: TID251 when it was last heard of
    _held: set[JobId] = field(default_factory=set)
    _turn: Lock = field(default_factory=Lock)

    def put(self, job: Job) -> None:
        with self.control.transaction() as tables:
            tables["jobs"][job.id] = job
            tables["jobs_heard"][job.id] = self.clock()

    def record(self, job: Job) -> None:
        self.put(job)

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
            tables["jobs"][job] = started = replace(
                found, state=JobState.PROCESANDO, attempt=found.attempt + 1, tries=found.tries + 1
            )
            tables["jobs_heard"][job] = self.clock()
            return started

    def lost(self, now: datetime) -> tuple[JobId, ...]:
        tables = self.control.tables
        jobs = sorted(tables["jobs"].values(), key=lambda job: job.created_at)
        open_ones = [job for job in jobs if job.state in _OPEN and job.id not in self._held]
        return tuple(job.id for job in open_ones if tables["jobs_heard"][job.id] + _patience(job) <= now)

    def queued(self, tenant: TenantId, kind: str) -> bool:
        jobs = self.control.tables["jobs"].values()
        return any(j.tenant == tenant and j.kind == kind and j.state is JobState.EN_COLA for j in jobs)

    def unended(self, tenant: TenantId) -> frozenset[str]:
        jobs = self.control.tables["jobs"].values()
        return frozenset(job.kind for job in jobs if job.tenant == tenant and job.state in _OPEN)

    def open_ones(self) -> frozenset[JobId]:
        return frozenset(job.id for job in self.control.tables["jobs"].values() if job.state in _OPEN)

    def waiting(self) -> tuple[JobId, ...]:
        """Jobs nobody has begun yet, for the worker's loop of the same process."""
        jobs = sorted(self.control.tables["jobs"].values(), key=lambda job: job.created_at)
        return tuple(job.id for job in jobs if job.state is JobState.EN_COLA)

    def progress(self, job: Job, recibidos: int, procesados: int) -> None:
        with self.control.transaction() as tables:
            kept = self._own(tables, job)
            tries = 0 if procesados > kept.procesados else kept.tries
            seen = max(procesados, kept.procesados)
            tables["jobs"][job.id] = replace(kept, recibidos=recibidos, procesados=seen, tries=tries)
            tables["jobs_heard"][job.id] = self.clock()

    def finish(self, job: Job, outcome: Mapping[str, object]) -> None:
        self._end(job, state=JobState.TERMINADO, outcome=outcome, error=None)

    def fail(self, job: Job, error: str, outcome: Mapping[str, object]) -> None:
        self._end(job, state=JobState.FALLIDO, outcome=outcome, error=error)

    def recent(self, limit: int) -> tuple[Job, ...]:
        jobs = sorted(self.control.tables["jobs"].values(), key=lambda job: job.created_at, reverse=True)
        return tuple(jobs[:limit])

    def page(self, state: JobState | None, cursor: str | None, limit: int) -> Page[Job]:
        start = numbered(cursor) or 0
        every = sorted(self.control.tables["jobs"].values(), key=lambda job: (-job.created_at.timestamp(), job.id))
        found = [job for job in every if state in (None, job.state)]
        end = start + limit
        return Page(tuple(found[start:end]), str(end) if len(found) > end else None)

    def tally(self) -> Tally:
        every = list(self.control.tables["jobs"].values())
        waiting = (job.created_at for job in every if job.state is JobState.EN_COLA)
        return Tally(Counter(job.state for job in every), min(waiting, default=None))

    def latest(self, tenant: TenantId, kind: str, limit: int) -> tuple[Job, ...]:
        every = self.recent(len(self.control.tables["jobs"]))
        return tuple(job for job in every if job.tenant == tenant and job.kind == kind)[:limit]

    def _end(self, job: Job, **changes: object) -> None:
        with self.control.transaction() as tables:
            tables["jobs"][job.id] = replace(self._own(tables, job), **changes)  # type: ignore[arg-type]
            tables["jobs_heard"][job.id] = self.clock()

    @staticmethod
    def _own(tables: Tables, job: Job) -> Job:
        kept: Job | None = tables["jobs"].get(job.id)
        if kept is None or kept.state not in _OPEN or kept.attempt != job.attempt:
            raise JobTaken
        return kept


def _patience(job: Job) -> timedelta:
    return UNCLAIMED if job.state is JobState.EN_COLA else job.wait()
