from dataclasses import dataclass

from horux_adapters.memory.database import MemoryDatabase
from horux_core.audit.model import Entry
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page, numbered


@dataclass(frozen=True, slots=True)
class MemoryAuditTrail:
    control: MemoryDatabase

    def record(self, entry: Entry) -> None:
        with self.control.transaction() as tables:
            log = tables["audit_log"]
            log[len(log) + 1] = entry

    def record_view(self, entry: Entry) -> None:
        with self.control.transaction() as tables:
            log = tables["audit_log"]
            seen = {(e.session, e.tenant) for e in log.values() if e.action == entry.action}
            if (entry.session, entry.tenant) not in seen:
                log[len(log) + 1] = entry

    def page(self, tenant: TenantId | None, cursor: str | None, limit: int) -> Page[Entry]:
        before = numbered(cursor)
        with self.control.transaction() as tables:
            found = [
                (n, entry)
                for n, entry in sorted(tables["audit_log"].items(), reverse=True)
                if (before is None or n < before) and (tenant is None or entry.tenant == tenant)
            ]
        more = len(found) > limit
        return Page(tuple(entry for _, entry in found[:limit]), str(found[limit - 1][0]) if more else None)
