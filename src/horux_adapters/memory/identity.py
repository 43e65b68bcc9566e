from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from horux_adapters.memory.audit import MemoryAuditLog
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.factors import MemoryFactors
from horux_adapters.memory.keys import MemoryKeys
from horux_adapters.memory.outbox import MemoryOutbox
from horux_core.identity.errors import AlreadyMember, EmailTaken, UserMissing
from horux_core.identity.model import Member, Membership, RefreshToken, Reset, Session, User
from horux_core.identity.ports import Cards, Standing, TenantCard
from horux_core.identity.throttling import FORGOTTEN_AFTER, LONGEST_WAIT, forgotten_in, remaining
from horux_core.kernel.ids import SessionId, TenantId, UserId
from horux_core.plans.errors import TenantGone
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.model import Tenant, TenantState


@dataclass(frozen=True, slots=True)
class MemoryUsers:
    tables: Tables

    def add(self, user: User) -> None:
        email = user.email.lower()
        if self.by_email(email) is not None:
            raise EmailTaken("Ya hay una cuenta con ese correo: usa otro o inicia sesión.")
        self.tables["users"][user.id] = replace(user, email=email)

    def by_email(self, email: str) -> User | None:
        return next((user for user in self.tables["users"].values() if user.email == email), None)

    def get(self, user: UserId) -> User | None:
        found: User | None = self.tables["users"].get(user)
        return found

    def lock(self, user: UserId) -> User:
        found: User | None = self.tables["users"].get(user)
        if found is None:
            raise UserMissing
        return found

    def save(self, user: User) -> None:
        self.tables["users"][user.id] = user

    def remove(self, user: UserId) -> None:
        self.tables["users"].pop(user, None)
        self.tables["password_resets"].pop(user, None)
        self.tables["second_factors"].pop(user, None)
        _drop(self.tables, "memberships", [key for key in self.tables["memberships"] if key[0] == user])
        _drop_sessions(self.tables, [s.id for s in self.tables["sessions"].values() if s.user == user])

    def staff(self) -> tuple[User, ...]:
        found: list[User] = [user for user in self.tables["users"].values() if user.platform_admin and user.active]
        return tuple(sorted(found, key=lambda user: user.email))

    def every_operator(self) -> tuple[User, ...]:
        found = [user for user in self.tables["users"].values() if user.platform_admin]
        return tuple(sorted(found, key=lambda user: user.email))

    def operators(self) -> frozenset[UserId]:
        return frozenset(user.id for user in self.tables["users"].values() if user.platform_admin)


@dataclass(frozen=True, slots=True)
class MemoryMemberships:
    tables: Tables

    def add(self, membership: Membership) -> None:
        key = (membership.user, membership.tenant)
        if key in self.tables["memberships"]:
            raise AlreadyMember
        self.tables["memberships"][key] = membership

    def of_user(self, user: UserId) -> tuple[Membership, ...]:
        return tuple(m for m in self.tables["memberships"].values() if m.user == user)

    def accept(self, user: UserId, tenant: TenantId, at: datetime) -> None:
        found: Membership | None = self.tables["memberships"].get((user, tenant))
        if found is not None and found.accepted_at is None:
            self.tables["memberships"][user, tenant] = replace(found, accepted_at=at)

    def lock(self, tenant: TenantId) -> int:
        found = _live(self.tables, tenant)
        if found is None:
            raise TenantGone
        return found.users_limit

    def people(self, tenant: TenantId) -> tuple[Member, ...]:
        found: list[Membership] = [m for m in self.tables["memberships"].values() if m.tenant == tenant]
        people = (Member(self.tables["users"][m.user], m) for m in found)
        return tuple(sorted(people, key=lambda member: member.user.email))

    def remove(self, user: UserId, tenant: TenantId) -> None:
        self.tables["memberships"].pop((user, tenant), None)
        working: list[Session] = list(self.tables["sessions"].values())
        _drop_sessions(self.tables, [s.id for s in working if (s.user, s.tenant) == (user, tenant)])

    def remove_tenant(self, tenant: TenantId) -> None:
        _drop(self.tables, "memberships", [key for key in self.tables["memberships"] if key[1] == tenant])
        _drop_sessions(self.tables, [s.id for s in self.tables["sessions"].values() if s.tenant == tenant])
        MemoryKeys(self.tables).remove_all(tenant)


@dataclass(frozen=True, slots=True)
class MemorySessionLog:
    tables: Tables

    def add(self, session: Session) -> None:
        self.tables["sessions"][session.id] = session

    def lock(self, session: SessionId) -> Session | None:
        found: Session | None = self.tables["sessions"].get(session)
        return found

    def save(self, session: Session) -> None:
        self.tables["sessions"][session.id] = session

    def open_of(self, user: UserId, now: datetime) -> tuple[Session, ...]:
        own = [s for s in self.tables["sessions"].values() if s.user == user and s.live(now)]
        return tuple(sorted(own, key=lambda s: s.created_at, reverse=True))

    def last_begun(self) -> Mapping[UserId, datetime]:
        begun: dict[UserId, datetime] = {}
        for session in self.tables["sessions"].values():
            if self.tables["users"][session.user].platform_admin:
                begun[session.user] = max(session.created_at, begun.get(session.user, session.created_at))
        return begun

    def last_seen(self, tenant: TenantId, now: datetime, idle: timedelta) -> Mapping[UserId, datetime]:
        seen: dict[UserId, datetime] = {}
        members = {user for user, of in self.tables["memberships"] if of == tenant}
        for session in self.tables["sessions"].values():
            if session.tenant == tenant and session.live(now) and session.user in members:
                used = max(session.created_at, session.expires_at - idle)
                seen[session.user] = max(used, seen.get(session.user, used))
        return seen

    def end_of(self, user: UserId, at: datetime, keep: SessionId | None = None) -> int:
        ending = [session for session in self.open_of(user, at) if session.id != keep]
        for session in ending:
            self.save(session.ended(at))
        return len(ending)

    def put_token(self, token: RefreshToken) -> None:
        self.tables["refresh_tokens"][token.token_hash] = token

    def session_of(self, token_hash: str) -> SessionId | None:
        token = self.lock_token(token_hash)
        return token.session if token else None

    def lock_token(self, token_hash: str) -> RefreshToken | None:
        found: RefreshToken | None = self.tables["refresh_tokens"].get(token_hash)
        return found

    def save_token(self, token: RefreshToken) -> None:
        self.tables["refresh_tokens"][token.token_hash] = token


@dataclass(frozen=True, slots=True)
class MemoryResets:
    tables: Tables

    def keep(self, reset: Reset) -> None:
        self.tables["password_resets"][reset.user] = reset

    def find(self, token_hash: str) -> Reset | None:
        kept: list[Reset] = list(self.tables["password_resets"].values())
        return next((reset for reset in kept if reset.token_hash == token_hash), None)

    def drop(self, user: UserId) -> None:
        self.tables["password_resets"].pop(user, None)


@dataclass(frozen=True, slots=True)
class MemoryDirectoryTransaction:
    users: MemoryUsers
    memberships: MemoryMemberships
    sessions: MemorySessionLog
    resets: MemoryResets
    keys: MemoryKeys
    factors: MemoryFactors
    outbox: MemoryOutbox
    audit: MemoryAuditLog


@dataclass(frozen=True, slots=True)
class MemoryDirectory:
    control: MemoryDatabase

    @contextmanager
    def transaction(self) -> Iterator[MemoryDirectoryTransaction]:
        with self.control.transaction() as tables:
            yield MemoryDirectoryTransaction(
                MemoryUsers(tables), MemoryMemberships(tables), MemorySessionLog(tables), MemoryResets(tables),
                MemoryKeys(tables), MemoryFactors(tables), MemoryOutbox(tables, self.control.clock),
                MemoryAuditLog(tables, self.control.clock),
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MemoryStandings:
    control: MemoryDatabase

    def of(self, session: SessionId) -> Standing | None:
        with self.control.transaction() as tables:
            found: Session | None = tables["sessions"].get(session)
            if found is None:
                return None
            user: User = tables["users"][found.user]
            membership: Membership | None = tables["memberships"].get((user.id, found.tenant))
            tenant = _live(tables, found.tenant)
        return Standing(found, user, membership.role if membership else None, tenant.database_name if tenant else None)

    def anew(self, session: SessionId) -> Standing | None:
        return self.of(session)


@dataclass(frozen=True, slots=True)
class MemoryCardIndex:
    control: MemoryDatabase
    entitlements: Entitlements

    def of(self, user: UserId, current: TenantId | None) -> Cards:
        with self.control.transaction() as tables:
            own = [m for m in tables["memberships"].values() if m.user == user]
            own = [m for m in own if not tables["users"][m.user].platform_admin]
            live = [(tenant, m) for m in own if (tenant := _live(tables, m.tenant)) is not None]
            cards = [_card(tenant, m, self.entitlements.of(tenant.id).writable) for tenant, m in live]
        return Cards(None, tuple(sorted(cards, key=lambda card: (card.nombre.casefold(), card.rfc)))).at(current)


@dataclass(frozen=True, slots=True)
class MemoryThrottle:
    control: MemoryDatabase

    def take(self, key: str, now: datetime, most: int) -> int:
        with self.control.transaction() as tables:
            failures, last_at = tables["login_failures"].get(key, (0, now))
            if failures >= most and now - last_at < FORGOTTEN_AFTER:
                return forgotten_in(last_at, now)
            self.failed(key, now)
        return 0

    def wait(self, key: str, now: datetime, most: int = LONGEST_WAIT) -> int:
        failures, last_at = self.control.tables["login_failures"].get(key, (0, now))
        return remaining(failures, last_at, now, most)

    def failed(self, key: str, now: datetime) -> None:
        with self.control.transaction() as tables:
            kept = tables["login_failures"]
            _drop(tables, "login_failures", [k for k, (_, at) in kept.items() if now - at >= FORGOTTEN_AFTER])
            failures, last_at = kept.get(key, (0, now))
            kept[key] = (failures + 1, max(last_at, now))

    def succeeded(self, key: str) -> None:
        with self.control.transaction() as tables:
            tables["login_failures"].pop(key, None)


def _live(tables: Tables, tenant: TenantId | None) -> Tenant | None:
    found: Tenant | None = tables["tenants"].get(tenant)
    return found if found is not None and found.state is TenantState.LIVE else None


def _card(tenant: Tenant, membership: Membership, writable: bool) -> TenantCard:
    return TenantCard(
        tenant.id,
        str(tenant.rfc),
        tenant.nombre,
        tenant.plan.value,
        tenant.database_name,
        tenant.active,
        not writable,
        membership.role,
    )


def _drop(tables: Tables, table: str, keys: list[object]) -> None:
    for key in keys:
        tables[table].pop(key, None)


def _drop_sessions(tables: Tables, sessions: list[SessionId]) -> None:
    gone = set(sessions)
    _drop(tables, "refresh_tokens", [t.token_hash for t in tables["refresh_tokens"].values() if t.session in gone])
    _drop(tables, "sessions", list(gone))
