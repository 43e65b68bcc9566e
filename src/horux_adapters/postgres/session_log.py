from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import Connection
from psycopg.rows import TupleRow

from horux_adapters.postgres.listening import notify
from horux_core.identity.model import RefreshToken, Session
from horux_core.kernel.ids import SessionId, TenantId, UserId

SESSION = "sesion"
"""A kind of notice: a session."""
SESSION_COLUMNS = "id, user_id, tenant_id, created_at, expires_at, user_agent, ended_at, proved_at, factor_at"
_END = """
WITH ending AS (
    SELECT id FROM sessions WHERE user_id = %(user)s AND ended_at IS NULL AND expires_at > %(at)s
    ORDER BY id FOR NO KEY UPDATE)
UPDATE sessions s SET ended_at = %(at)s FROM ending
WHERE s.id = ending.id AND s.id IS DISTINCT FROM %(keep)s RETURNING s.id
"""


@dataclass(frozen=True, slots=True)
class PostgresSessionLog:
    connection: Connection[TupleRow]

    def add(self, session: Session) -> None:
        s = session
        self.connection.execute(
            f"INSERT INTO sessions ({SESSION_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",  # noqa: S608
            (s.id, s.user, s.tenant, s.created_at, s.expires_at, s.user_agent, s.ended_at, s.proved_at, s.factor_at),
        )

    def lock(self, session: SessionId) -> Session | None:
        row = self.connection.execute(
            f"SELECT {SESSION_COLUMNS} FROM sessions WHERE id = %s FOR NO KEY UPDATE",  # noqa: S608
            (session,),
        ).fetchone()
        return session_of(row) if row else None

    def save(self, session: Session) -> None:
        self.connection.execute(
            "UPDATE sessions SET tenant_id = %s, expires_at = %s, user_agent = %s, ended_at = %s, proved_at = %s"
            " WHERE id = %s",
            (session.tenant, session.expires_at, session.user_agent, session.ended_at, session.proved_at, session.id),
        )
        notify(self.connection, SESSION, str(session.id))

    def open_of(self, user: UserId, now: datetime) -> tuple[Session, ...]:
        rows = self.connection.execute(
            f"SELECT {SESSION_COLUMNS} FROM sessions"  # noqa: S608
            " WHERE user_id = %s AND ended_at IS NULL AND expires_at > %s ORDER BY created_at DESC, id",
            (user, now),
        ).fetchall()
        return tuple(session_of(row) for row in rows)

    def last_begun(self) -> Mapping[UserId, datetime]:
        rows = self.connection.execute(
            "SELECT s.user_id, max(s.created_at) FROM sessions s JOIN users u ON u.id = s.user_id"
            " WHERE u.platform_role = 'admin' GROUP BY s.user_id"
        ).fetchall()
        return {UserId(user): begun for user, begun in rows}

    def last_seen(self, tenant: TenantId, now: datetime, idle: timedelta) -> Mapping[UserId, datetime]:
        rows = self.connection.execute(
            "SELECT s.user_id, max(greatest(s.created_at, s.expires_at - %(idle)s)) FROM sessions s"
            " JOIN memberships m ON m.user_id = s.user_id AND m.tenant_id = s.tenant_id"
            " WHERE s.tenant_id = %(tenant)s AND s.ended_at IS NULL AND s.expires_at > %(now)s GROUP BY s.user_id",
            {"tenant": tenant, "now": now, "idle": idle},
        ).fetchall()
        return {UserId(user): seen for user, seen in rows}

    def end_of(self, user: UserId, at: datetime, keep: SessionId | None = None) -> int:
        ended = self.connection.execute(_END, {"user": user, "at": at, "keep": keep}).fetchall()
        for (ident,) in ended:
            notify(self.connection, SESSION, str(ident))
        return len(ended)

    def put_token(self, token: RefreshToken) -> None:
        self.connection.execute(
            "INSERT INTO refresh_tokens (token_hash, session_id, expires_at, used_at) VALUES (%s, %s, %s, %s)",
            (token.token_hash, token.session, token.expires_at, token.used_at),
        )

    def session_of(self, token_hash: str) -> SessionId | None:
        row = self.connection.execute(
            "SELECT session_id FROM refresh_tokens WHERE token_hash = %s", (token_hash,)
        ).fetchone()
        return SessionId(row[0]) if row else None

    def lock_token(self, token_hash: str) -> RefreshToken | None:
        row = self.connection.execute(
            "SELECT token_hash, session_id, expires_at, used_at FROM refresh_tokens"
            " WHERE token_hash = %s FOR NO KEY UPDATE",
            (token_hash,),
        ).fetchone()
        return RefreshToken(row[0], SessionId(row[1]), row[2], row[3]) if row else None

    def save_token(self, token: RefreshToken) -> None:
        self.connection.execute(
            "UPDATE refresh_tokens SET used_at = %s WHERE token_hash = %s", (token.used_at, token.token_hash)
        )


def session_of(row: TupleRow) -> Session:
    ident, user, tenant, *rest = row
    return Session(SessionId(ident), UserId(user), TenantId(tenant) if tenant else None, *rest)
