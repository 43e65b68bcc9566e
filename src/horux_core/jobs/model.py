"""Long work with progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from horux_core.kernel.ids import JobId, TenantId, UserId


class JobState(StrEnum):
    EN_COLA = "en_cola"
    PROCESANDO = "procesando"
    TERMINADO = "terminado"
    FALLIDO = "fallido"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work of a tenant.

    `subject` says what to work on (plain values, no secret), `outcome` what came of it.
    """

    id: JobId
    tenant: TenantId
    kind: str
    subject: Mapping[str, object]
    created_by: UserId | None
    created_at: datetime
    state: JobState = JobState.EN_COLA
    recibidos: int = 0
    procesados: int = 0
    outcome: Mapping[str, object] | None = None
    error: str | None = None
