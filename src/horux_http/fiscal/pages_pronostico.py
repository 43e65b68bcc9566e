"""The coming weeks on paper: what comes in, what goes out, what is left, and what all of it stands on."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.fiscal.pronostico.consultando import (
    MESES_DE_HISTORIA,
    SALDO_SUPUESTO,
    SALIDAS,
    PronosticoMostrado,
    ShowForecast,
    ShowForecastDetail,
)
from horux_core.fiscal.pronostico.model import Base, Parametros, Semana
from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato
from horux_core.fiscal.reportes.nombrando import NameDocuments
from horux_core.fiscal.reportes.ports import Hojas
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Feature
from horux_http.browser import filling
from horux_http.browser.formats import fecha
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.lacking import upgrade
from horux_http.browser.tables import download, in_file
from horux_http.browser.typed import BALANCE, Mistyped
from horux_http.fiscal import explaining
from horux_http.fiscal.charting import scale
from horux_http.fiscal.explaining import Explained, documents_of

Shown = NamedDependency[SkipValidation[ShowForecast]]
PATH = "/pronostico"
MOST = 50
"""Counterparts whose days are shown."""
_RULES_OF = Parametros()
BASES = {
    Base.PROPIA: "de sus pagos del último año",
    Base.PROMEDIO: f"el promedio de todos: los suyos son menos de {_RULES_OF.pagos_minimos}",
    Base.SUPUESTA: "supuestos: aún no hay pagos",
}


@dataclass(frozen=True, slots=True)
class Column:
    figure: str
    title: str
    how: str


COLUMNS = (
    Column("entradas", "Entra", "Saldo de cada factura por cobrar el día en que su cliente suele pagar; lo viejo, en "
        "parte."),
    Column("proveedores", "Proveedores", "Saldo de cada factura por pagar el día en que la sueles pagar."),
    Column("nomina", "Nómina", f"Promedio de los últimos {_RULES_OF.meses_de_media} meses cerrados."),
    Column("impuestos", "Impuestos", "Lo calculado, el día en que vence; lo de meses por venir, un promedio."),
    Column("recurrentes", "Recurrentes", "Promedio de los gastos PUE que se repiten cada mes."),
    Column("salidas", "Sale", "Proveedores + nómina + impuestos + recurrentes."),
    Column("saldo", "Saldo", "Saldo anterior + entra − sale."),
)  # fmt: skip
_CHANGE = Column("saldo", "Cambio acumulado", "Cambio de las semanas anteriores + entra − sale.")
"""In place of the balance where nobody told that of today."""
_RULES = {
    "saldo_anterior": "Saldo anterior", "promedio_nomina": "Promedio de nómina", "promedio_gasto": "Promedio del gasto",
    "iva": "IVA", "promedio_iva": "IVA, promedio", "iva_retenido": "IVA retenido",
    "promedio_iva_retenido": "IVA retenido, promedio", "isr_retenido": "ISR retenido",
    "promedio_isr_retenido": "ISR retenido, promedio",
}  # fmt: skip


class PronosticoPages(Controller):
    path = PATH

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        show_forecast: Shown,
        show_forecast_detail: NamedDependency[SkipValidation[ShowForecastDetail]],
        name_documents: NamedDependency[SkipValidation[NameDocuments]],
        saldo: FromQuery[str] = "",
        semana: FromQuery[int] = 0,
        cifra: FromQuery[str] = "",
        desde: FromQuery[int] = 0,
    ) -> Response[str]:
        if frame.has(Feature.FORECASTING) and (meanwhile := filling.first(frame, "Pronóstico")):
            return meanwhile
        try:
            refused, begun = NOTHING, BALANCE.maybe(saldo, "saldo")
        except Mistyped as error:
            refused, begun = Refused.of(error, "saldo"), None
        try:
            shown = show_forecast(frame.actor, begun)
        except FeatureNotInPlan:
            return upgrade(frame, "Pronóstico")
        column = next((each for each in columns_of(shown) if each.figure == cifra), None)
        opened = None
        if column and 1 <= semana <= len(shown.pronostico.semanas):
            figures = {f.figura: f for f in show_forecast_detail(frame.actor, semana, begun)}
            figure, week = figures[cifra], shown.pronostico.semanas[semana - 1]
            documents, names, start = documents_of(frame, name_documents, figure, desde)
            opened = Explained(
                column.title, span(week), _address(saldo), _address(saldo, semana=semana, cifra=cifra), figure.total,
                column.how, (), documents, names, start,
            )  # fmt: skip
        return _page(frame, shown, refused, saldo, opened)

    @get("/excel", sync_to_thread=True)
    def excel(
        self,
        frame: Framed,
        show_forecast: Shown,
        hojas: NamedDependency[SkipValidation[Hojas]],
        saldo: FromQuery[str] = "",
    ) -> Response[Any]:
        try:
            shown = show_forecast(frame.actor, BALANCE.maybe(saldo, "saldo"))
        except Mistyped:
            return frame.go(_address(saldo))
        except FeatureNotInPlan:
            return upgrade(frame, "Pronóstico")
        assert frame.desk is not None
        tenant, hoy = frame.desk.tenant, shown.pronostico.hoy
        title = ("Pronóstico", f"{tenant.nombre}, {tenant.rfc}", f"Al {fecha(hoy)}, en MXN")
        columns = (
            Columna("Del", Formato.FECHA), Columna("Al", Formato.FECHA),
            *(Columna(column.title, Formato.IMPORTE) for column in columns_of(shown)),
        )  # fmt: skip
        name = f"{in_file(str(tenant.rfc))}-pronostico-{hoy}"
        return download("xlsx", hojas, name, title, columns, list(_rows(shown)))


def columns_of(shown: PronosticoMostrado) -> tuple[Column, ...]:
    return (*COLUMNS[:-1], _CHANGE) if shown.sin_saldo else COLUMNS


def value(week: Semana, figure: str) -> Decimal:
    """What a week has under a column."""
    concept = next((concept for concept, name in SALIDAS.items() if name == figure), None)
    found: Decimal = getattr(week, figure) if concept is None else week.de(concept)
    return found


def span(week: Semana) -> str:
    return f"{fecha(week.desde, week.hasta.year)} a {fecha(week.hasta)}"


def _rows(shown: PronosticoMostrado) -> Iterator[tuple[Celda, ...]]:
    for week in shown.pronostico.semanas:
        yield (week.desde, week.hasta, *(value(week, column.figure) for column in COLUMNS))


def _page(
    frame: Frame, shown: PronosticoMostrado, refused: Refused, saldo: str, opened: Explained | None
) -> Response[str]:
    p = shown.pronostico
    return frame.page(
        "fiscal/pronostico.html",
        status=422 if refused else 200,
        p=p,
        shown=shown,
        told=[a for a in shown.advertencias if a.codigo != SALDO_SUPUESTO],
        enough=MESES_DE_HISTORIA,
        columns=columns_of(shown),
        value=value,
        span=span,
        scale=scale((p.saldo_inicial, *(week.saldo for week in p.semanas))),
        terms=(("Clientes", p.plazos_clientes), ("Proveedores", p.plazos_proveedores)),
        bases=BASES,
        most=MOST,
        months_of_mean=_RULES_OF.meses_de_media,
        late=_RULES_OF.probabilidades[0][0],
        saldo=saldo,
        asked="" if refused else saldo,
        address=_address,
        refused=refused,
        opened=opened,
        rule=_rule_of_change if shown.sin_saldo else rule,
    )


def rule(code: str) -> str:
    base, at, part = code.partition("_al_")
    return f"{explaining.rule(base)}, al {part}%" if at else _RULES.get(code) or explaining.rule(code)


def _rule_of_change(code: str) -> str:
    return "Semanas anteriores" if code == "saldo_anterior" else rule(code)


def _address(saldo: str, place: str = "", **asked: object) -> str:
    given = urlencode({name: each for name, each in {"saldo": saldo, **asked}.items() if each})
    return f"{PATH}{place}?{given}" if given else f"{PATH}{place}"
