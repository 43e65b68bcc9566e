from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from horux_adapters.postgres.control import ControlDatabase
from horux_core.audit.model import Deed, Entry, Hands
from horux_core.kernel.ids import SessionId, TenantId, UserId
from horux_core.kernel.pages import Page, numbered

COLUMNS = "id, user_id, email, session_id, tenant_id, action, method, path, request_id, detail"
"""What the service tells the trail; its number and its time are the database's own."""
_INSERT = f"INSERT INTO audit_log ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
_FIRST_VIEW = " ON CONFLICT (session_id, tenant_id) WHERE action = 'vista' DO NOTHING"
_SEEN = "SELECT 1 FROM audit_log WHERE session_id = %s AND tenant_id = %s AND action = 'vista'"


_PAGE = (
    f"SELECT n, at, {COLUMNS} FROM audit_log"  # noqa: S608
    " WHERE (%(before)s::bigint IS NULL OR n < %(before)s)"
    " AND (%(tenant)s::uuid IS NULL OR tenant_id = %(tenant)s)"
    " AND position(lower(%(who)s::text) IN lower(email)) > 0"
    " AND (%(action)s::text = '' OR action = %(action)s::text)"
    " AND (%(theirs)s::boolean IS NULL"
    " OR (user_id IS NULL OR user_id = ANY(%(operators)s::uuid[])) = %(theirs)s::boolean)"
    " ORDER BY n DESC LIMIT %(limit)s"
)


@dataclass(frozen=True, slots=True)
class PostgresAuditLog:
    """The trail, in the transaction of `connection`."""

    connection: Connection[TupleRow]

    def record(self, deed: Deed) -> None:
        self.connection.execute(_INSERT, _row(deed))


@dataclass(frozen=True, slots=True)
class PostgresAuditTrail:
    control: ControlDatabase

    def record(self, deed: Deed) -> None:
        with self.control.transaction() as connection:
            PostgresAuditLog(connection).record(deed)

    def record_view(self, deed: Deed) -> None:
        with self.control.transaction() as connection:
            if connection.execute(_SEEN, (deed.session, deed.tenant)).fetchone() is None:
                connection.execute(_INSERT + _FIRST_VIEW, _row(deed))

    def was_viewed(self, session: SessionId | None, tenant: TenantId) -> bool:
        with self.control.transaction() as connection:
            return connection.execute(_SEEN, (session, tenant)).fetchone() is not None

    def page(
        self,
        tenant: TenantId | None,
        cursor: str | None,
        limit: int,
        who: str = "",
        action: str = "",
        hands: Hands | None = None,
    ) -> Page[Entry]:
        asked = {
            "before": numbered(cursor),
            "tenant": tenant,
            "limit": limit + 1,
            "who": who,
            "action": action,
            "theirs": hands and hands.theirs,
            "operators": list(hands.operators) if hands else [],
        }
        with self.control.transaction() as connection:
            rows = connection.execute(_PAGE, asked).fetchall()
        more = len(rows) > limit
        return Page(tuple(_entry(row) for row in rows[:limit]), str(rows[limit - 1][0]) if more else None)


def _row(d: Deed) -> tuple[object, ...]:
    return (d.id, d.user, d.email, d.session, d.tenant, d.action, d.method, d.path, d.request_id, Jsonb(d.detail))


def _entry(row: TupleRow) -> Entry:
    _, at, ident, user, email, session, tenant, action, method, path, request, detail = row
    return Entry(
        ident,
        UserId(user) if user else None,
        email,
        SessionId(session) if session else None,
        TenantId(tenant) if tenant else None,
        action,
        method,
        path,
        request,
        detail,
        at,
    )
