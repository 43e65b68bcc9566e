from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from horux_adapters.postgres.audit import PostgresAuditLog
from horux_adapters.postgres.control import ControlDatabase
from horux_core.audit.model import Deed
from horux_core.billing.errors import NoticeMissing, NoticeUseless
from horux_core.billing.events import NoticeTaken
from horux_core.billing.gateway import Verdict
from horux_core.billing.notices import NoticeState, TakenNotice
from horux_core.kernel.pages import Page, numbered
from horux_core.outbox.ports import Outbox

_COLUMNS = (
    "id, received_at, verdict, topic, reference, query, headers, body, remote, state, delivery, attempts, last_error,"
    " ended_at"
)
_INSERT = f"INSERT INTO notices ({_COLUMNS}) VALUES ({', '.join(['%s'] * 14)})"  # noqa: S608
_TAKE = f"{_INSERT} ON CONFLICT (delivery) DO NOTHING"
_REFUSED = (
    "SELECT count(*) FROM"
    " (SELECT FROM notices WHERE state = 'rechazado' AND received_at >= %s ORDER BY received_at DESC LIMIT %s) AS kept"
)
_PAGE = (
    f"SELECT n, {_COLUMNS} FROM notices"  # noqa: S608
    " WHERE (%(before)s::bigint IS NULL OR n < %(before)s) AND (%(state)s::text IS NULL OR state = %(state)s)"
    " ORDER BY n DESC LIMIT %(limit)s"
)


@dataclass(frozen=True, slots=True)
class PostgresNotices:
    control: ControlDatabase
    outbox: Callable[[Connection[TupleRow]], Outbox]

    def take(self, notice: TakenNotice) -> None:
        with self.control.transaction() as connection:
            kept = connection.execute(_TAKE, _row(notice)).rowcount
            if kept and notice.state is NoticeState.PENDIENTE:
                self.outbox(connection).put(NoticeTaken(notice.id))

    def refuse(self, notice: TakenNotice, since: datetime, most: int) -> None:
        """Some that come at the same moment may be kept beyond the bound."""
        with self.control.transaction() as connection:
            kept = connection.execute(_REFUSED, (since, most)).fetchone()
            if kept is None or kept[0] < most:
                connection.execute(_INSERT, _row(notice))

    def begin(self, notice: UUID) -> TakenNotice | None:
        row = self._change("attempts = attempts + 1", (), notice)
        return None if row is None else _notice(row)

    def failed(self, notice: UUID, error: str) -> None:
        self._change("last_error = %s", (error,), notice)

    def end(self, notice: UUID, state: NoticeState, at: datetime, error: str | None) -> None:
        self._change("state = %s, ended_at = %s, last_error = %s", (state, at, error), notice)

    def again(self, notice: UUID, deed: Deed) -> None:
        with self.control.transaction() as connection:
            row = connection.execute("SELECT state FROM notices WHERE id = %s FOR UPDATE", (notice,)).fetchone()
            if row is None:
                raise NoticeMissing
            if NoticeState(row[0]).useless:
                raise NoticeUseless
            connection.execute(
                "UPDATE notices SET state = 'pendiente', attempts = 0, ended_at = NULL WHERE id = %s", (notice,)
            )
            self.outbox(connection).put(NoticeTaken(notice))
            PostgresAuditLog(connection).record(deed)

    def page(self, state: NoticeState | None, cursor: str | None, limit: int) -> Page[TakenNotice]:
        asked = {"before": numbered(cursor), "state": state, "limit": limit + 1}
        with self.control.transaction() as connection:
            rows = connection.execute(_PAGE, asked).fetchall()
        more = len(rows) > limit
        return Page(tuple(_notice(row[1:]) for row in rows[:limit]), str(rows[limit - 1][0]) if more else None)

    def _change(self, assignments: str, values: tuple[object, ...], notice: UUID) -> TupleRow | None:
        """Of one that waits."""
        query = (
            f"UPDATE notices SET {assignments} WHERE id = %s AND state = 'pendiente'"  # noqa: S608
            f" RETURNING {_COLUMNS}"
        )
        with self.control.transaction() as connection:
            return connection.execute(query.encode(), (*values, notice)).fetchone()


def _row(n: TakenNotice) -> tuple[object, ...]:
    return (
        n.id, n.received_at, n.verdict, n.topic, n.reference, n.query, Jsonb([list(pair) for pair in n.headers]),
        n.body, n.remote, n.state, n.delivery, n.attempts, n.last_error, n.ended_at,
    )  # fmt: skip


def _notice(row: TupleRow) -> TakenNotice:
    (
        ident, received_at, verdict, topic, reference, query, headers, body, remote, state, delivery, attempts, error,
        ended_at,
    ) = row  # fmt: skip
    return TakenNotice(
        ident, received_at, Verdict(verdict), topic, reference, query, tuple((name, value) for name, value in headers),
        bytes(body), remote, NoticeState(state), delivery, attempts, error, ended_at,
    )  # fmt: skip
