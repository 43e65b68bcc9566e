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
Email = Annotated[str, msgspec.Meta(examples=["ana@cascabel.mx"])]
RfcOut = Annotated[str, msgspec.Meta(examples=["CAS2408138W2"])]
NombreOut = Annotated[str, msgspec.Meta(examples=["Cascabel SA de CV"])]
PlanName = Annotated[str, msgspec.Meta(examples=["business"])]
DatabaseName = Annotated[str, msgspec.Meta(examples=["horux_cas2408138w2"])]
RoleOut = Annotated[str, msgspec.Meta(description="owner, contador o visor.", examples=["owner"])]
AccessToken = Annotated[
    str,
    msgspec.Meta(description="Va en `Authorization: Bearer`.", examples=["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.Jz3v"]),
]
RefreshToken = Annotated[str, msgspec.Meta(description="Sirve una vez.", examples=["q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw"])]
ExpiresIn = Annotated[int, msgspec.Meta(description="Segundos que vive `accessToken`.", examples=[86_400])]


class Sent(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What a client sends: a member that is not known is refused."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Credentials(Sent):
    email: Annotated[Short, msgspec.Meta(examples=["ana@cascabel.mx"])]
    password: Annotated[Secret, msgspec.Meta(examples=["tambor lila de marzo"])]
    otp: (
        Annotated[
            str, msgspec.Meta(max_length=32, description="Código del segundo factor, de quien ya lo sabe a mano.")
        ]
        | None
    ) = None


class CodeBody(Sent):
    code: Annotated[
        str,
        msgspec.Meta(max_length=64, description="El de la aplicación, o uno de recuperación.", examples=["492039"]),
    ]


class ProofBody(Sent):
    password: Annotated[Secret, msgspec.Meta(examples=["tambor lila de marzo"])]
    code: Annotated[str, msgspec.Meta(max_length=64, description="Si se pide segundo factor.")] | None = None


class RefreshBody(Sent):
    refresh_token: Secret


class PasswordChange(Sent):
    current_password: Secret
    new_password: Secret


class ForgottenPassword(Sent):
    email: Annotated[Short, msgspec.Meta(examples=["ana@cascabel.mx"])]


class NewPassword(Sent):
    token: Annotated[Secret, msgspec.Meta(description="El de la liga que llegó por correo.")]
    password: Annotated[Secret, msgspec.Meta(examples=["farol verde de otoño"])]


class SwitchBody(Sent):
    rfc: Annotated[str, msgspec.Meta(max_length=64, examples=["CAS2408138W2"])]


class TenantCardOut(msgspec.Struct, rename="camel"):
    id: UUID
    rfc: RfcOut
    nombre: NombreOut
    plan: PlanName
    database_name: DatabaseName
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
    rfc: RfcOut
    nombre: NombreOut
    plan: PlanName
    database_name: DatabaseName
    active: bool
    read_only: bool
    role: RoleOut

    @classmethod
    def of(cls, card: TenantCard) -> Self:
        return cls(**msgspec.structs.asdict(TenantCardOut.of(card)), role=card.role.value)


class UserOut(msgspec.Struct, rename="camel"):
    """`role` is the one in the taxpayer being worked in; the operator's staff has `platformRole` and none."""

    id: UUID
    email: Email
    nombre: Annotated[str, msgspec.Meta(examples=["Ana Cascabel"])]
    role: RoleOut | None
    platform_role: str | None
    must_change_password: bool
    tenant: TenantCardOut | None
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
            TenantCardOut.of(current) if current else None,
            [EmpresaOut.of(card) for card in cards.all],
        )


class SignedInOut(msgspec.Struct, rename="camel"):
    """`expiresIn` in seconds; `refreshToken` is good once."""

    access_token: AccessToken
    refresh_token: RefreshToken
    expires_in: ExpiresIn
    user: UserOut

    @classmethod
    def of(cls, signed_in: SignedIn) -> Self:
        s = signed_in
        return cls(s.access_token, s.refresh_token, s.expires_in, UserOut.of(s.user, s.cards))


class SwitchedOut(msgspec.Struct, rename="camel"):
    """The refresh token in hand stays good."""

    access_token: AccessToken
    expires_in: ExpiresIn
    user: UserOut

    @classmethod
    def of(cls, switched: Switched) -> Self:
        return cls(switched.access_token, switched.expires_in, UserOut.of(switched.user, switched.cards))


class SessionOut(msgspec.Struct, rename="camel"):
    """`actual` marks the session that asks."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    user_agent: Annotated[str, msgspec.Meta(examples=["Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"])]
    actual: bool

    @classmethod
    def of(cls, session: Session, asking: SessionId | None) -> Self:
        s = session
        return cls(s.id, s.created_at, s.expires_at, s.user_agent, s.id == asking)


class SessionsOut(msgspec.Struct, rename="camel"):
    items: list[SessionOut]
    next_cursor: str | None = None
