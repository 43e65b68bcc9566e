"""The mails, for the operator's staff."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation
from litestar.status_codes import HTTP_202_ACCEPTED

from horux_core.identity.model import Actor
from horux_core.notifications.model import MailState
from horux_core.notifications.watching import LONGEST_PAGE, PAGE, ListMails, RetryMail
from horux_http.admin.wire import MailOut, MailsOut

Limit = Annotated[int, QueryParameter(ge=1, le=LONGEST_PAGE, description="Cuántos como máximo.")]


class MailController(Controller):
    path = "/api/admin/mails"
    tags = ("Operador",)

    @get(sync_to_thread=True, summary="Correos y qué fue de ellos, los más nuevos primero")
    def list(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        list_mails: NamedDependency[SkipValidation[ListMails]],
        estado: FromQuery[MailState | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: Limit = PAGE,
    ) -> MailsOut:
        page = list_mails(actor, estado, cursor, limit)
        return MailsOut([MailOut.of(mail) for mail in page.items], page.next_cursor)

    @post(
        "/{mail:uuid}/retry",
        sync_to_thread=True,
        status_code=HTTP_202_ACCEPTED,
        summary="Intenta otra vez un correo que espera o que se dio por muerto",
    )
    def retry(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        mail: FromPath[UUID],
        retry_mail: NamedDependency[SkipValidation[RetryMail]],
    ) -> None:
        retry_mail(actor, mail)
