"""Long work with progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from horux_core.kernel.ids import JobId, KeyId, TenantId, UserId

TRIES = 20
"""So often is a job begun without getting on before it is given up: over some two hours."""

UNCLAIMED = timedelta(seconds=10)
"""A job nobody began in this time lost its wake-up."""

LONGEST_WAIT = timedelta(minutes=10)


class JobState(StrEnum):
    EN_COLA = "en_cola"
    PROCESANDO = "procesando"
    TERMINADO = "terminado"
    FALLIDO = "fallido"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many jobs are in each state, and since when the one that waits longest does."""

    counts: Mapping[JobState, int]
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work of a tenant.

    `subject` says what to work on (plain values, no secret), `outcome` what came of it. `attempt` counts how often
    it was begun: the number of its newest runner. `tries` counts those since it last got on.
    """

    id: JobId
    tenant: TenantId
    kind: str
    subject: Mapping[str, object]
    created_by: UserId | KeyId | None
    created_at: datetime
    state: JobState = JobState.EN_COLA
    recibidos: int = 0
    procesados: int = 0
    outcome: Mapping[str, object] | None = None
    error: str | None = None
    attempt: int = 0
    tries: int = 0

    @property
    def ended(self) -> bool:
        return self.state in (JobState.TERMINADO, JobState.FALLIDO)

    def wait(self) -> timedelta:
        """How long after it was last heard of it is taken up again: longer with each try."""
        return min(timedelta(seconds=2 ** min(self.tries, 20)), LONGEST_WAIT)
