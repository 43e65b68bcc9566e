from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.audit.model import Deed, Entry, Hands
from horux_core.kernel.ids import SessionId, TenantId
from horux_core.kernel.pages import Page, numbered


@dataclass(frozen=True, slots=True)
class MemoryAuditLog:
    """Adds to the trail in an open transaction."""

    tables: Tables
    clock: Callable[[], datetime]

    def record(self, deed: Deed) -> None:
        log = self.tables["audit_log"]
        log[len(log) + 1] = Entry(**asdict(deed), at=self.clock())


@dataclass(frozen=True, slots=True)
class MemoryAuditTrail:
    control: MemoryDatabase

    def record(self, deed: Deed) -> None:
        with self.control.transaction() as tables:
            MemoryAuditLog(tables, self.control.clock).record(deed)

    def record_view(self, deed: Deed) -> None:
        with self.control.transaction() as tables:
            seen = {(e.session, e.tenant) for e in tables["audit_log"].values() if e.action == deed.action}
            if (deed.session, deed.tenant) not in seen:
                MemoryAuditLog(tables, self.control.clock).record(deed)

    def was_viewed(self, session: SessionId | None, tenant: TenantId) -> bool:
        with self.control.transaction() as tables:
            views = (e for e in tables["audit_log"].values() if e.action == "vista")
            return any((e.session, e.tenant) == (session, tenant) for e in views)

    def page(
        self,
        tenant: TenantId | None,
        cursor: str | None,
        limit: int,
        who: str = "",
        action: str = "",
        hands: Hands | None = None,
    ) -> Page[Entry]:
        before = numbered(cursor)
        with self.control.transaction() as tables:
            found = [
                (n, entry)
                for n, entry in sorted(tables["audit_log"].items(), reverse=True)
                if (before is None or n < before) and (tenant is None or entry.tenant == tenant)
                if who.lower() in entry.email.lower() and action in ("", entry.action)
                if hands is None or (entry.user is None or entry.user in hands.operators) is hands.theirs
            ]
        more = len(found) > limit
        return Page(tuple(entry for _, entry in found[:limit]), str(found[limit - 1][0]) if more else None)
