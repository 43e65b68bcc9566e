"""Who uses the product: people, what ties them to a taxpayer, and the sessions they work in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from horux_core.identity import errors
from horux_core.identity.keys import ApiKey, Scope
from horux_core.kernel.ids import KeyId, SessionId, TenantId, UserId

SESSION_LIMIT = timedelta(days=90)
"""A session ends this long after log-in, however much it is used."""


class Role(StrEnum):
    """What a person is to one taxpayer. `visor` only reads."""

    OWNER = "owner"
    CONTADOR = "contador"
    VISOR = "visor"


class Permission(StrEnum):
    OPERATE = "operate"
    """Tenant administration, prices and payment links: the operator's staff alone."""
    READ_BOOKS = "read-books"
    WRITE_BOOKS = "write-books"
    CONFIGURE = "configure"
    """Fiscal settings and filed returns."""
    OWN = "own"
    """Users, keys, the FIEL and the audit trail of a taxpayer."""


_ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.VISOR: frozenset({Permission.READ_BOOKS}),
    Role.CONTADOR: frozenset({Permission.READ_BOOKS, Permission.WRITE_BOOKS, Permission.CONFIGURE}),
    Role.OWNER: frozenset({Permission.READ_BOOKS, Permission.WRITE_BOOKS, Permission.CONFIGURE, Permission.OWN}),
}

_BY_KEY: dict[Scope, frozenset[Permission]] = {
    Scope.CFDI_READ: frozenset({Permission.READ_BOOKS}),
    Scope.CFDI_WRITE: frozenset({Permission.READ_BOOKS, Permission.WRITE_BOOKS}),
    Scope.REPORTES_READ: frozenset({Permission.READ_BOOKS}),
}
"""Never more than a visor or a contador may; which of their work, the scope that each route admits says."""


@dataclass(frozen=True, slots=True)
class User:
    """A person who logs in. `email` is kept lower-case and is unique. A platform admin comes into no taxpayer.

    A temporary password (`must_change`) opens nothing but the choice of a new one, until `temporary_until`;
    `temporary_from` is the taxpayer for which it was mailed.
    """

    id: UserId
    email: str
    nombre: str
    platform_admin: bool
    password_hash: str | None
    must_change: bool
    temporary_until: datetime | None
    active: bool
    created_at: datetime
    temporary_from: TenantId | None = None

    @property
    def has_chosen(self) -> bool:
        """Whether the password is its owner's own."""
        return self.password_hash is not None and not self.must_change

    def called(self, nombre: str) -> Self:
        """By the name that others write, which is its own from the moment its password is."""
        return self if self.has_chosen else replace(self, nombre=nombre)

    def with_password(self, password_hash: str) -> Self:
        return replace(self, password_hash=password_hash, must_change=False, temporary_until=None, temporary_from=None)

    def with_temporary_password(self, password_hash: str, until: datetime, tenant: TenantId | None = None) -> Self:
        return replace(
            self, password_hash=password_hash, must_change=True, temporary_until=until, temporary_from=tenant
        )

    def rehashed(self, password_hash: str) -> Self:
        """The same password, kept at today's cost."""
        return replace(self, password_hash=password_hash)

    def temporary_expired(self, now: datetime) -> bool:
        return self.must_change and self.temporary_until is not None and self.temporary_until <= now

    def holds_temporary(self, now: datetime) -> bool:
        """Whether a temporary password of its still opens."""
        return self.password_hash is not None and self.must_change and not self.temporary_expired(now)

    def may_enter(self, now: datetime) -> bool:
        """Whether it may log in and go on working."""
        return self.active and not self.temporary_expired(now)


@dataclass(frozen=True, slots=True)
class Membership:
    """What a person is to a taxpayer. It takes it on when it first comes in there by itself (`accepted_at`).

    `invited_as` is the name that whoever let it in wrote. `provisioned` is the owner the operator gave a new client:
    it belongs there from the first, where whoever was invited does not until it has come in.
    """

    user: UserId
    tenant: TenantId
    role: Role
    invited_as: str | None = None
    invited_at: datetime | None = None
    accepted_at: datetime | None = None
    provisioned: bool = False

    @property
    def binding(self) -> bool:
        """Whether it is one of those of which a person has several only where a plan joins taxpayers."""
        return self.provisioned or self.accepted_at is not None


@dataclass(frozen=True, slots=True)
class Member:
    """A person, and what ties it to the taxpayer asked about.

    Of `user` the taxpayer may be told the address alone: what else there is to tell is said here, and until the
    person has come in that is what the taxpayer wrote itself, whether the person was known before or not.
    """

    user: User
    membership: Membership

    @property
    def role(self) -> Role:
        return self.membership.role

    @property
    def accepted(self) -> bool:
        return self.membership.accepted_at is not None

    @property
    def nombre(self) -> str:
        return self.user.nombre if self.accepted else self.membership.invited_as or self.user.nombre

    @property
    def settled(self) -> bool:
        """Whether it has come in and has a password of its own."""
        return self.accepted and self.user.has_chosen

    @property
    def since(self) -> datetime:
        return self.membership.invited_at or self.user.created_at


@dataclass(frozen=True, slots=True)
class Reset:
    """Leave to choose a new password, until then. One a person; kept as a hash."""

    user: UserId
    token_hash: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in, on one device, in one taxpayer at a time (None for the operator's staff).

    `proved_at` is when its person last said again who it is; `factor_at` when its second factor was given.
    """

    id: SessionId
    user: UserId
    tenant: TenantId | None
    created_at: datetime
    expires_at: datetime
    user_agent: str
    ended_at: datetime | None = None
    proved_at: datetime | None = None
    factor_at: datetime | None = None

    def ended(self, at: datetime) -> Self:
        return self if self.ended_at else replace(self, ended_at=at)

    def live(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at

    def renewed(self, until: datetime) -> Self:
        """Idle until then it ends; SESSION_LIMIT after its beginning it ends all the same."""
        return replace(self, expires_at=min(until, self.created_at + SESSION_LIMIT))

    def moved(self, tenant: TenantId) -> Self:
        return replace(self, tenant=tenant)

    def proved(self, at: datetime) -> Self:
        return replace(self, proved_at=at)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """Good for one new pair of tokens. Kept as a hash; seen again after use it ends its session."""

    token_hash: str
    session: SessionId
    expires_at: datetime
    used_at: datetime | None = None

    def used(self, at: datetime) -> Self:
        return replace(self, used_at=at)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, and in whose books: from a verified session or key, or `system` for the product's own work.

    A `key` works in its own taxpayer and is no person: it has no user, session or role. `viewing` marks the operator's
    staff looking into a taxpayer (X-View-Tenant): it may what the owner may. `half` came in by its password alone where
    a second factor is asked for; `stale` said too long ago who it is for what is not undone.
    """

    user: UserId | None
    email: str
    platform_admin: bool
    session: SessionId | None
    tenant_id: TenantId | None = None
    role: Role | None = None
    viewing: bool = False
    must_change_password: bool = False
    request_id: str = ""
    key: ApiKey | None = None
    half: bool = False
    stale: bool = False

    @staticmethod
    def system(tenant: TenantId | None = None) -> "Actor":
        return Actor(None, "sistema", True, None, tenant, Role.OWNER if tenant else None)

    @staticmethod
    def by_key(key: ApiKey, request_id: str) -> "Actor":
        name = f"Llave de API «{key.nombre}»"
        return Actor(None, name, False, None, key.tenant, request_id=request_id, key=key)

    @property
    def author(self) -> UserId | KeyId | None:
        """Whose what it makes is: the person's or the key's."""
        return self.user if self.key is None else self.key.id

    @property
    def tenant(self) -> TenantId:
        """The taxpayer whose books are open. Raises NoTenant for staff that views none."""
        if self.tenant_id is None:
            raise errors.NoTenant("Elige primero una empresa: manda su RFC en el encabezado X-View-Tenant.")
        return self.tenant_id

    def signed_in(self) -> tuple[UserId, SessionId]:
        """The person and its session. Raises ActionForbidden for keys and for the product's own work."""
        if self.user is None or self.session is None:
            raise errors.ActionForbidden("Esto solo lo puede hacer una persona que inició sesión.")
        return self.user, self.session

    def require_second_factor(self) -> None:
        """Raises SecondFactorRequired while it is missing."""
        if self.half:
            raise errors.SecondFactorRequired

    def require_fresh(self) -> None:
        """Raises ReauthenticationRequired when it is too long since the person said who it is."""
        if self.stale:
            raise errors.ReauthenticationRequired

    def require_own_password(self) -> None:
        """Raises SecondFactorRequired, and MustChangePassword while the password is a temporary one."""
        self.require_second_factor()
        if self.must_change_password:
            raise errors.MustChangePassword("Tu contraseña es temporal: elige una nueva antes de continuar.")

    def may(self, permission: Permission) -> bool:
        if permission is Permission.OPERATE:
            return self.platform_admin
        if self.key is not None:
            return any(permission in _BY_KEY[scope] for scope in self.key.scopes)
        return self.role is not None and permission in _ALLOWED[self.role]

    def require_scope(self, admitted: Scope | None) -> None:
        """Raises KeyNotAdmitted, or ScopeMissing: a key does only what asks for a scope of its own. People pass."""
        if self.key is None:
            return
        if admitted is None:
            raise errors.KeyNotAdmitted
        if admitted not in self.key.scopes:
            raise errors.ScopeMissing(admitted)

    def require(self, permission: Permission) -> None:
        """Raises SecondFactorRequired, MustChangePassword, NoTenant or ActionForbidden."""
        self.require_own_password()
        if permission is not Permission.OPERATE and self.platform_admin and self.tenant_id is None:
            _ = self.tenant
        if not self.may(permission):
            raise errors.ActionForbidden("No tienes permiso para hacer esto. Pídelo al dueño de la cuenta.")
