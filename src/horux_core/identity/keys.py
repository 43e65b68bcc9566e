"""API keys: another program's way into one taxpayer's books (SPEC 2.15)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from horux_core.kernel.ids import KeyId, TenantId, UserId

MARK = "hxk_"
"""What every key begins with, so that people and programs that look for lost secrets know it."""

USE_NOTED_EVERY = timedelta(minutes=1)


class Scope(StrEnum):
    """What a key may be given. It may do nothing else."""

    CFDI_READ = "cfdi:read"
    CFDI_WRITE = "cfdi:write"
    REPORTES_READ = "reportes:read"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A taxpayer's key. Of the secret only a hash is kept, and `prefix`, by which its owner recognises it.

    Whoever made it may leave: it stays the taxpayer's, until it expires or is revoked.
    """

    id: KeyId
    tenant: TenantId
    nombre: str
    prefix: str
    token_hash: str = field(repr=False)
    scopes: frozenset[Scope]
    created_by: UserId
    created_by_email: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    def expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def use_unnoted(self, now: datetime) -> bool:
        """Whether it is a minute or more since its last use was noted."""
        return self.last_used_at is None or now - self.last_used_at >= USE_NOTED_EVERY
