"""Names for identifiers, so that one is never taken for another."""

from typing import NewType
from uuid import UUID

TenantId = NewType("TenantId", UUID)
UserId = NewType("UserId", UUID)
SessionId = NewType("SessionId", UUID)
RunId = NewType("RunId", UUID)
KeyId = NewType("KeyId", UUID)
JobId = NewType("JobId", UUID)
EventId = NewType("EventId", UUID)
