"""The operator's own people: who may come in here, and taking somebody in or out."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.identity.errors import (
    EmailMalformed,
    EmailTaken,
    NombreMalformed,
    OwnAccount,
    SecondFactorMissing,
)
from horux_core.identity.second_factor import ShowFactor
from horux_core.identity.staff import (
    AdmitOperator,
    EndOperatorSessions,
    InviteOperator,
    ListStaff,
    RemoveFactor,
    SendOperatorLink,
)
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.ids import UserId
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.op.asking import OPERATION

PATH = "/op/personal"
Listing = NamedDependency[SkipValidation[ListStaff]]
Showing = NamedDependency[SkipValidation[ShowFactor]]
_WHERE: dict[type[HoruxError], str] = {EmailMalformed: "email", EmailTaken: "email", NombreMalformed: "nombre"}
ACTS = {
    "baja": (
        "¿Dar de baja a {}?",
        "Deja de entrar en este momento, en todas partes. Lo que hizo se queda.",
        "Dar de baja",
    ),
    "sesiones": (
        "¿Cerrar las sesiones de {}?",
        "Sale de todos sus dispositivos y tiene que entrar otra vez.",
        "Cerrar",
    ),
    "segundo-factor": (
        "¿Quitar el segundo factor de {}?",
        "Hazlo solo si te consta que lo perdió: llámale. Sus sesiones terminan y al entrar registra otro.",
        "Quitar",
    ),
}
"""What is asked before it is done: the question, what comes of it and the button."""


class PersonalPages(Controller):
    path = PATH
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        list_staff: Listing,
        show_factor: Showing,
        quien: FromQuery[str] = "",
        que: FromQuery[str] = "",
    ) -> Response[str]:
        return _page(frame, list_staff, show_factor, about=(quien, que))

    @post(sync_to_thread=True)
    def invite(
        self,
        frame: Framed,
        form: Sent,
        list_staff: Listing,
        show_factor: Showing,
        invite_operator: NamedDependency[SkipValidation[InviteOperator]],
    ) -> Response[Any]:
        try:
            user = invite_operator(frame.actor, form["email"], form["nombre"])
        except tuple(_WHERE) as error:
            refused = Refused.of(error, _WHERE[type(error)])
            values = {"email": form["email"], "nombre": form["nombre"]}
            return _page(frame, list_staff, show_factor, status=422, refused=refused, values=values)
        return frame.go(PATH, f"Alta hecha. A {user.email} le llega una liga para elegir su contraseña.")

    @post("/{person:uuid}/liga", sync_to_thread=True)
    def link(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        person: FromPath[UUID],
        send_operator_link: NamedDependency[SkipValidation[SendOperatorLink]],
    ) -> Response[bytes]:
        user = send_operator_link(frame.actor, UserId(person))
        return frame.go(PATH, f"A {user.email} le llega una liga para elegir su contraseña.")

    @post("/{person:uuid}/baja", sync_to_thread=True)
    def leave(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        person: FromPath[UUID],
        admit_operator: NamedDependency[SkipValidation[AdmitOperator]],
    ) -> Response[bytes]:
        return _told(frame, lambda: f"{admit_operator(frame.actor, UserId(person), active=False).email} ya no entra.")

    @post("/{person:uuid}/vuelta", sync_to_thread=True)
    def return_(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        person: FromPath[UUID],
        admit_operator: NamedDependency[SkipValidation[AdmitOperator]],
    ) -> Response[bytes]:
        return _told(
            frame, lambda: f"{admit_operator(frame.actor, UserId(person), active=True).email} puede entrar otra vez."
        )

    @post("/{person:uuid}/sesiones", sync_to_thread=True)
    def log_out(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        person: FromPath[UUID],
        end_operator_sessions: NamedDependency[SkipValidation[EndOperatorSessions]],
    ) -> Response[bytes]:
        def act() -> str:
            ended = end_operator_sessions(frame.actor, UserId(person))
            return "1 sesión cerrada." if ended == 1 else f"{ended} sesiones cerradas."

        return _told(frame, act)

    @post("/{person:uuid}/segundo-factor", sync_to_thread=True)
    def unfactor(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        person: FromPath[UUID],
        remove_factor: NamedDependency[SkipValidation[RemoveFactor]],
    ) -> Response[bytes]:
        def act() -> str:
            try:
                user = remove_factor(frame.actor, UserId(person))
            except SecondFactorMissing:
                return "Esa persona no tiene segundo factor."
            return f"{user.email} registra otro segundo factor al entrar. Sus sesiones terminaron."

        return _told(frame, act)


def _told(frame: Frame, act: Callable[[], str]) -> Response[bytes]:
    """What came of an act on another; on oneself it is refused, in words."""
    try:
        return frame.go(PATH, act())
    except OwnAccount as error:
        return frame.go(PATH, str(error))


def _page(
    frame: Frame,
    list_staff: ListStaff,
    show_factor: ShowFactor,
    *,
    status: int = 200,
    about: tuple[str, str] = ("", ""),
    refused: Refused = NOTHING,
    values: dict[str, str] | None = None,
) -> Response[str]:
    people = list_staff(frame.actor)
    who, what = about
    chosen = next((one.user for one in people if str(one.user.id) == who and one.user.id != frame.actor.user), None)
    return frame.page(
        "op/personal.html", status=status, people=people, asked=show_factor(frame.actor).asked, refused=refused,
        values=values or {"email": "", "nombre": ""}, chosen=chosen if what in ACTS else None, what=what,
        question=ACTS.get(what),
    )  # fmt: skip
