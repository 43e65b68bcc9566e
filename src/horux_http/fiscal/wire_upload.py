"""The shapes of taking CFDIs in (SPEC 3, `POST /cfdi/bulk`)."""

from collections.abc import Mapping
from typing import Annotated, Any, Self
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from horux_core.fiscal.cfdi.loading import KEPT
from horux_core.fiscal.cfdi.outcome import Outcome
from horux_core.jobs.model import Job, JobState

FileOut = Annotated[str, Meta(description="Nombre del archivo, como se mandó.", examples=["paquete.zip/factura-1.xml"])]


class RejectedOut(Struct, rename="camel"):
    file: FileOut
    code: Annotated[str, Meta(examples=["sin-timbre"])]
    detail: str


class IgnoredOut(Struct, rename="camel"):
    file: FileOut
    detail: str


class OutcomeOut(Struct, rename="camel"):
    """Qué pasó con cada archivo: `received` = `inserted` + `duplicates` + `rejectedTotal`.

    `rejected` e `ignored` nombran hasta mil archivos cada uno; sus totales los cuentan todos.
    """

    received: Annotated[int, Meta(examples=[120])]
    inserted: Annotated[int, Meta(examples=[117])]
    duplicates: Annotated[int, Meta(examples=[2])]
    rejected: list[RejectedOut]
    rejected_total: Annotated[int, Meta(examples=[1])]
    ignored: list[IgnoredOut]
    ignored_total: Annotated[int, Meta(examples=[0])]

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        return cls(
            outcome.received,
            outcome.inserted,
            outcome.duplicates,
            [RejectedOut(each.file, each.code, each.detail) for each in outcome.rejected],
            outcome.rejected_total,
            [IgnoredOut(each.file, each.detail) for each in outcome.ignored],
            outcome.ignored_total,
        )


class QueuedOut(Struct, rename="camel"):
    """La carga es grande: sigue en `GET /api/cfdi/bulk/{jobId}`."""

    job_id: UUID


class LoadErrorOut(Struct, rename="camel"):
    """Por qué la carga no llegó a su fin."""

    code: str
    detail: str
    message: str
    limit: int | UnsetType = UNSET
    current: int | UnsetType = UNSET


class LoadOut(Struct, rename="camel"):
    """Una carga grande: `estado` es en_cola, procesando, terminado o fallido.

    `outcome` llega al terminar; si falló, es de los archivos que quedaron guardados antes, si los hubo.
    """

    job_id: UUID
    estado: Annotated[str, Meta(examples=["procesando"])]
    recibidos: Annotated[int, Meta(examples=[50_000])]
    procesados: Annotated[int, Meta(examples=[12_000])]
    outcome: OutcomeOut | None
    error: LoadErrorOut | UnsetType = UNSET

    @classmethod
    def of(cls, job: Job) -> Self:
        failed = job.state is JobState.FALLIDO
        told = job.outcome or {}
        kept: Any = told.get(KEPT) if failed else told
        outcome = OutcomeOut.of(Outcome.of(kept)) if kept else None
        error = _error(job.error or "", told) if failed else UNSET
        return cls(job.id, job.state.value, job.recibidos, job.procesados, outcome, error)


def _error(sentence: str, problem: Mapping[str, Any]) -> LoadErrorOut:
    code = str(problem.get("code", "carga-fallida"))
    return LoadErrorOut(code, sentence, sentence, problem.get("limit", UNSET), problem.get("current", UNSET))
