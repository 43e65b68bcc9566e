"""The reports of a taxpayer: as JSON, as a workbook, and the documents behind their figures."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from horux_core.fiscal.reportes.consultando import ShowReport, ShowReportDetail
from horux_core.fiscal.reportes.exportando import ExportReport
from horux_core.fiscal.reportes.model import BaseReporte, Rango
from horux_core.fiscal.reportes.nombres import NombreReporte, Pedido
from horux_core.identity.keys import Scope
from horux_core.identity.model import Actor
from horux_http.accepting import preferred
from horux_http.fiscal.wire_iva import FiguraOut
from horux_http.fiscal.wire_reportes import ReporteOut
from horux_http.session import SCOPE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FormatoReporte(StrEnum):
    JSON = "json"
    XLSX = "xlsx"


Mes = Annotated[
    int | None,
    QueryParameter(description="De 1 a 12; sin él, el año entero, salvo en los reportes que son de un mes."),
]
EnBase = Annotated[
    BaseReporte,
    QueryParameter(description="De estado-resultados y comparativo: al facturarse, o al cobrarse o pagarse."),
]
ContraAnio = Annotated[
    int | None,
    QueryParameter(name="contraAnio", description="De comparativo: el otro año; si no, el anterior."),
]
ContraMes = Annotated[int | None, QueryParameter(name="contraMes", description="De comparativo: el otro mes.")]
Inicial = Annotated[
    str,
    QueryParameter(
        name="saldoInicial",
        description="De flujo-efectivo: el dinero que había antes, en MXN.",
        pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$",
    ),
]
Clave = Annotated[
    str | None, QueryParameter(description="El detalle de un renglón de filas, por su clave.", max_length=400)
]
Formato = Annotated[FormatoReporte | None, QueryParameter(description="xlsx, o por la cabecera Accept.")]


class ReportesController(Controller):
    path = "/api/reportes"
    tags = ("Reportes",)

    @get(
        "/{nombre:str}",
        sync_to_thread=True,
        opt={SCOPE: Scope.REPORTES_READ},
        summary="Un reporte de un mes o de un año",
        description=f"Con `formato=xlsx` o `Accept: {XLSX}` responde el libro de Excel; los papeles de trabajo llevan "
        "fórmulas vivas sobre la hoja de CFDI.",
    )
    def show(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[SkipValidation[Actor]],
        nombre: FromPath[NombreReporte],
        anio: FromQuery[int],
        show_report: NamedDependency[SkipValidation[ShowReport]],
        export_report: NamedDependency[SkipValidation[ExportReport]],
        mes: Mes = None,
        base: EnBase = BaseReporte.DEVENGADO,
        contra_anio: ContraAnio = None,
        contra_mes: ContraMes = None,
        saldo_inicial: Inicial = "0.00",
        formato: Formato = None,
    ) -> Response[ReporteOut]:
        pedido = Pedido(nombre, anio, mes, base, _contra(anio, mes, contra_anio, contra_mes), Decimal(saldo_inicial))
        if formato is FormatoReporte.XLSX or (formato is None and _prefiere_xlsx(request)):
            libro = export_report(actor, pedido)
            return Response(
                libro.contenido,  # type: ignore[arg-type]
                media_type=XLSX,
                headers={
                    "Content-Disposition": f'attachment; filename="{libro.archivo}"',
                    "Vary": "Accept",
                },
            )
        return Response(ReporteOut.of(show_report(actor, pedido)), headers={"Vary": "Accept"})

    @get(
        "/{nombre:str}/detalle",
        sync_to_thread=True,
        opt={SCOPE: Scope.REPORTES_READ},
        summary="Los CFDI detrás de cada cifra de un reporte",
    )
    def detail(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        nombre: FromPath[NombreReporte],
        anio: FromQuery[int],
        show_report_detail: NamedDependency[SkipValidation[ShowReportDetail]],
        mes: Mes = None,
        base: EnBase = BaseReporte.DEVENGADO,
        contra_anio: ContraAnio = None,
        contra_mes: ContraMes = None,
        saldo_inicial: Inicial = "0.00",
        clave: Clave = None,
    ) -> list[FiguraOut]:
        pedido = Pedido(nombre, anio, mes, base, _contra(anio, mes, contra_anio, contra_mes), Decimal(saldo_inicial))
        return [FiguraOut.of(figura) for figura in show_report_detail(actor, pedido, clave)]


def _contra(anio: int, mes: int | None, contra_anio: int | None, contra_mes: int | None) -> Rango | None:
    """What to compare with: the gaps of one that is named are those of the period itself."""
    if contra_anio is None and contra_mes is None:
        return None
    return Rango.de(anio if contra_anio is None else contra_anio, mes if contra_mes is None else contra_mes)


def _prefiere_xlsx(request: Request[Any, Any, Any]) -> bool:
    accept = ",".join(request.headers.getall("accept", []))
    return preferred(accept, ("application/json", XLSX)) == XLSX
