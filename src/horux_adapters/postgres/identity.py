from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import TupleRow

from horux_adapters.postgres.control import ControlDatabase, refusing
from horux_adapters.postgres.listening import notify
from horux_core.identity.errors import AlreadyMember, EmailTaken, UserMissing
from horux_core.identity.model import Membership, RefreshToken, Role, Session, User
from horux_core.identity.ports import Cards, TenantCard
from horux_core.identity.throttling import FORGOTTEN_AFTER, LONGEST_WAIT, remaining
from horux_core.kernel.ids import SessionId, TenantId, UserId

SESSION, USER = "sesion", "usuario"
"""Kinds of notices: a session, and a user with its memberships."""

USER_COLUMNS = "id, email, nombre, platform_role, password_hash, must_change, temporary_until, active, created_at"
SESSION_COLUMNS = "id, user_id, tenant_id, created_at, expires_at, user_agent, ended_at"
_END = """
WITH ending AS (
    SELECT id FROM sessions WHERE user_id = %(user)s AND ended_at IS NULL AND expires_at > %(at)s
    ORDER BY id FOR NO KEY UPDATE)
UPDATE sessions s SET ended_at = %(at)s FROM ending
WHERE s.id = ending.id AND s.id IS DISTINCT FROM %(keep)s RETURNING s.id
"""
_FORGET = """
WITH going AS (SELECT id FROM sessions WHERE {} = %s ORDER BY id FOR UPDATE)
DELETE FROM sessions s USING going WHERE s.id = going.id RETURNING s.id
"""
_CARDS = """
SELECT t.id, t.rfc, t.nombre, t.plan, t.database_name, t.active,
       NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.tenant_id = t.id AND s.status IN ('authorized', 'pending')),
       m.role
FROM memberships m JOIN tenants t ON t.id = m.tenant_id
WHERE m.user_id = %s AND t.state = 'live'
"""
_FAILED = """
INSERT INTO login_failures (key, failures, last_at) VALUES (%(key)s, 1, %(now)s)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN login_failures.last_at <= %(forgotten)s THEN 1 ELSE login_failures.failures + 1 END,
    last_at = greatest(login_failures.last_at, EXCLUDED.last_at)
"""
_SWEEP = """
DELETE FROM login_failures WHERE key IN (
    SELECT key FROM login_failures WHERE last_at <= %(forgotten)s LIMIT 100 FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class PostgresUsers:
    connection: Connection[TupleRow]

    def add(self, user: User) -> None:
        with refusing(users_email_key=EmailTaken("Ya hay una cuenta con ese correo: usa otro o inicia sesión.")):
            self.connection.execute(
                f"INSERT INTO users ({USER_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",  # noqa: S608
                (user.id, *_changeable(user), user.created_at),
            )

    def by_email(self, email: str) -> User | None:
        return self._one("email = %s", email)

    def get(self, user: UserId) -> User | None:
        return self._one("id = %s", user)

    def lock(self, user: UserId) -> User:
        found = self._one("id = %s FOR NO KEY UPDATE", user)
        if found is None:
            raise UserMissing
        return found

    def save(self, user: User) -> None:
        with refusing(users_email_key=EmailTaken("Ya hay una cuenta con ese correo: usa otro.")):
            self.connection.execute(
                "UPDATE users SET email = %s, nombre = %s, platform_role = %s, password_hash = %s, must_change = %s,"
                " temporary_until = %s, active = %s, updated_at = now() WHERE id = %s",
                (*_changeable(user), user.id),
            )
        notify(self.connection, USER, str(user.id))

    def remove(self, user: UserId) -> None:
        self.connection.execute("SELECT FROM users WHERE id = %s FOR UPDATE", (user,))
        _forget_sessions(self.connection, "user_id", user)
        self.connection.execute("DELETE FROM users WHERE id = %s", (user,))
        notify(self.connection, USER, str(user))

    def _one(self, condition: str, value: object) -> User | None:
        row = self.connection.execute(
            f"SELECT {USER_COLUMNS} FROM users WHERE {condition}",  # noqa: S608
            (value,),
        ).fetchone()
        return user_of(row) if row else None


@dataclass(frozen=True, slots=True)
class PostgresMemberships:
    connection: Connection[TupleRow]

    def add(self, membership: Membership) -> None:
        with refusing(memberships_pkey=AlreadyMember("Esa persona ya pertenece a la empresa.")):
            # Not now(): two joined in one transaction keep their order.
            self.connection.execute(
                "INSERT INTO memberships (user_id, tenant_id, role, created_at) VALUES (%s, %s, %s, clock_timestamp())",
                (membership.user, membership.tenant, membership.role.value),
            )
        notify(self.connection, USER, str(membership.user))

    def of_user(self, user: UserId) -> tuple[Membership, ...]:
        rows = self.connection.execute(
            "SELECT user_id, tenant_id, role FROM memberships WHERE user_id = %s ORDER BY created_at, tenant_id",
            (user,),
        ).fetchall()
        return tuple(Membership(UserId(user), TenantId(tenant), Role(role)) for user, tenant, role in rows)

    def remove_tenant(self, tenant: TenantId) -> None:
        _forget_sessions(self.connection, "tenant_id", tenant)
        rows = self.connection.execute("DELETE FROM memberships WHERE tenant_id = %s RETURNING user_id", (tenant,))
        for (user,) in rows.fetchall():
            notify(self.connection, USER, str(user))


@dataclass(frozen=True, slots=True)
class PostgresSessionLog:
    connection: Connection[TupleRow]

    def add(self, session: Session) -> None:
        s = session
        self.connection.execute(
            f"INSERT INTO sessions ({SESSION_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)",  # noqa: S608
            (s.id, s.user, s.tenant, s.created_at, s.expires_at, s.user_agent, s.ended_at),
        )

    def lock(self, session: SessionId) -> Session | None:
        row = self.connection.execute(
            f"SELECT {SESSION_COLUMNS} FROM sessions WHERE id = %s FOR NO KEY UPDATE",  # noqa: S608
            (session,),
        ).fetchone()
        return session_of(row) if row else None

    def save(self, session: Session) -> None:
        self.connection.execute(
            "UPDATE sessions SET tenant_id = %s, expires_at = %s, user_agent = %s, ended_at = %s WHERE id = %s",
            (session.tenant, session.expires_at, session.user_agent, session.ended_at, session.id),
        )
        notify(self.connection, SESSION, str(session.id))

    def open_of(self, user: UserId, now: datetime) -> tuple[Session, ...]:
        rows = self.connection.execute(
            f"SELECT {SESSION_COLUMNS} FROM sessions"  # noqa: S608
            " WHERE user_id = %s AND ended_at IS NULL AND expires_at > %s ORDER BY created_at DESC, id",
            (user, now),
        ).fetchall()
        return tuple(session_of(row) for row in rows)

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


@dataclass(frozen=True, slots=True)
class PostgresDirectoryTransaction:
    users: PostgresUsers
    memberships: PostgresMemberships
    sessions: PostgresSessionLog


@dataclass(frozen=True, slots=True)
class PostgresDirectory:
    control: ControlDatabase

    @contextmanager
    def transaction(self) -> Iterator[PostgresDirectoryTransaction]:
        with self.control.transaction() as connection:
            yield PostgresDirectoryTransaction(
                PostgresUsers(connection), PostgresMemberships(connection), PostgresSessionLog(connection)
            )


@dataclass(frozen=True, slots=True)
class PostgresCardIndex:
    control: ControlDatabase

    def of(self, user: UserId, current: TenantId | None) -> Cards:
        with self.control.transaction() as connection:
            rows = connection.execute(_CARDS, (user,)).fetchall()
        cards = [_card(row) for row in rows]
        return Cards(None, tuple(sorted(cards, key=lambda card: (card.nombre.casefold(), card.rfc)))).at(current)


@dataclass(frozen=True, slots=True)
class PostgresThrottle:
    control: ControlDatabase

    def wait(self, key: str, now: datetime, most: int = LONGEST_WAIT) -> int:
        with self.control.transaction() as connection:
            row = connection.execute("SELECT failures, last_at FROM login_failures WHERE key = %s", (key,)).fetchone()
        return remaining(row[0], row[1], now, most) if row else 0

    def failed(self, key: str, now: datetime) -> None:
        values = {"key": key, "now": now, "forgotten": now - FORGOTTEN_AFTER}
        with self.control.transaction() as connection:
            connection.execute(_FAILED, values)
            connection.execute(_SWEEP, values)

    def succeeded(self, key: str) -> None:
        with self.control.transaction() as connection:
            connection.execute("DELETE FROM login_failures WHERE key = %s", (key,))


def user_of(row: TupleRow) -> User:
    ident, email, nombre, platform_role, *rest = row
    return User(UserId(ident), email, nombre, platform_role == "admin", *rest)


def session_of(row: TupleRow) -> Session:
    ident, user, tenant, *rest = row
    return Session(SessionId(ident), UserId(user), TenantId(tenant) if tenant else None, *rest)


def _card(row: TupleRow) -> TenantCard:
    ident, rfc, nombre, plan, database_name, active, read_only, role = row
    return TenantCard(TenantId(ident), rfc, nombre, plan, database_name, active, read_only, Role(role))


def _changeable(user: User) -> tuple[object, ...]:
    return (
        user.email.lower(),
        user.nombre,
        "admin" if user.platform_admin else None,
        user.password_hash,
        user.must_change,
        user.temporary_until,
        user.active,
    )


def _forget_sessions(connection: Connection[TupleRow], column: str, value: object) -> None:
    for (ident,) in connection.execute(_FORGET.format(column).encode(), (value,)).fetchall():
        notify(connection, SESSION, str(ident))
