"""The ISR of a year by régimen, and the documents behind a month."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from horux_core.fiscal.isr.consulting import ShowIsrDetail, ShowIsrYear
from horux_core.identity.keys import Scope
from horux_core.identity.model import Actor
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.wire_isr import AnioIsrOut, FiguraIsrOut
from horux_http.session import SCOPE

Regimen = Annotated[str | None, QueryParameter(description="Solo las cifras de este régimen.", max_length=4)]


class IsrController(Controller):
    path = "/api/isr"
    tags = ("Impuestos",)

    @get(
        "/",
        sync_to_thread=True,
        opt={SCOPE: Scope.REPORTES_READ},
        summary="El ISR de los doce meses de un año, por régimen",
    )
    def year(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        anio: FromQuery[int],
        show_isr_year: NamedDependency[SkipValidation[ShowIsrYear]],
    ) -> AnioIsrOut:
        return AnioIsrOut.of(anio, show_isr_year(actor, anio))

    @get(
        "/{anio:int}/{mes:int}/detalle",
        sync_to_thread=True,
        opt={SCOPE: Scope.REPORTES_READ},
        summary="Los CFDI detrás de cada cifra de un mes",
    )
    def detail(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        anio: FromPath[int],
        mes: FromPath[int],
        show_isr_detail: NamedDependency[SkipValidation[ShowIsrDetail]],
        regimen: Regimen = None,
    ) -> list[FiguraIsrOut]:
        shown = show_isr_detail(actor, Periodo(anio, mes), regimen)
        return [FiguraIsrOut.de(propio, figura) for propio, figuras in shown for figura in figuras]
