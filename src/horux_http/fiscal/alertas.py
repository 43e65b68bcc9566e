"""The alerts of a taxpayer, and the SAT's 69-B list, which the operator's staff uploads."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, get, patch, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, SkipValidation

from horux_core.fiscal.alertas.cargando import MAX_LISTA, LoadLista69B
from horux_core.fiscal.alertas.consultando import MAXIMO_POR_PAGINA, POR_PAGINA, ListAlertas, MarkAlerta
from horux_core.fiscal.alertas.model import EstadoAlerta, Severidad
from horux_core.identity.model import Actor, Permission
from horux_http.fiscal.wire_alertas import AlertaOut, AlertaPatch, AlertasOut, Lista69BOut
from horux_http.session import NEEDS

Cursor = Annotated[str | None, QueryParameter(description="El nextCursor de la página anterior.", max_length=100)]
Limit = Annotated[int, QueryParameter(ge=1, le=MAXIMO_POR_PAGINA, description="Cuántas como máximo.")]


class AlertasController(Controller):
    path = "/api/alertas"
    tags = ("Alertas",)

    @get("/", sync_to_thread=True, summary="Las alertas, las más graves primero")
    def list(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        list_alertas: NamedDependency[SkipValidation[ListAlertas]],
        estado: FromQuery[EstadoAlerta | None] = None,
        severidad: FromQuery[Severidad | None] = None,
        cursor: Cursor = None,
        limit: Limit = POR_PAGINA,
    ) -> AlertasOut:
        return AlertasOut.of(list_alertas(actor, estado, severidad, cursor, limit))

    @patch(
        "/{ident:uuid}",
        sync_to_thread=True,
        opt={NEEDS: Permission.WRITE_BOOKS},
        summary="Marca una alerta como atendida, o quita la marca",
    )
    def mark(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        ident: FromPath[UUID],
        data: JSONBody[AlertaPatch],
        mark_alerta: NamedDependency[SkipValidation[MarkAlerta]],
    ) -> AlertaOut:
        return AlertaOut.of(mark_alerta(actor, ident, data.estado))


class ListasController(Controller):
    path = "/api/listas"
    tags = ("Operador",)
    opt = {"bodies": {"load": {"text/csv": {}, "application/octet-stream": {}}}}  # noqa: RUF012

    @post(
        "/69b",
        summary="Carga la lista 69-B del SAT",
        description="El CSV del listado completo, como lo publica el SAT. Sustituye a la anterior y todas las empresas "
        "se recalculan después.",
        status_code=200,
        request_max_body_size=MAX_LISTA,
    )
    async def load(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[SkipValidation[Actor]],
        load_lista_69b: NamedDependency[SkipValidation[LoadLista69B]],
    ) -> Lista69BOut:
        actor.require(Permission.OPERATE)
        return Lista69BOut.of(await sync_to_thread(load_lista_69b, actor, await request.body()))
