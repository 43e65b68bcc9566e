from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.rows import TupleRow

from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.identity import USER, USER_COLUMNS, user_of
from horux_adapters.postgres.listening import Cache, Changes
from horux_adapters.postgres.session_log import SESSION, SESSION_COLUMNS, session_of
from horux_core.identity.model import Role, Session, User
from horux_core.identity.ports import Standing
from horux_core.kernel.ids import SessionId, TenantId, UserId

TENANT = "tenant"


@dataclass(frozen=True, slots=True)
class _Person:
    user: User
    roles: Mapping[TenantId, Role]


class PostgresStandings:
    """Sessions, people and taxpayers are remembered apart: each has its own word of change."""

    def __init__(self, control: ControlDatabase, changes: Changes) -> None:
        self._control = control
        self._sessions: Cache[SessionId, Session | None] = Cache(changes, SESSION, self._session)
        self._people: Cache[UserId, _Person | None] = Cache(changes, USER, self._person)
        self._databases: Cache[TenantId, str | None] = Cache(changes, TENANT, self._database)

    def of(self, session: SessionId) -> Standing | None:
        found = self._sessions.get(session)
        person = self._people.get(found.user) if found else None
        if found is None or person is None:
            return None
        if found.tenant is None:
            return Standing(found, person.user, None, None)
        return Standing(found, person.user, person.roles.get(found.tenant), self._databases.get(found.tenant))

    def anew(self, session: SessionId) -> Standing | None:
        self._sessions.forget(str(session))
        found = self._sessions.get(session)
        if found is None:
            return None
        self._people.forget(str(found.user))
        if found.tenant is not None:
            self._databases.forget(str(found.tenant))
        return self.of(session)

    def caches(self) -> dict[str, Cache[Any, Any]]:
        """What is remembered, by what it is."""
        return {"sesiones": self._sessions, "personas": self._people, "bases": self._databases}

    def _session(self, ident: SessionId) -> Session | None:
        row = self._one(f"SELECT {SESSION_COLUMNS} FROM sessions WHERE id = %s", ident)  # noqa: S608
        return session_of(row) if row else None

    def _person(self, ident: UserId) -> _Person | None:
        with self._control.transaction() as connection:
            row = connection.execute(
                f"SELECT {USER_COLUMNS} FROM users WHERE id = %s",  # noqa: S608
                (ident,),
            ).fetchone()
            roles = connection.execute(
                "SELECT tenant_id, role FROM memberships WHERE user_id = %s", (ident,)
            ).fetchall()
        return _Person(user_of(row), {TenantId(tenant): Role(role) for tenant, role in roles}) if row else None

    def _database(self, ident: TenantId) -> str | None:
        row = self._one("SELECT database_name FROM tenants WHERE id = %s AND state = 'live'", ident)
        return str(row[0]) if row else None

    def _one(self, query: str, value: object) -> TupleRow | None:
        with self._control.transaction() as connection:
            return connection.execute(query.encode(), (value,)).fetchone()
