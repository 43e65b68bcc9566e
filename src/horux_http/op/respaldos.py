"""Whether everything could be restored now; restoring itself is done where the server is, and only told of here."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.backups.overseeing import Outlook, ShowBackups
from horux_core.backups.retention import Stay
from horux_http.browser.given import Framed
from horux_http.op import words_respaldos as words
from horux_http.op.asking import OPERATION, address

PATH = "/op/respaldos"
_RUNS = 50


class RespaldosPages(Controller):
    path = PATH
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        show_backups: NamedDependency[SkipValidation[ShowBackups]],
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        seen = show_backups(frame.actor, cursor)
        page = seen.page
        return frame.page(
            "op/respaldos.html",
            seen=seen,
            outlook=words.OUTLOOKS[seen.outlook],
            well=seen.outlook is Outlook.BIEN,
            outlook_bad=seen.outlook is not Outlook.ATRASADO,
            standings=words.STANDINGS,
            states=words.STATES,
            stays=words.STAYS,
            advice=words.advice,
            stay=Stay,
            most=_RUNS,
            first=PATH if cursor else "",
            next=address(PATH, {}, cursor=page.next_cursor) if page.next_cursor else "",
        )
