from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import msgspec

from horux_core.identity.inviting import Guest
from horux_core.identity.model import Member
from horux_core.kernel.pages import Page
from horux_http.identity.wire import Email, RoleOut, Sent, Short


class NewPerson(Sent):
    """A quién se invita: owner hace todo, contador trabaja, visor solo consulta."""

    email: Annotated[Short, msgspec.Meta(examples=["luis@cascabel.mx"])]
    nombre: Annotated[Short, msgspec.Meta(examples=["Luis Cascabel"])]
    role: Annotated[Short, msgspec.Meta(examples=["contador"])]

    def as_guest(self) -> Guest:
        return Guest(self.email, self.nombre, self.role)


class PersonOut(msgspec.Struct, rename="camel"):
    """Una persona de la empresa."""

    id: UUID
    email: Email
    nombre: Annotated[str, msgspec.Meta(examples=["Luis Cascabel"])]
    role: RoleOut
    estado: Annotated[
        str,
        msgspec.Meta(description="invitado: aún no entra o no elige su contraseña; activo.", examples=["invitado"]),
    ]
    created_at: Annotated[datetime, msgspec.Meta(description="Cuándo se le dio acceso.")]

    @classmethod
    def of(cls, member: Member) -> Self:
        state = "activo" if member.settled else "invitado"
        return cls(member.user.id, member.user.email, member.nombre, member.role.value, state, member.since)


class PeopleOut(msgspec.Struct, rename="camel"):
    items: list[PersonOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Member]) -> Self:
        return cls([PersonOut.of(member) for member in page.items], page.next_cursor)
