"""What the provider of payments said and somebody has to look at."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.billing.showing import ListUnmatched
from horux_http.browser.given import Framed
from horux_http.op import words
from horux_http.op.asking import OPERATION, address

PATH = "/op/pagos"


class PagosPages(Controller):
    path = PATH
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        list_unmatched: NamedDependency[SkipValidation[ListUnmatched]],
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        page = list_unmatched(frame.actor, cursor)
        following = address(PATH, {}, cursor=page.next_cursor) if page.next_cursor else ""
        return frame.page(
            "op/pagos.html", news=page.items, whys=words.WHYS, topics=words.TOPICS,
            first=PATH if cursor else "", next=following,
        )  # fmt: skip
