"""The people of a taxpayer, as its owner manages them."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, SkipValidation
from litestar.status_codes import HTTP_202_ACCEPTED

from horux_core.identity.inviting import InviteAgain, InvitePerson
from horux_core.identity.model import Actor, Permission
from horux_core.identity.people import LONGEST_PAGE, PAGE, ListPeople, RemovePerson
from horux_core.kernel.ids import UserId
from horux_http.identity.wire_people import NewPerson, PeopleOut, PersonOut
from horux_http.session import NEEDS

Limit = Annotated[int, QueryParameter(ge=1, le=LONGEST_PAGE, description="Cuántas como máximo.")]


class PeopleController(Controller):
    path = "/api/usuarios"
    tags = ("Empresa",)

    @get(sync_to_thread=True, summary="Personas de la empresa, por correo")
    def list(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        list_people: NamedDependency[SkipValidation[ListPeople]],
        cursor: FromQuery[str | None] = None,
        limit: Limit = PAGE,
    ) -> PeopleOut:
        return PeopleOut.of(list_people(actor, cursor, limit))

    @post(
        "/invite",
        sync_to_thread=True,
        opt={NEEDS: Permission.OWN},
        summary="Invita a una persona; le llega un correo para entrar",
    )
    def invite(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        data: JSONBody[NewPerson],
        invite_person: NamedDependency[SkipValidation[InvitePerson]],
    ) -> PersonOut:
        return PersonOut.of(invite_person(actor, data.as_guest()))

    @post(
        "/{person:uuid}/reinvite",
        sync_to_thread=True,
        status_code=HTTP_202_ACCEPTED,
        summary="Vuelve a enviar la invitación; la contraseña temporal anterior deja de servir",
    )
    def reinvite(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        person: FromPath[UUID],
        invite_again: NamedDependency[SkipValidation[InviteAgain]],
    ) -> None:
        invite_again(actor, UserId(person))

    @delete("/{person:uuid}", sync_to_thread=True, summary="Retira a una persona; sus sesiones aquí terminan")
    def remove(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        person: FromPath[UUID],
        remove_person: NamedDependency[SkipValidation[RemovePerson]],
    ) -> None:
        remove_person(actor, UserId(person))
