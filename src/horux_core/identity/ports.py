"""What identity needs from the world.

All take their locks in one order, so that no two wait for each other: the person, then the taxpayer, then the
person's sessions, then a session's tokens.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from horux_core.audit.ports import AuditLog
from horux_core.identity.factors import Factor
from horux_core.identity.keys import ApiKey
from horux_core.identity.model import Member, Membership, RefreshToken, Reset, Role, Session, User
from horux_core.identity.throttling import LONGEST_WAIT
from horux_core.kernel.ids import KeyId, SessionId, TenantId, UserId
from horux_core.outbox.ports import Outbox


class Users(Protocol):
    def add(self, user: User) -> None:
        """Raises EmailTaken when another user, whatever the case of its letters, has the address."""

    def by_email(self, email: str) -> User | None:
        """The user with that lower-case address, active or not."""

    def get(self, user: UserId) -> User | None:
        """The user as it stands, not to be changed."""

    def lock(self, user: UserId) -> User:
        """Read it to change it: others wait for this transaction. Raises UserMissing."""

    def save(self, user: User) -> None:
        """Keep the new state of a user that `lock` gave; every process forgets what it remembered of it."""

    def remove(self, user: UserId) -> None:
        """Forget a user, its memberships and sessions; nothing when there is none."""

    def staff(self) -> tuple[User, ...]:
        """The operator's people that may come in, by address."""

    def every_operator(self) -> tuple[User, ...]:
        """The operator's people, those who may no longer come in too, by address."""

    def operators(self) -> frozenset[UserId]:
        """Everybody of the operator's, those who may no longer come in too."""


class Memberships(Protocol):
    def add(self, membership: Membership) -> None:
        """Raises AlreadyMember when the person has a role there already."""

    def of_user(self, user: UserId) -> tuple[Membership, ...]:
        """Oldest first."""

    def lock(self, tenant: TenantId) -> int:
        """Who belongs to the taxpayer is this transaction's alone to change; and how many they may be.

        Raises TenantGone when it is not live.
        """

    def accept(self, user: UserId, tenant: TenantId, at: datetime) -> None:
        """The person has come in there by itself: what is kept is when it first did.

        Whoever asks has locked the session first, if it locks one.
        """

    def people(self, tenant: TenantId) -> tuple[Member, ...]:
        """Everybody who belongs to the taxpayer, by address."""

    def remove(self, user: UserId, tenant: TenantId) -> None:
        """End what ties a person to a taxpayer and its sessions that work in it; nothing when nothing does."""

    def remove_tenant(self, tenant: TenantId) -> None:
        """End every membership of a taxpayer, the sessions that work in it and its API keys."""


class SessionLog(Protocol):
    def add(self, session: Session) -> None: ...

    def lock(self, session: SessionId) -> Session | None: ...

    def save(self, session: Session) -> None:
        """Keep its new state; every process forgets what it remembered of it, within a second."""

    def open_of(self, user: UserId, now: datetime) -> tuple[Session, ...]:
        """Sessions neither ended nor expired, newest first."""

    def last_begun(self) -> Mapping[UserId, datetime]:
        """When each of the operator's people last logged in, as far as its sessions are remembered."""

    def last_seen(self, tenant: TenantId, now: datetime, idle: timedelta) -> Mapping[UserId, datetime]:
        """When its members with an open session in it were last there. `idle` is how long an unused session lasts."""

    def end_of(self, user: UserId, at: datetime, keep: SessionId | None = None) -> int:
        """End every session of the user that is open at `at` but `keep`; how many. As `save`, all processes forget.

        All of them are locked, `keep` too.
        """

    def put_token(self, token: RefreshToken) -> None: ...

    def session_of(self, token_hash: str) -> SessionId | None:
        """Whose token it is: the session to be locked before it."""

    def lock_token(self, token_hash: str) -> RefreshToken | None:
        """Read it to use it, its session locked: another that asks for the same one waits and then sees it used."""

    def save_token(self, token: RefreshToken) -> None: ...


class Resets(Protocol):
    """Leaves to choose a new password. Who keeps or drops one has locked the person."""

    def keep(self, reset: Reset) -> None:
        """In place of the one the person had."""

    def find(self, token_hash: str) -> Reset | None: ...

    def drop(self, user: UserId) -> None:
        """Nothing when there is none."""


class Keys(Protocol):
    """The API keys of taxpayers. Who adds one has locked the memberships there: no two are counted apart."""

    def add(self, key: ApiKey) -> None: ...

    def of_tenant(self, tenant: TenantId) -> tuple[ApiKey, ...]:
        """Newest first."""

    def remove(self, tenant: TenantId, key: KeyId) -> ApiKey | None:
        """Revoke it: from the end of the transaction on it is let in nowhere. None when the taxpayer has none such."""


class Factors(Protocol):
    """Second factors, one a person. Who reads one to change it has locked the person."""

    def of(self, user: UserId) -> Factor | None: ...

    def put(self, factor: Factor) -> None:
        """In place of the one the person had."""

    def drop(self, user: UserId) -> bool:
        """Whether there was one."""

    def holders(self) -> frozenset[UserId]:
        """Everybody who has one."""


class DirectoryTransaction(Protocol):
    @property
    def users(self) -> Users: ...
    @property
    def memberships(self) -> Memberships: ...
    @property
    def sessions(self) -> SessionLog: ...
    @property
    def resets(self) -> Resets: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def factors(self) -> Factors: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def audit(self) -> AuditLog: ...


class Directory(Protocol):
    """The central database as identity sees it."""

    def transaction(self) -> AbstractContextManager[DirectoryTransaction]:
        """What is done inside is kept together, or on any exception not at all."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a session is worth right now."""

    session: Session
    user: User
    role: Role | None
    database_name: str | None


class Standings(Protocol):
    def of(self, session: SessionId) -> Standing | None:
        """The session with its user, its role in the session's taxpayer and that taxpayer's database name.

        None when there is no such session. May be remembered, and is forgotten within a second of any change.
        """

    def anew(self, session: SessionId) -> Standing | None:
        """The same as it is now, never as it is remembered: nobody is turned away for what was so a moment ago."""


class KeyRing(Protocol):
    """API keys as they are shown at the door."""

    def of(self, token_hash: str) -> ApiKey | None:
        """The key as it stands now, never as it is remembered."""

    def used(self, key: KeyId, at: datetime) -> None:
        """Note that it is in use, unless a use less than a minute before is noted. Waits for nobody."""


@dataclass(frozen=True, slots=True)
class TenantCard:
    id: TenantId
    rfc: str
    nombre: str
    plan: str
    database_name: str
    active: bool
    read_only: bool
    role: Role


@dataclass(frozen=True, slots=True)
class Cards:
    """What log-in answers with: the taxpayer being worked in, and every taxpayer of the user."""

    current: TenantCard | None
    all: tuple[TenantCard, ...]

    def at(self, tenant: TenantId | None) -> "Cards":
        """The same cards, working in that taxpayer; in none when it is not among them."""
        return Cards(next((card for card in self.all if card.id == tenant), None), self.all)


class CardIndex(Protocol):
    def of(self, user: UserId, current: TenantId | None) -> Cards:
        """Cards of the user's live taxpayers, by name; none for the staff, whoever let it in."""


class PasswordHasher(Protocol):
    def hash(self, password: str) -> str: ...

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Takes as long for None (nobody has the address) as for a hash."""

    def outdated(self, password_hash: str) -> bool:
        """Whether a hash should be made anew at the next log-in."""


class Tokens(Protocol):
    """Signed access tokens and random secrets."""

    def sign(self, claims: Mapping[str, object], expires_at: datetime) -> str: ...

    def read(self, token: str, now: datetime) -> Mapping[str, object]:
        """The claims of a token signed here, made and not expired at `now`. Raises TokenInvalid for anything else."""

    def secret(self) -> str:
        """A new random text of at least 256 bits, safe in URLs."""

    def temporary_password(self) -> str:
        """A new random password that a person can type, of at least 80 bits."""

    def digest(self, secret: str) -> str:
        """What is kept of a secret, so that it can be recognised and not read."""


class SeedSealer(Protocol):
    """Makes and seals the seeds of second factors (160 bits), each bound to its person."""

    def proposed(self, user: UserId, occasion: str) -> bytes:
        """A seed nobody can guess: for the same person and occasion the same, so that nothing is kept of it yet."""

    def seal(self, user: UserId, seed: bytes) -> str: ...

    def open(self, user: UserId, sealed: str) -> bytes:
        """Raises SecondFactorUnreadable: touched, another's, or of a key that is not held."""

    def current(self, sealed: str) -> bool:
        """Whether it is sealed with today's key."""


class Throttle(Protocol):
    """Counts failures, and what is done too often, by key, for all processes together."""

    def take(self, key: str, now: datetime, most: int) -> int:
        """Count one more, of `most`; or, when they were as many, only say how many seconds until they are forgotten.

        0 when it was counted. All are forgotten an hour after the last; of many at once no more are counted.
        """

    def wait(self, key: str, now: datetime, most: int = LONGEST_WAIT) -> int:
        """Seconds until the key may try again, `most` at the longest; 0 when it may now."""

    def failed(self, key: str, now: datetime) -> None:
        """One more failure: from the fifth on, each doubles the wait, from 2 s up to 900 s; forgotten after an hour."""

    def succeeded(self, key: str) -> None:
        """Forget the key's failures."""
