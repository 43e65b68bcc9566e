from dataclasses import dataclass

from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from horux_adapters.postgres.control import ControlDatabase
from horux_core.audit.model import Entry
from horux_core.kernel.ids import SessionId, TenantId, UserId
from horux_core.kernel.pages import Page, numbered

_COLUMNS = "id, at, user_id, email, session_id, tenant_id, action, method, path, request_id, detail"
_INSERT = f"INSERT INTO audit_log ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
_FIRST_VIEW = " ON CONFLICT (session_id, tenant_id) WHERE action = 'vista' DO NOTHING"


@dataclass(frozen=True, slots=True)
class PostgresAuditTrail:
    control: ControlDatabase

    def record(self, entry: Entry) -> None:
        with self.control.transaction() as connection:
            connection.execute(_INSERT, _row(entry))

    def record_view(self, entry: Entry) -> None:
        with self.control.transaction() as connection:
            connection.execute(_INSERT + _FIRST_VIEW, _row(entry))

    def page(self, tenant: TenantId | None, cursor: str | None, limit: int) -> Page[Entry]:
        before = numbered(cursor)
        with self.control.transaction() as connection:
            rows = connection.execute(
                f"SELECT n, {_COLUMNS} FROM audit_log"  # noqa: S608
                " WHERE (%(before)s::bigint IS NULL OR n < %(before)s)"
                " AND (%(tenant)s::uuid IS NULL OR tenant_id = %(tenant)s)"
                " ORDER BY n DESC LIMIT %(limit)s",
                {"before": before, "tenant": tenant, "limit": limit + 1},
            ).fetchall()
        more = len(rows) > limit
        return Page(tuple(_entry(row) for row in rows[:limit]), str(rows[limit - 1][0]) if more else None)


def _row(e: Entry) -> tuple[object, ...]:
    return (
        e.id, e.at, e.user, e.email, e.session, e.tenant, e.action, e.method, e.path, e.request_id, Jsonb(e.detail),
    )  # fmt: skip


def _entry(row: TupleRow) -> Entry:
    _, ident, at, user, email, session, tenant, action, method, path, request, detail = row
    return Entry(
        ident,
        at,
        UserId(user) if user else None,
        email,
        SessionId(session) if session else None,
        TenantId(tenant) if tenant else None,
        action,
        method,
        path,
        request,
        detail,
    )
