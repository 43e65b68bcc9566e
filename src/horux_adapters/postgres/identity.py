from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import TupleRow

from horux_adapters.postgres.audit import PostgresAuditLog
from horux_adapters.postgres.control import ControlDatabase, refusing
from horux_adapters.postgres.factors import PostgresFactors
from horux_adapters.postgres.keys import PostgresKeys
from horux_adapters.postgres.listening import notify
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_adapters.postgres.resets import PostgresResets
from horux_adapters.postgres.session_log import SESSION, PostgresSessionLog
from horux_core.identity.errors import AlreadyMember, EmailTaken, UserMissing
from horux_core.identity.model import Member, Membership, Role, User
from horux_core.identity.ports import Cards, TenantCard
from horux_core.kernel.ids import TenantId, UserId
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.errors import TenantGone
from horux_core.plans.model import Plan
from horux_core.plans.ports import Entitlements

USER = "usuario"
"""A kind of notice: a user with its memberships."""

USER_COLUMNS = (
    "id, email, nombre, platform_role, password_hash, must_change, temporary_until, active, created_at, temporary_from"
)
_PEOPLE = f"""
SELECT m.role, m.invited_as, m.invited_at, m.accepted_at, m.provisioned,
       {", ".join(f"u.{column}" for column in USER_COLUMNS.split(", "))}
FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = %s ORDER BY u.email COLLATE "C"
"""  # noqa: S608
_FORGET = """
WITH going AS (SELECT id FROM sessions WHERE {} ORDER BY id FOR UPDATE)
DELETE FROM sessions s USING going WHERE s.id = going.id RETURNING s.id
"""
_CARDS = """
SELECT t.id, t.rfc, t.nombre, t.plan, t.database_name, t.active, m.role
FROM memberships m JOIN tenants t ON t.id = m.tenant_id JOIN users u ON u.id = m.user_id
WHERE m.user_id = %s AND t.state = 'live' AND u.platform_role IS DISTINCT FROM 'admin'
"""


@dataclass(frozen=True, slots=True)
class PostgresUsers:
    connection: Connection[TupleRow]

    def add(self, user: User) -> None:
        with refusing(users_email_key=EmailTaken("Ya hay una cuenta con ese correo: usa otro o inicia sesión.")):
            self.connection.execute(
                f"INSERT INTO users ({USER_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",  # noqa: S608
                (user.id, *_changeable(user), user.created_at, user.temporary_from),
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
                " temporary_until = %s, active = %s, temporary_from = %s, updated_at = now() WHERE id = %s",
                (*_changeable(user), user.temporary_from, user.id),
            )
        notify(self.connection, USER, str(user.id))

    def remove(self, user: UserId) -> None:
        self.connection.execute("SELECT FROM users WHERE id = %s FOR UPDATE", (user,))
        _forget_sessions(self.connection, "user_id = %s", user)
        self.connection.execute("DELETE FROM users WHERE id = %s", (user,))
        notify(self.connection, USER, str(user))

    def staff(self) -> tuple[User, ...]:
        rows = self.connection.execute(
            f"SELECT {USER_COLUMNS} FROM users"  # noqa: S608
            " WHERE platform_role = 'admin' AND active ORDER BY email COLLATE \"C\""
        ).fetchall()
        return tuple(user_of(row) for row in rows)

    def every_operator(self) -> tuple[User, ...]:
        rows = self.connection.execute(
            f"SELECT {USER_COLUMNS} FROM users WHERE platform_role = 'admin' ORDER BY email COLLATE \"C\""  # noqa: S608
        ).fetchall()
        return tuple(user_of(row) for row in rows)

    def operators(self) -> frozenset[UserId]:
        rows = self.connection.execute("SELECT id FROM users WHERE platform_role = 'admin'").fetchall()
        return frozenset(UserId(ident) for (ident,) in rows)

    def _one(self, condition: str, value: object) -> User | None:
        query = f"SELECT {USER_COLUMNS} FROM users WHERE {condition}"  # noqa: S608
        row = self.connection.execute(query, (value,)).fetchone()
        return user_of(row) if row else None


@dataclass(frozen=True, slots=True)
class PostgresMemberships:
    connection: Connection[TupleRow]

    def add(self, membership: Membership) -> None:
        with refusing(memberships_pkey=AlreadyMember()):
            # Not now(): two joined in one transaction keep their order.
            self.connection.execute(
                "INSERT INTO memberships"
                " (user_id, tenant_id, role, invited_as, invited_at, accepted_at, provisioned, created_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, clock_timestamp())",
                astuple(membership),
            )
        notify(self.connection, USER, str(membership.user))

    def of_user(self, user: UserId) -> tuple[Membership, ...]:
        rows = self.connection.execute(
            "SELECT tenant_id, role, invited_as, invited_at, accepted_at, provisioned FROM memberships"
            " WHERE user_id = %s ORDER BY created_at, tenant_id",
            (user,),
        ).fetchall()
        return tuple(Membership(user, TenantId(tenant), Role(role), *rest) for tenant, role, *rest in rows)

    def accept(self, user: UserId, tenant: TenantId, at: datetime) -> None:
        self.connection.execute(
            "UPDATE memberships SET accepted_at = %s WHERE user_id = %s AND tenant_id = %s AND accepted_at IS NULL",
            (at, user, tenant),
        )

    def lock(self, tenant: TenantId) -> int:
        query = "SELECT plan, users_limit_override FROM tenants WHERE id = %s AND state = 'live' FOR NO KEY UPDATE"
        row = self.connection.execute(query, (tenant,)).fetchone()
        if row is None:
            raise TenantGone
        plan, own = row
        return CATALOGUE[Plan(plan)].users_limit if own is None else int(own)

    def people(self, tenant: TenantId) -> tuple[Member, ...]:
        rows = self.connection.execute(_PEOPLE.encode(), (tenant,)).fetchall()
        return tuple(_member(tenant, row) for row in rows)

    def remove(self, user: UserId, tenant: TenantId) -> None:
        _forget_sessions(self.connection, "user_id = %s AND tenant_id = %s", user, tenant)
        self.connection.execute("DELETE FROM memberships WHERE user_id = %s AND tenant_id = %s", (user, tenant))
        notify(self.connection, USER, str(user))

    def remove_tenant(self, tenant: TenantId) -> None:
        _forget_sessions(self.connection, "tenant_id = %s", tenant)
        rows = self.connection.execute("DELETE FROM memberships WHERE tenant_id = %s RETURNING user_id", (tenant,))
        for (user,) in rows.fetchall():
            notify(self.connection, USER, str(user))
        self.connection.execute("DELETE FROM api_keys WHERE tenant_id = %s", (tenant,))


@dataclass(frozen=True, slots=True)
class PostgresDirectoryTransaction:
    users: PostgresUsers
    memberships: PostgresMemberships
    sessions: PostgresSessionLog
    resets: PostgresResets
    keys: PostgresKeys
    factors: PostgresFactors
    outbox: PostgresOutbox
    audit: PostgresAuditLog


@dataclass(frozen=True, slots=True)
class PostgresDirectory:
    control: ControlDatabase

    @contextmanager
    def transaction(self) -> Iterator[PostgresDirectoryTransaction]:
        with self.control.transaction() as connection:
            yield PostgresDirectoryTransaction(
                PostgresUsers(connection), PostgresMemberships(connection), PostgresSessionLog(connection),
                PostgresResets(connection), PostgresKeys(connection), PostgresFactors(connection),
                PostgresOutbox(connection), PostgresAuditLog(connection),
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PostgresCardIndex:
    control: ControlDatabase
    entitlements: Entitlements

    def of(self, user: UserId, current: TenantId | None) -> Cards:
        with self.control.transaction() as connection:
            rows = connection.execute(_CARDS, (user,)).fetchall()
        cards = [card for row in rows if (card := self._card(row)) is not None]
        return Cards(None, tuple(sorted(cards, key=lambda card: (card.nombre.casefold(), card.rfc)))).at(current)

    def _card(self, row: TupleRow) -> TenantCard | None:
        ident, rfc, nombre, plan, database_name, active, role = row
        try:
            read_only = not self.entitlements.of(TenantId(ident)).writable
        except TenantGone:
            return None
        return TenantCard(TenantId(ident), rfc, nombre, plan, database_name, active, read_only, Role(role))


def user_of(row: TupleRow) -> User:
    ident, email, nombre, platform_role, *rest = row
    return User(UserId(ident), email, nombre, platform_role == "admin", *rest)


def _member(tenant: TenantId, row: TupleRow) -> Member:
    role, invited_as, invited_at, accepted_at, provisioned, *columns = row
    user = user_of(tuple(columns))
    return Member(user, Membership(user.id, tenant, Role(role), invited_as, invited_at, accepted_at, provisioned))


def _changeable(user: User) -> tuple[object, ...]:
    return (
        user.email.lower(), user.nombre, "admin" if user.platform_admin else None, user.password_hash,
        user.must_change, user.temporary_until, user.active,
    )  # fmt: skip


def _forget_sessions(connection: Connection[TupleRow], condition: str, *values: object) -> None:
    for (ident,) in connection.execute(_FORGET.format(condition).encode(), values).fetchall():
        notify(connection, SESSION, str(ident))
