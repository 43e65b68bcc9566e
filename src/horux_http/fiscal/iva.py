"""The IVA of a year, and the documents behind a month."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.fiscal.iva.consulting import ShowIvaDetail, ShowIvaYear
from horux_core.identity.keys import Scope
from horux_core.identity.model import Actor
from horux_core.kernel.periodo import Periodo
from horux_http.fiscal.wire_iva import AnioIvaOut, FiguraOut, MesIvaOut
from horux_http.session import SCOPE


class IvaController(Controller):
    path = "/api/iva"
    tags = ("Impuestos",)

    @get("/", sync_to_thread=True, opt={SCOPE: Scope.REPORTES_READ}, summary="El IVA de los doce meses de un año")
    def year(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        anio: FromQuery[int],
        show_iva_year: NamedDependency[SkipValidation[ShowIvaYear]],
    ) -> AnioIvaOut:
        shown = show_iva_year(actor, anio)
        return AnioIvaOut(anio, [MesIvaOut.of(mes, shown.advertencias.get(mes.periodo, ())) for mes in shown.meses])

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
        show_iva_detail: NamedDependency[SkipValidation[ShowIvaDetail]],
    ) -> list[FiguraOut]:
        return [FiguraOut.of(figura) for figura in show_iva_detail(actor, Periodo(anio, mes))]
