from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import msgspec

from horux_core.audit.model import Entry
from horux_core.jobs.model import Job
from horux_core.notifications.model import Posted


class EntryOut(msgspec.Struct, rename="camel"):
    """Quién hizo qué, y cuándo."""

    id: UUID
    at: datetime
    email: Annotated[str, msgspec.Meta(examples=["operador@horux360.example"])]
    tenant_id: UUID | None
    action: Annotated[str, msgspec.Meta(examples=["escritura"])]
    method: Annotated[str, msgspec.Meta(examples=["PATCH"])]
    path: Annotated[str, msgspec.Meta(examples=["/api/configuracion/fiscal"])]
    request_id: str
    detail: dict[str, str]

    @classmethod
    def of(cls, e: Entry) -> Self:
        return cls(e.id, e.at, e.email, e.tenant, e.action, e.method, e.path, e.request_id, e.detail)


class AuditOut(msgspec.Struct, rename="camel"):
    items: list[EntryOut]
    next_cursor: str | None


class JobOut(msgspec.Struct, rename="camel"):
    """Un trabajo en segundo plano, como lo ve el operador."""

    job_id: UUID
    tenant_id: UUID
    kind: Annotated[str, msgspec.Meta(examples=["carga"])]
    estado: Annotated[str, msgspec.Meta(examples=["terminado"])]
    recibidos: int
    procesados: int
    error: str | None
    created_at: datetime

    @classmethod
    def of(cls, j: Job) -> Self:
        return cls(j.id, j.tenant, j.kind, j.state.value, j.recibidos, j.procesados, j.error, j.created_at)


class JobsOut(msgspec.Struct, rename="camel"):
    items: list[JobOut]
    next_cursor: str | None = None


class MailOut(msgspec.Struct, rename="camel"):
    """Un correo y qué fue de él: pendiente, enviado, muerto (nadie lo intenta ya) o descartado (ya no hacía falta)."""

    id: UUID
    kind: Annotated[str, msgspec.Meta(examples=["PaymentReceived"])]
    to: Annotated[str, msgspec.Meta(examples=["ana@cascabel.mx"])]
    tenant_id: UUID | None
    estado: Annotated[str, msgspec.Meta(examples=["enviado"])]
    attempts: int
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None

    @classmethod
    def of(cls, m: Posted) -> Self:
        return cls(m.id, m.kind, m.to, m.tenant, m.state.value, m.attempts, m.last_error, m.created_at, m.sent_at)


class MailsOut(msgspec.Struct, rename="camel"):
    items: list[MailOut]
    next_cursor: str | None
