from typing import Protocol

from horux_core.audit.model import Entry
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page


class AuditTrail(Protocol):
    """The deeds, newest first when read. Nothing in it is ever changed or removed."""

    def record(self, entry: Entry) -> None:
        """Kept when this returns."""

    def record_view(self, entry: Entry) -> None:
        """As `record`, but only the first for its session and tenant: later ones change nothing."""

    def page(self, tenant: TenantId | None, cursor: str | None, limit: int) -> Page[Entry]:
        """The deeds in one taxpayer's name, or all of them. Raises CursorMalformed."""
