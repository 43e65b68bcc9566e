"""The month at a glance: how it is going, what is due, and the documents behind each figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.fiel.errors import FielMissing
from horux_core.fiel.showing import ShowFiel
from horux_core.fiscal.alertas.catalogo import CATALOGO
from horux_core.fiscal.calendario.marcando import ident_de
from horux_core.fiscal.calendario.vencimientos import primer_dia, ultimo_dia
from horux_core.fiscal.configuracion.adjusting import ShowSettings
from horux_core.fiscal.paquetes.consultando import ComparacionTramo, CompareWithSat, Tramo
from horux_core.fiscal.paquetes.model import Grupo
from horux_core.fiscal.reportes.antiguedad_saldos import TRAMOS
from horux_core.fiscal.reportes.nombrando import NameDocuments
from horux_core.fiscal.tablero.consultando import ShowDashboard, ShowDashboardDetail, por_declarar
from horux_core.fiscal.tablero.model import FiguraTablero, Tablero
from horux_core.identity.model import Permission
from horux_core.kernel.periodo import MESES, Periodo
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Feature
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.lacking import upgrade
from horux_http.fiscal.charting import scale
from horux_http.fiscal.explaining import Explained, documents_of, rule
from horux_http.fiscal.pages_alertas import HOW, with_whom

PATH = "/inicio"
AGES = dict(zip(TRAMOS, ("0 a 30 días", "31 a 60 días", "61 a 90 días", "Más de 90 días"), strict=True))


@dataclass(frozen=True, slots=True)
class Opens:
    """What a figure of the page opens: what it is called, how it comes out, and the report that has it whole."""

    figure: FiguraTablero
    title: str
    how: str
    report: str


_INVOICED = "Lo facturado en el mes sin impuestos, menos sus notas de crédito."
_OWED = "Total de cada factura en parcialidades o diferida, menos sus pagos y notas de crédito a ese día."
OPENED = {
    "ingresos": Opens(FiguraTablero.INGRESOS, "Ingresos facturados", _INVOICED, "estado-resultados"),
    "costosYGastos": Opens(
        FiguraTablero.GASTOS, "Gastos facturados", f"{_INVOICED} Con la nómina.", "estado-resultados"
    ),
    **{
        f"{age}{suffix}": Opens(figure, f"{title}, {text.lower()}" if text else title, _OWED, "antiguedad-saldos")
        for figure, suffix, title in (
            (FiguraTablero.POR_COBRAR, "PorCobrar", "Por cobrar"),
            (FiguraTablero.POR_PAGAR, "PorPagar", "Por pagar"),
        )
        for age, text in {**AGES, "saldo": ""}.items()
    },
}


@dataclass(frozen=True, slots=True)
class Step:
    """Of those that begin the books."""

    text: str
    why: str
    to: str
    done: bool


@dataclass(frozen=True, slots=True)
class Beginning:
    """Says what is still to be done before there are figures, to who may do it."""

    show_settings: ShowSettings
    show_fiel: ShowFiel

    def __call__(self, frame: Frame) -> Sequence[Step]:
        steps = [Step("CFDI", "Con el ZIP que descargaste del SAT basta.", "/carga", done=False)]
        if frame.actor.may(Permission.CONFIGURE):
            settings = self.show_settings(frame.actor, frame.today.year)
            fiscal, opening = bool(settings.regimenes), settings.apertura is not None
            steps.insert(0, Step("Datos fiscales", "Tu régimen dice qué declaras.", "/configuracion/fiscal", fiscal))
            why = "El que traías en tu última declaración de IVA."
            steps.append(Step("Saldo a favor inicial", why, "/configuracion/fiscal#apertura", opening))
        if frame.actor.may(Permission.OWN):
            why = "Para que Horux360 descargue tus CFDI del SAT."
            steps.insert(2, Step("e.firma", why, "/configuracion/sat", self._signed(frame)))
        return steps

    def _signed(self, frame: Frame) -> bool:
        try:
            return bool(self.show_fiel(frame.actor))
        except FielMissing:
            return False


@dataclass(frozen=True, slots=True)
class Month:
    """A month's page, with a figure opened or without."""

    show_dashboard: ShowDashboard
    show_dashboard_detail: ShowDashboardDetail
    compare_with_sat: CompareWithSat
    name_documents: NameDocuments
    beginning: Beginning

    def __call__(self, frame: Frame, periodo: Periodo, cifra: str = "", since: int = 0) -> Response[str]:
        try:
            shown = self.show_dashboard(frame.actor, periodo)
        except FeatureNotInPlan:
            return upgrade(frame, "Inicio")
        if not shown.guardados and frame.actor.may(Permission.WRITE_BOOKS):
            steps = self.beginning(frame)
            return frame.page("fiscal/inicio_vacio.html", steps=steps, done=sum(step.done for step in steps))
        graves = shown.alertas.graves if shown.alertas else ()
        return frame.page(
            "fiscal/inicio.html",
            t=shown,
            cambio={cifra: shown.cambio(cifra) for cifra in (FiguraTablero.INGRESOS, FiguraTablero.GASTOS)},
            periodo=periodo,
            where=f"{PATH}/{periodo.anio}/{periodo.mes}",
            tramo=Tramo(primer_dia(periodo), ultimo_dia(periodo)),
            scale=scale(v for m in shown.tendencia for v in (m.iva_trasladado, m.iva_acreditable)),
            sat=self._compared(frame, periodo),
            names=self.name_documents(frame.actor, [u for a in graves for u in a.hallazgo.uuids[:1]]),
            opened=self._explained(frame, shown, cifra, since),
            **_WORDS,
        )

    def _compared(self, frame: Frame, periodo: Periodo) -> ComparacionTramo | None:
        if not frame.has(Feature.XML_SAT):
            return None
        tramo = Tramo(primer_dia(periodo), ultimo_dia(periodo))
        return self.compare_with_sat(frame.actor, tramo, Grupo.FALTAN, None, 1)

    def _explained(self, frame: Frame, shown: Tablero, cifra: str, since: int) -> Explained | None:
        opens = OPENED.get(cifra)
        if opens is None:
            return None
        periodo = shown.periodo
        figures = self.show_dashboard_detail(frame.actor, periodo, opens.figure)
        figure = next(f for f in figures if f.figura == cifra)
        documents, names, start = documents_of(frame, self.name_documents, figure, since)
        where, asked = f"{PATH}/{periodo.anio}/{periodo.mes}", f"anio={periodo.anio}&mes={periodo.mes}"
        excel = f"/reportes/{opens.report}/excel?{asked}" if frame.has(Feature.REPORTES) else ""
        return Explained(
            opens.title, f"{MESES[periodo.mes - 1].capitalize()} {periodo.anio}", where, f"{where}?cifra={cifra}",
            figure.total, opens.how, (), documents, names, start, excel,
        )  # fmt: skip


_WORDS: dict[str, Any] = {
    "ages": AGES, "catalogo": CATALOGO, "how": HOW, "with_whom": with_whom, "ident_de": ident_de, "rule": rule,
}  # fmt: skip


def beginning(
    show_settings: NamedDependency[SkipValidation[ShowSettings]], show_fiel: NamedDependency[SkipValidation[ShowFiel]]
) -> Beginning:
    return Beginning(show_settings, show_fiel)


def month(
    show_dashboard: NamedDependency[SkipValidation[ShowDashboard]],
    show_dashboard_detail: NamedDependency[SkipValidation[ShowDashboardDetail]],
    compare_with_sat: NamedDependency[SkipValidation[CompareWithSat]],
    name_documents: NamedDependency[SkipValidation[NameDocuments]],
    beginning: NamedDependency[SkipValidation[Beginning]],
) -> Month:
    return Month(show_dashboard, show_dashboard_detail, compare_with_sat, name_documents, beginning)


Shown = NamedDependency[SkipValidation[Month]]


class InicioPages(Controller):
    path = PATH
    dependencies = {  # noqa: RUF012
        "beginning": Provide(beginning, sync_to_thread=False),
        "month": Provide(month, sync_to_thread=False),
    }

    @get(sync_to_thread=True)
    def now(self, frame: Framed, month: Shown) -> Response[str]:
        return month(frame, por_declarar(frame.today))

    @get("/{anio:int}/{mes:int}", sync_to_thread=True)
    def of_month(
        self,
        frame: Framed,
        month: Shown,
        anio: FromPath[int],
        mes: FromPath[int],
        cifra: FromQuery[str] = "",
        desde: FromQuery[int] = 0,
    ) -> Response[str]:
        return month(frame, Periodo(anio, mes), cifra, desde)
