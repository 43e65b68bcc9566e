from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import TupleRow

from horux_adapters.postgres.audit import PostgresAuditLog
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_core.audit.model import Deed
from horux_core.kernel.ids import EventId, TenantId
from horux_core.kernel.pages import Page, numbered
from horux_core.notifications.errors import UNDER_WAY, MailMissing, MailRefused, MailSettled, MailUndelivered
from horux_core.notifications.model import Envelope, MailState, Posted
from horux_core.notifications.ports import HELD

_BEGIN = """
INSERT INTO mails (id, cause, kind, recipient, tenant_id, attempts, created_at, held_until)
VALUES (%(id)s, %(cause)s, %(kind)s, %(to)s, %(tenant)s, 1, %(at)s, %(until)s)
ON CONFLICT (id) DO UPDATE SET attempts = mails.attempts + 1, held_until = excluded.held_until
WHERE mails.ended_at IS NULL AND (mails.held_until IS NULL OR mails.held_until <= %(at)s)
RETURNING id
"""
_STANDING = "SELECT sent_at IS NOT NULL, refused, last_error FROM mails WHERE id = %s"
_STATE = """
CASE WHEN m.sent_at IS NOT NULL THEN 'enviado' WHEN o.id IS NULL OR o.done_at IS NOT NULL THEN 'descartado'
     WHEN m.refused OR o.due_at IS NULL THEN 'muerto' ELSE 'pendiente' END
"""
_LIST = f"""
SELECT * FROM (
    SELECT m.n, m.id, m.kind, m.recipient, m.tenant_id, {_STATE} AS state, m.attempts,
           CASE WHEN m.sent_at IS NULL THEN coalesce(m.last_error, o.last_error) END, m.created_at, m.sent_at
    FROM mails m LEFT JOIN outbox o ON o.id = m.cause) kept
WHERE (%(before)s::bigint IS NULL OR n < %(before)s) AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY n DESC LIMIT %(limit)s
"""  # noqa: S608
_LOCK = f"""
SELECT m.cause, {_STATE} FROM mails m LEFT JOIN outbox o ON o.id = m.cause WHERE m.id = %s FOR UPDATE OF m
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class PostgresMails:
    control: ControlDatabase

    def begin(self, envelope: Envelope, at: datetime) -> bool:
        e = envelope
        with self.control.transaction() as connection:
            values = {
                "id": e.id, "cause": e.cause, "kind": e.kind, "to": e.to.lower(), "tenant": e.tenant, "at": at,
                "until": at + HELD,
            }  # fmt: skip
            if connection.execute(_BEGIN, values).fetchone() is not None:
                return True
            sent, refused, error = connection.execute(_STANDING, (e.id,)).fetchone() or (False, False, None)
        if sent:
            return False
        raise MailRefused(error or "") if refused else MailUndelivered(UNDER_WAY)

    def sent(self, envelope: Envelope, at: datetime) -> None:
        self._change("sent_at = %s, ended_at = %s, last_error = NULL", at, at, envelope.id)

    def failed(self, envelope: Envelope, error: str, at: datetime, *, refused: bool) -> None:
        ended = at if refused else None
        change = "last_error = %s, refused = %s, ended_at = %s, held_until = NULL"
        self._change(change, error, refused, ended, envelope.id)

    def dropped(self, envelope: Envelope) -> None:
        self._change("held_until = NULL", envelope.id)

    def _change(self, change: str, *values: object) -> None:
        with self.control.transaction() as connection:
            connection.execute(f"UPDATE mails SET {change} WHERE id = %s".encode(), values)  # noqa: S608

    def page(self, state: MailState | None, cursor: str | None, limit: int) -> Page[Posted]:
        asked = {"before": numbered(cursor), "state": state, "limit": limit + 1}
        with self.control.transaction() as connection:
            rows = connection.execute(_LIST.encode(), asked).fetchall()
        shown = rows[:limit]
        return Page(tuple(_posted(row) for row in shown), str(shown[-1][0]) if len(rows) > limit else None)

    def again(self, mail: UUID, deed: Deed) -> None:
        with self.control.transaction() as connection:
            row = connection.execute(_LOCK.encode(), (mail,)).fetchone()
            if row is None:
                raise MailMissing
            cause, state = row
            if state not in (MailState.PENDIENTE, MailState.MUERTO):
                raise MailSettled
            connection.execute("UPDATE mails SET refused = false, ended_at = NULL, attempts = 0 WHERE id = %s", (mail,))
            PostgresOutbox(connection).again(EventId(cause))
            PostgresAuditLog(connection).record(deed)


def _posted(row: TupleRow) -> Posted:
    _, ident, kind, to, tenant, state, *rest = row
    return Posted(ident, kind, to, None if tenant is None else TenantId(tenant), MailState(state), *rest)
