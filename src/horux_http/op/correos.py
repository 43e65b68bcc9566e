"""The mails: which left, which wait, and which never will without somebody's help."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.kernel.errors import Conflict
from horux_core.kernel.pages import Page
from horux_core.notifications.model import MailState, Posted
from horux_core.notifications.watching import ListMails, RetryMail
from horux_core.operations.overseeing import NameClients
from horux_http.browser.given import Framed, Sent
from horux_http.op import words
from horux_http.op.asking import OPERATION, Asked, address

PATH = "/op/correos"


class CorreosPages(Controller):
    path = PATH
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        list_mails: NamedDependency[SkipValidation[ListMails]],
        name_clients: NamedDependency[SkipValidation[NameClients]],
        estado: FromQuery[str] = "",
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        asked = Asked({"estado": estado})
        state = asked.one_of("estado", MailState)
        page: Page[Posted] = Page((), None) if asked.wrong else list_mails(frame.actor, state, cursor)
        given = {"estado": state}
        return frame.page(
            "op/correos.html",
            status=asked.status,
            refused=asked.refused,
            mails=page.items,
            names=name_clients(frame.actor, (mail.tenant for mail in page.items)),
            state=state.value if state else "",
            states=words.MAILS,
            subjects=words.SUBJECTS,
            to=lambda **changed: address(PATH, given, **changed),
            first=address(PATH, given) if cursor else "",
            next=address(PATH, given, cursor=page.next_cursor) if page.next_cursor else "",
        )

    @post("/{mail:uuid}/reintentar", sync_to_thread=True)
    def retry(
        self,
        frame: Framed,
        mail: FromPath[UUID],
        form: Sent,  # noqa: ARG002 its proof is asked for
        retry_mail: NamedDependency[SkipValidation[RetryMail]],
    ) -> Response[bytes]:
        try:
            retry_mail(frame.actor, mail)
        except Conflict as error:
            return frame.go(PATH, str(error))
        return frame.go(PATH, "El correo sale otra vez en unos segundos.")
