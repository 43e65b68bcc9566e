"""Who did what to whose books."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from horux_core.kernel.ids import SessionId, TenantId, UserId


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed. `action` is a stable kebab-case word; `detail` holds plain values, never a secret."""

    id: UUID
    at: datetime
    user: UserId | None
    email: str
    session: SessionId | None
    tenant: TenantId | None
    action: str
    method: str
    path: str
    request_id: str
    detail: dict[str, str] = field(hash=False)
