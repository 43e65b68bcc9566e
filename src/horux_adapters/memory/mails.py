from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from horux_adapters.memory.audit import MemoryAuditLog
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.outbox import deliver_again, standing
from horux_core.audit.model import Deed
from horux_core.kernel.pages import Page, numbered
from horux_core.notifications.errors import UNDER_WAY, MailMissing, MailRefused, MailSettled, MailUndelivered
from horux_core.notifications.model import Envelope, MailState, Posted
from horux_core.notifications.ports import HELD


@dataclass(frozen=True, slots=True)
class _Kept:
    """`posted` says PENDIENTE until it is sent; `standing` of its cause says the rest."""

    n: int
    posted: Posted
    envelope: Envelope
    refused: bool = False
    ended_at: datetime | None = None
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MemoryMails:
    control: MemoryDatabase

    def begin(self, envelope: Envelope, at: datetime) -> bool:
        with self.control.transaction() as tables:
            kept: _Kept | None = tables["mails"].get(envelope.id)
            if kept is None:
                posted = Posted(
                    envelope.id,
                    envelope.kind,
                    envelope.to.lower(),
                    envelope.tenant,
                    MailState.PENDIENTE,
                    0,
                    None,
                    at,
                    None,
                )
                last = next(reversed(tables["mails"].values()), None)
                kept = _Kept(1 if last is None else last.n + 1, posted, envelope)
            if kept.posted.sent_at is not None:
                return False
            if kept.refused:
                raise MailRefused(kept.posted.last_error or "")
            if kept.held_until is not None and at < kept.held_until:
                raise MailUndelivered(UNDER_WAY)
            tried = replace(kept.posted, attempts=kept.posted.attempts + 1)
            tables["mails"][envelope.id] = replace(kept, posted=tried, held_until=at + HELD)
            return True

    def sent(self, envelope: Envelope, at: datetime) -> None:
        self._change(envelope, at, sent_at=at, last_error=None)

    def failed(self, envelope: Envelope, error: str, at: datetime, *, refused: bool) -> None:
        self._change(envelope, at if refused else None, refused=refused, last_error=error)

    def dropped(self, envelope: Envelope) -> None:
        self._change(envelope, None)

    def page(self, state: MailState | None, cursor: str | None, limit: int) -> Page[Posted]:
        before = numbered(cursor)
        tables = self.control.tables
        rows = [(kept.n, _shown(tables, kept)) for kept in tables["mails"].values()]
        wanted = [
            row for row in reversed(rows) if (before is None or row[0] < before) and state in (None, row[1].state)
        ]
        shown = wanted[:limit]
        return Page(tuple(posted for _, posted in shown), str(shown[-1][0]) if len(wanted) > limit else None)

    def again(self, mail: UUID, deed: Deed) -> None:
        with self.control.transaction() as tables:
            kept: _Kept | None = tables["mails"].get(mail)
            if kept is None:
                raise MailMissing
            if _shown(tables, kept).state not in (MailState.PENDIENTE, MailState.MUERTO):
                raise MailSettled
            fresh = replace(kept.posted, attempts=0)
            tables["mails"][mail] = replace(kept, refused=False, ended_at=None, posted=fresh)
            deliver_again(tables, kept.envelope.cause, self.control.clock())
            MemoryAuditLog(tables, self.control.clock).record(deed)

    def _change(
        self, envelope: Envelope, ended_at: datetime | None, *, refused: bool = False, **changes: object
    ) -> None:
        with self.control.transaction() as tables:
            kept: _Kept = tables["mails"][envelope.id]
            posted = replace(kept.posted, **changes)  # type: ignore[arg-type]
            changed = replace(kept, posted=posted, refused=refused, ended_at=ended_at, held_until=None)
            tables["mails"][envelope.id] = changed


def _shown(tables: Tables, kept: _Kept) -> Posted:
    posted = kept.posted
    if posted.sent_at is not None:
        return replace(posted, state=MailState.ENVIADO)
    cause = standing(tables, kept.envelope.cause)
    if cause is None:
        return replace(posted, state=MailState.DESCARTADO)
    told = replace(posted, last_error=posted.last_error or cause.last_error)
    return replace(told, state=MailState.MUERTO) if kept.refused or cause.given_up else told
