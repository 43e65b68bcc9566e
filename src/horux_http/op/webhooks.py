"""What MercadoPago sent, as it came, and what became of it."""

import re
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.billing.errors import NoticeUseless
from horux_core.billing.notices import NoticeState, TakenNotice
from horux_core.billing.noticing import ListNotices, RetryNotice, quiet
from horux_core.kernel.pages import Page
from horux_http.browser.given import Framed, Sent
from horux_http.op import words
from horux_http.op.asking import OPERATION, Asked, address

PATH = "/op/webhooks"
_SHOWN = 4_000
_SIGNED = re.compile(r"(v1=)[^,;\s]+")


class WebhooksPages(Controller):
    path = PATH
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        list_notices: NamedDependency[SkipValidation[ListNotices]],
        estado: FromQuery[str] = "",
        cursor: FromQuery[str | None] = None,
        ver: FromQuery[str] = "",
    ) -> Response[str]:
        asked = Asked({"estado": estado})
        state = asked.one_of("estado", NoticeState)
        page: Page[TakenNotice] = Page((), None) if asked.wrong else list_notices(frame.actor, state, cursor)
        given = {"estado": state, "cursor": cursor}
        opened = next((notice for notice in page.items if str(notice.id) == ver), None)
        whole = not (state or cursor or asked.wrong)
        return frame.page(
            "op/webhooks.html",
            status=asked.status,
            refused=asked.refused,
            notices=page.items,
            wrong=list_notices(frame.actor, NoticeState.MUERTO, None, 5) if whole else None,
            failed=NoticeState.MUERTO.value,
            state=state.value if state else "",
            states=words.NOTICES,
            verdicts=words.VERDICTS,
            topics=words.TOPICS,
            opened=opened,
            headers=_headers(opened) if opened else (),
            content=opened.body[:_SHOWN].decode("utf-8", "replace") if opened else "",
            quiet=whole and quiet(page.items, frame.now),
            to=lambda **changed: address(PATH, given, **changed),
            first=address(PATH, {"estado": state}) if cursor else "",
            next=address(PATH, given, cursor=page.next_cursor) if page.next_cursor else "",
        )

    @post("/{notice:uuid}/reintentar", sync_to_thread=True)
    def retry(
        self,
        frame: Framed,
        notice: FromPath[UUID],
        form: Sent,  # noqa: ARG002 its proof is asked for
        retry_notice: NamedDependency[SkipValidation[RetryNotice]],
    ) -> Response[Any]:
        try:
            retry_notice(frame.actor, notice)
        except NoticeUseless as error:
            return frame.go(PATH, str(error))
        return frame.go(PATH, "El webhook se atiende otra vez en unos segundos.")


def _headers(notice: TakenNotice) -> list[tuple[str, str]]:
    """As they came, but for the signature itself: whoever has that could send the notice again."""
    return [(name, _SIGNED.sub(r"\1(oculta)", value)) for name, value in notice.headers]
