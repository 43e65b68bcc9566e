"""The month at a glance, and the documents behind its figures."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter, SkipValidation

from horux_core.fiscal.tablero.consultando import ShowDashboard, ShowDashboardDetail
from horux_core.fiscal.tablero.model import FiguraTablero
from horux_core.identity.keys import Scope
from horux_core.identity.model import Actor
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.wire_dashboard import DashboardOut
from horux_http.fiscal.wire_iva import FiguraOut
from horux_http.session import SCOPE

Figura = Annotated[FiguraTablero, QueryParameter(description="De qué cifra; se desglosa en lo que la forma.")]


class DashboardController(Controller):
    path = "/api/dashboard"
    tags = ("Dashboard",)
    opt = {SCOPE: Scope.REPORTES_READ}  # noqa: RUF012

    @get(
        "/",
        sync_to_thread=True,
        summary="El mes en una sola respuesta",
        description="Cada `detalle` es la ruta de los CFDI que suman su cifra. Lo que el plan no incluye es `null`.",
    )
    def show(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        anio: FromQuery[int],
        mes: FromQuery[int],
        show_dashboard: NamedDependency[SkipValidation[ShowDashboard]],
    ) -> DashboardOut:
        return DashboardOut.of(show_dashboard(actor, Periodo(anio, mes)))

    @get("/detalle", sync_to_thread=True, summary="Los CFDI detrás de una cifra del mes")
    def detail(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        anio: FromQuery[int],
        mes: FromQuery[int],
        figura: Figura,
        show_dashboard_detail: NamedDependency[SkipValidation[ShowDashboardDetail]],
    ) -> list[FiguraOut]:
        return [FiguraOut.of(hecha) for hecha in show_dashboard_detail(actor, Periodo(anio, mes), figura)]
