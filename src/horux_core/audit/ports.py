from typing import Protocol

from horux_core.audit.model import Deed, Entry, Hands
from horux_core.kernel.ids import SessionId, TenantId
from horux_core.kernel.pages import Page


class AuditLog(Protocol):
    """The trail inside a transaction: a deed and its trace are both kept, or neither."""

    def record(self, deed: Deed) -> None: ...


class AuditTrail(Protocol):
    """The deeds, newest first when read, each with the store's own time. Nothing is ever changed or removed."""

    def record(self, deed: Deed) -> None:
        """Kept when this returns."""

    def record_view(self, deed: Deed) -> None:
        """As `record`, but only the first for its session and tenant: later ones write nothing at all."""

    def was_viewed(self, session: SessionId | None, tenant: TenantId) -> bool:
        """Whether there is a view of that tenant in that session."""

    def page(
        self,
        tenant: TenantId | None,
        cursor: str | None,
        limit: int,
        who: str = "",
        action: str = "",
        hands: Hands | None = None,
    ) -> Page[Entry]:
        """The deeds in one taxpayer's name, or all of them. Raises CursorMalformed.

        `who` is in the address of whoever did it, whatever the case of its letters; `action` is its very word.
        """
