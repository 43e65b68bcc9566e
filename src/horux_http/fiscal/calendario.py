"""The calendar of obligations, what a person says of them, and the private feed."""

from datetime import date
from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation

from horux_core.fiscal.calendario.consultando import ShowCalendario
from horux_core.fiscal.calendario.errors import CalendarioInvalido
from horux_core.fiscal.calendario.marcando import MarkObligacion
from horux_core.fiscal.calendario.publicando import IssueFeed, ReadFeed, RevokeFeed
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.wire_calendario import CalendarioOut, FeedOut, ObligacionOut, ObligacionPatch
from horux_http.session import NEEDS

Desde = Annotated[date | None, QueryParameter(description="Vencen desde este día.")]
Hasta = Annotated[date | None, QueryParameter(description="Vencen hasta este día, incluido.")]
Anio = Annotated[int | None, QueryParameter(description="Todo lo que vence en este año, en lugar de desde y hasta.")]


class CalendarioController(Controller):
    path = "/api/calendario"
    tags = ("Calendario",)

    @get("/", sync_to_thread=True, summary="Las obligaciones que vencen de un día a otro, o en un año")
    def show(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        show_calendario: NamedDependency[SkipValidation[ShowCalendario]],
        desde: Desde = None,
        hasta: Hasta = None,
        anio: Anio = None,
    ) -> CalendarioOut:
        primero, ultimo = _dias(desde, hasta, anio)
        vencimientos = show_calendario(actor, primero, ultimo)
        return CalendarioOut(primero, ultimo, [ObligacionOut.of(v) for v in vencimientos])

    @patch(
        "/{id_o_token:str}",
        sync_to_thread=True,
        opt={NEEDS: Permission.CONFIGURE},
        summary="Marca una obligación como presentada o que no aplica",
    )
    def mark(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        id_o_token: FromPath[str],
        data: JSONBody[ObligacionPatch],
        mark_obligacion: NamedDependency[SkipValidation[MarkObligacion]],
    ) -> ObligacionOut:
        return ObligacionOut.of(mark_obligacion(actor, id_o_token, data.as_marca()))

    @post("/feed", sync_to_thread=True, summary="Crea la liga privada del calendario; la anterior deja de servir")
    def issue(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        issue_feed: NamedDependency[SkipValidation[IssueFeed]],
    ) -> FeedOut:
        return FeedOut(issue_feed(actor))

    @delete("/feed", sync_to_thread=True, summary="Revoca la liga privada del calendario")
    def revoke(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        revoke_feed: NamedDependency[SkipValidation[RevokeFeed]],
    ) -> None:
        revoke_feed(actor)

    @get(
        "/{id_o_token:str}",
        sync_to_thread=True,
        media_type="text/calendar",
        opt={"public": True},
        summary="El calendario como iCalendar, por su liga privada",
        description="La liga termina en `.ics`. Quien la tiene no necesita sesión.",
    )
    def feed(
        self,
        request: Request[Any, Any, Any],
        id_o_token: FromPath[str],
        read_feed: NamedDependency[SkipValidation[ReadFeed]],
    ) -> Response[str]:
        address = request.client.host if request.client else ""
        return Response(read_feed(id_o_token, address), media_type="text/calendar")


def _dias(desde: date | None, hasta: date | None, anio: int | None) -> tuple[date, date]:
    """Raises CalendarioInvalido or PeriodoMalformed."""
    if anio is not None and desde is None and hasta is None:
        _ = Periodo(anio, 1)
        return date(anio, 1, 1), date(anio, 12, 31)
    if anio is None and desde is not None and hasta is not None:
        return desde, hasta
    raise CalendarioInvalido("anio", "Pide el calendario de un anio, o manda desde y hasta.")
