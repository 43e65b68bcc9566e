"""Who may enter a taxpayer, as its owner manages it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.billing.account import ShowAccount
from horux_core.identity.errors import (
    AlreadyMember,
    EmailMalformed,
    EmailTaken,
    LastOwner,
    NombreMalformed,
    RoleUnknown,
    TooManyAttempts,
)
from horux_core.identity.inviting import Guest, InviteAgain, InvitePerson
from horux_core.identity.model import Permission, Role
from horux_core.identity.people import PAGE, ListPeople, RemovePerson, SeePeople
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.ids import UserId
from horux_core.plans.errors import PlanLimitReached
from horux_core.plans.policy import require_user_room
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.session import NEEDS

PATH = "/configuracion/usuarios"
ROLES = {
    Role.OWNER: ("Dueño", "Todo: también usuarios, e.firma y auditoría"),
    Role.CONTADOR: ("Contador", "Trabaja en los libros y en los datos fiscales"),
    Role.VISOR: ("Solo consulta", "Ve y descarga, no cambia nada"),
}
_WHERE: dict[type[HoruxError], str] = {
    EmailMalformed: "email", AlreadyMember: "email", EmailTaken: "email", TooManyAttempts: "email",
    NombreMalformed: "nombre", RoleUnknown: "role", PlanLimitReached: "",
}  # fmt: skip
_BLANK = {"email": "", "nombre": "", "role": Role.CONTADOR.value}


@dataclass(frozen=True, slots=True)
class Office:
    """Draws the page: who may enter, and the form to let somebody in."""

    list_people: ListPeople
    see_people: SeePeople
    show_account: ShowAccount

    def __call__(
        self,
        frame: Frame,
        *,
        cursor: str | None = None,
        leaving: str = "",
        refused: Refused = NOTHING,
        values: dict[str, str] | None = None,
        status: int = 200,
    ) -> Response[str]:
        page = self.list_people(frame.actor, cursor, PAGE)
        count = self.show_account(frame.actor).people
        return frame.page(
            "identity/people.html",
            status=status,
            people=page.items,
            count=count,
            seen=self.see_people(frame.actor),
            roles=ROLES,
            options=[(role.value, name) for role, (name, _) in ROLES.items()],
            full=_full(frame, count),
            leaving=next((member for member in page.items if str(member.user.id) == leaving), None),
            refused=refused,
            values=values or _BLANK,
            first=PATH if cursor else "",
            next=f"{PATH}?cursor={quote(page.next_cursor)}" if page.next_cursor else "",
        )


def office(
    list_people: NamedDependency[SkipValidation[ListPeople]],
    see_people: NamedDependency[SkipValidation[SeePeople]],
    show_account: NamedDependency[SkipValidation[ShowAccount]],
) -> Office:
    return Office(list_people, see_people, show_account)


Shown = NamedDependency[SkipValidation[Office]]


class UsuariosPages(Controller):
    path = PATH
    dependencies = {"office": Provide(office, sync_to_thread=False)}  # noqa: RUF012

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        office: Shown,
        cursor: FromQuery[str | None] = None,
        retirar: FromQuery[str] = "",
    ) -> Response[str]:
        return office(frame, cursor=cursor, leaving=retirar)

    @post(sync_to_thread=True, opt={NEEDS: Permission.OWN})
    def invite(
        self,
        frame: Framed,
        form: Sent,
        invite_person: NamedDependency[SkipValidation[InvitePerson]],
        office: Shown,
    ) -> Response[Any]:
        try:
            member = invite_person(frame.actor, Guest(form["email"], form["nombre"], form["role"]))
        except tuple(_WHERE) as error:
            values = {name: form[name] for name in _BLANK}
            refused = Refused.of(error, _WHERE[type(error)])
            status = 429 if isinstance(error, TooManyAttempts) else 422
            return office(frame, refused=refused, values=values, status=status)
        return frame.go(PATH, f"Invitación enviada a {member.user.email}.")

    @post("/{person:uuid}/invitar", sync_to_thread=True, opt={NEEDS: Permission.OWN})
    def again(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        person: FromPath[UUID],
        invite_again: NamedDependency[SkipValidation[InviteAgain]],
    ) -> Response[bytes]:
        try:
            invite_again(frame.actor, UserId(person))
        except TooManyAttempts as error:
            return frame.go(PATH, str(error))
        return frame.go(PATH, "Invitación enviada otra vez. La contraseña temporal anterior dejó de servir.")

    @post("/{person:uuid}/retirar", sync_to_thread=True, opt={NEEDS: Permission.OWN})
    def remove(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        person: FromPath[UUID],
        remove_person: NamedDependency[SkipValidation[RemovePerson]],
        office: Shown,
    ) -> Response[Any]:
        try:
            remove_person(frame.actor, UserId(person))
        except LastOwner as error:
            return office(frame, refused=Refused.of(error), status=422)
        return frame.go(PATH, "Usuario retirado. Sus sesiones en esta empresa terminaron.")


def _full(frame: Frame, count: int) -> str:
    """The sentence that says that nobody else fits; empty while somebody does."""
    if frame.desk is None:
        return ""
    try:
        require_user_room(frame.desk.entitlement, count)
    except PlanLimitReached as error:
        return str(error)
    return ""
