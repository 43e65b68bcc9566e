"""What MercadoPago tells us by itself, and the operator's view of it."""

import logging
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, RawBody, SkipValidation
from msgspec import Meta, Struct

from horux_core.billing.errors import NoticeForged
from horux_core.billing.notices import NoticeState, TakenNotice
from horux_core.billing.noticing import LONGEST_PAGE, PAGE, ListNotices, RetryNotice, TakeNotice
from horux_core.identity.model import Actor
from horux_core.kernel.pages import Page
from horux_http.docs import REFUSALS
from horux_http.limits import MIB

_LONGEST_BODY = MIB // 16
_SHOWN = 2_000
_log = logging.getLogger("horux.http")

Limit = Annotated[int, QueryParameter(ge=1, le=LONGEST_PAGE, description="Cuántos como máximo.")]


class NoticeOut(Struct, rename="camel"):
    """Un aviso como llegó, y lo que se hizo con él. `query`, `headers` y `body` son de quien lo mandó."""

    id: UUID
    received_at: datetime
    verdict: Annotated[str, Meta(description="`ok` y `ok_but_unbound` son de MercadoPago.", examples=["ok"])]
    topic: Annotated[str, Meta(examples=["payment"])] | None
    reference: Annotated[str, Meta(description="De qué pago, cargo o acuerdo.", examples=["130456789012"])] | None
    estado: Annotated[
        str, Meta(description="pendiente, procesado, sin_dueno, muerto, ignorado o rechazado.", examples=["procesado"])
    ]
    attempts: int
    last_error: str | None
    ended_at: datetime | None
    remote: Annotated[str, Meta(examples=["203.0.113.7"])]
    query: str
    headers: list[tuple[str, str]]
    body: Annotated[str, Meta(description="Los primeros 2,000 bytes.")]

    @classmethod
    def of(cls, n: TakenNotice) -> Self:
        return cls(
            n.id, n.received_at, n.verdict.value, n.topic, n.reference, n.state.value, n.attempts, n.last_error,
            n.ended_at, n.remote, n.query, list(n.headers), n.body[:_SHOWN].decode("utf-8", "replace"),
        )  # fmt: skip


class NoticesOut(Struct, rename="camel"):
    items: list[NoticeOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[TakenNotice]) -> Self:
        return cls([NoticeOut.of(notice) for notice in page.items], page.next_cursor)


class WebhookController(Controller):
    path = "/api/webhooks"
    tags = ("MercadoPago",)

    @post(
        "/mercadopago",
        sync_to_thread=True,
        status_code=200,
        opt={"lane": "webhooks", "public": True, REFUSALS: {401, 413}},
        request_max_body_size=_LONGEST_BODY,
        summary="Avisos de MercadoPago; se guardan, y se atienden después preguntándole a él",
    )
    def mercadopago(
        self, request: Request[Any, Any, Any], body: RawBody, take_notice: NamedDependency[SkipValidation[TakeNotice]]
    ) -> None:
        sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]]
        query = request.scope["query_string"].decode("latin-1")
        remote = request.client.host if request.client else ""
        verdict = take_notice(query, sent, body, remote)
        if not verdict.genuine:
            _log.warning("aviso rechazado", extra={"verdict": verdict.value, "client": remote})
            raise NoticeForged


class NoticeController(Controller):
    path = "/api/admin/webhooks"
    tags = ("Operador",)

    @get(sync_to_thread=True, summary="Avisos de MercadoPago, los últimos primero")
    def list(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        list_notices: NamedDependency[SkipValidation[ListNotices]],
        estado: FromQuery[NoticeState | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: Limit = PAGE,
    ) -> NoticesOut:
        return NoticesOut.of(list_notices(actor, estado, cursor, limit))

    @post("/{notice:uuid}/retry", sync_to_thread=True, status_code=202, summary="Vuelve a atender un aviso")
    def retry(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        notice: FromPath[UUID],
        retry_notice: NamedDependency[SkipValidation[RetryNotice]],
    ) -> None:
        retry_notice(actor, notice)
