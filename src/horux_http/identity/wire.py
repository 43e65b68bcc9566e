from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import msgspec

from horux_core.identity.granting import SignedIn
from horux_core.identity.model import Session, User
from horux_core.identity.ports import Cards, TenantCard
from horux_core.identity.switching import Switched
from horux_core.kernel.ids import SessionId

Short = Annotated[str, msgspec.Meta(max_length=320)]
Secret = Annotated[str, msgspec.Meta(max_length=4_096)]


class Sent(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What a client sends: a member that is not known is refused."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Credentials(Sent):
    email: Short
    password: Secret
    otp: Annotated[str, msgspec.Meta(max_length=32)] | None = None


class RefreshBody(Sent):
    refresh_token: Secret


class PasswordChange(Sent):
    current_password: Secret
    new_password: Secret


class SwitchBody(Sent):
    rfc: Annotated[str, msgspec.Meta(max_length=64)]


class TenantOut(msgspec.Struct, rename="camel"):
    id: UUID
    rfc: str
    nombre: str
    plan: str
    database_name: str
    active: bool
    read_only: bool

    @classmethod
    def of(cls, card: TenantCard) -> Self:
        return cls(
            card.id, card.rfc, card.nombre, card.plan, card.database_name, card.active,
            card.read_only,
        )  # fmt: skip


class EmpresaOut(msgspec.Struct, rename="camel"):
    """One of the user's taxpayers, with what the user is to it."""

    id: UUID
    rfc: str
    nombre: str
    plan: str
    database_name: str
    active: bool
    read_only: bool
    role: str

    @classmethod
    def of(cls, card: TenantCard) -> Self:
        return cls(**msgspec.structs.asdict(TenantOut.of(card)), role=card.role.value)


class UserOut(msgspec.Struct, rename="camel"):
    """`role` is the one in the taxpayer being worked in; the operator's staff has `platformRole` and none."""

    id: UUID
    email: str
    nombre: str
    role: str | None
    platform_role: str | None
    must_change_password: bool
    tenant: TenantOut | None
    empresas: list[EmpresaOut]

    @classmethod
    def of(cls, user: User, cards: Cards) -> Self:
        current = cards.current
        return cls(
            user.id,
            user.email,
            user.nombre,
            current.role.value if current else None,
            "admin" if user.platform_admin else None,
            user.must_change,
            TenantOut.of(current) if current else None,
            [EmpresaOut.of(card) for card in cards.all],
        )


class SignedInOut(msgspec.Struct, rename="camel"):
    """`expiresIn` in seconds; `refreshToken` is good once."""

    access_token: str
    refresh_token: str
    expires_in: int
    user: UserOut

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        s = signed_in
        return cls(s.access_token, s.refresh_token, s.expires_in, UserOut.of(s.user, s.cards))


class SwitchedOut(msgspec.Struct, rename="camel"):
    """The refresh token in hand stays good."""

    access_token: str
    expires_in: int
    user: UserOut

    @classmethod
    def of(cls, switched: Switched) -> Self:
        return cls(switched.access_token, switched.expires_in, UserOut.of(switched.user, switched.cards))


class SessionOut(msgspec.Struct, rename="camel"):
    """`actual` marks the session that asks."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    user_agent: str
    actual: bool

    @classmethod
    def of(cls, session: Session, asking: SessionId | None) -> Self:
        s = session
        return cls(s.id, s.created_at, s.expires_at, s.user_agent, s.id == asking)


class SessionsOut(msgspec.Struct, rename="camel"):
    items: list[SessionOut]
    next_cursor: str | None = None
