"""Who did what to whose books."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from horux_core.kernel.ids import SessionId, TenantId, UserId

LONGEST_PATH = 500
_KEY = re.compile(r"hxk_[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does. `action` is a stable kebab-case word; `detail` holds plain values, never a secret."""

    id: UUID
    user: UserId | None
    email: str
    session: SessionId | None
    tenant: TenantId | None
    action: str
    method: str
    path: str
    request_id: str
    detail: dict[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose deeds are asked for: those of the operator's people and of the product itself (`theirs`), or all others."""

    operators: frozenset[UserId]
    theirs: bool


@dataclass(frozen=True, slots=True)
class Entry(Deed):
    """A deed as it is kept: when it was done is the store's to say, and nobody else's."""

    at: datetime


def legible(path: str) -> str:
    """A path that anybody can send as it can be kept: what has no sign is escaped (NUL as \\x00), the rest cut off.

    An API key that somebody put there is not.
    """
    shown = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in path)
    return _KEY.sub("hxk_…", "".join(shown))[:LONGEST_PATH]
