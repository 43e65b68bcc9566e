from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from horux_adapters.memory.audit import MemoryAuditLog
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.audit.model import Deed
from horux_core.billing.errors import NoticeMissing, NoticeUseless
from horux_core.billing.events import NoticeTaken
from horux_core.billing.notices import NoticeState, TakenNotice
from horux_core.kernel.pages import Page, numbered
from horux_core.outbox.ports import Outbox


@dataclass(frozen=True, slots=True)
class _Numbered:
    n: int
    notice: TakenNotice

    @property
    def ended_at(self) -> datetime | None:
        return self.notice.ended_at


@dataclass(frozen=True, slots=True)
class MemoryNotices:
    control: MemoryDatabase
    outbox: Callable[[Tables], Outbox]

    def take(self, notice: TakenNotice) -> None:
        with self.control.transaction() as tables:
            rows = tables["notices"]
            if notice.delivery is not None and any(r.notice.delivery == notice.delivery for r in rows.values()):
                return
            last = next(reversed(rows.values())).n if rows else 0
            rows[notice.id] = _Numbered(last + 1, notice)
            if notice.state is NoticeState.PENDIENTE:
                self.outbox(tables).put(NoticeTaken(notice.id))

    def refuse(self, notice: TakenNotice, since: datetime, most: int) -> None:
        with self.control.transaction() as tables:
            kept = [row.notice for row in tables["notices"].values()]
            if sum(n.state is NoticeState.RECHAZADO and n.received_at >= since for n in kept) < most:
                self.take(notice)

    def begin(self, notice: UUID) -> TakenNotice | None:
        return self._change(notice, TakenNotice.begun)

    def failed(self, notice: UUID, error: str) -> None:
        self._change(notice, lambda kept: kept.failed(error))

    def end(self, notice: UUID, state: NoticeState, at: datetime, error: str | None) -> None:
        self._change(notice, lambda kept: kept.ended(state, at, error))

    def again(self, notice: UUID, deed: Deed) -> None:
        with self.control.transaction() as tables:
            row: _Numbered | None = tables["notices"].get(notice)
            if row is None:
                raise NoticeMissing
            if row.notice.state.useless:
                raise NoticeUseless
            tables["notices"][notice] = replace(row, notice=row.notice.again())
            self.outbox(tables).put(NoticeTaken(notice))
            MemoryAuditLog(tables, self.control.clock).record(deed)

    def page(self, state: NoticeState | None, cursor: str | None, limit: int) -> Page[TakenNotice]:
        before = numbered(cursor)
        with self.control.transaction() as tables:
            rows: list[_Numbered] = list(reversed(tables["notices"].values()))
        found = [r for r in rows if (before is None or r.n < before) and (state is None or r.notice.state is state)]
        more = len(found) > limit
        return Page(tuple(row.notice for row in found[:limit]), str(found[limit - 1].n) if more else None)

    def _change(self, notice: UUID, change: Callable[[TakenNotice], TakenNotice]) -> TakenNotice | None:
        """Of one that waits."""
        with self.control.transaction() as tables:
            row: _Numbered | None = tables["notices"].get(notice)
            if row is None or row.notice.state is not NoticeState.PENDIENTE:
                return None
            changed = change(row.notice)
            tables["notices"][notice] = replace(row, notice=changed)
            return changed
