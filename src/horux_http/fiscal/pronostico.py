"""The forecast of a taxpayer's cash, and the documents behind each of its figures."""

from decimal import Decimal
from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, SkipValidation

from horux_core.fiscal.pronostico.consultando import ShowForecast, ShowForecastDetail
from horux_core.identity.keys import Scope
from horux_core.identity.model import Actor
from horux_http.fiscal.wire_iva import FiguraOut
from horux_http.fiscal.wire_pronostico import PronosticoOut
from horux_http.session import SCOPE

Inicial = Annotated[
    str | None,
    QueryParameter(
        name="saldoInicial",
        description="El dinero que hay hoy en bancos, en MXN; sin él se parte de 0.00 y se advierte.",
        pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$",
    ),
]


class PronosticoController(Controller):
    path = "/api/forecasting"
    tags = ("Pronóstico",)

    @get(
        "/",
        sync_to_thread=True,
        opt={SCOPE: Scope.REPORTES_READ},
        summary="Lo que entra, lo que sale y el saldo de las próximas 13 semanas",
        description="Los PPD por cobrar y por pagar, la nómina, los impuestos en su vencimiento y los gastos "
        "PUE que se repiten cada mes. No incluye IMSS, Infonavit ni declaraciones anuales: los CFDI no los dicen.",
    )
    def show(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        show_forecast: NamedDependency[SkipValidation[ShowForecast]],
        saldo_inicial: Inicial = None,
    ) -> PronosticoOut:
        return PronosticoOut.of(show_forecast(actor, _importe(saldo_inicial)))

    @get(
        "/{semana:int}/detalle",
        sync_to_thread=True,
        opt={SCOPE: Scope.REPORTES_READ},
        summary="Los CFDI detrás de cada cifra de una semana",
    )
    def detail(
        self,
        actor: NamedDependency[SkipValidation[Actor]],
        semana: FromPath[int],
        show_forecast_detail: NamedDependency[SkipValidation[ShowForecastDetail]],
        saldo_inicial: Inicial = None,
    ) -> list[FiguraOut]:
        return [FiguraOut.of(figura) for figura in show_forecast_detail(actor, semana, _importe(saldo_inicial))]


def _importe(texto: str | None) -> Decimal | None:
    return None if texto is None else Decimal(texto)
