"""The IVA on paper: a year's months, and a month's worksheet in which every figure opens what it is made of."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.fiscal.configuracion.contrasting import ContrastReturn
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.iva.consulting import AnioIva, ShowIvaDetail, ShowIvaYear
from horux_core.fiscal.iva.model import MesIva
from horux_core.fiscal.iva.recomputing import IVA
from horux_core.fiscal.reportes.nombrando import NameDocuments
from horux_core.identity.model import Permission
from horux_core.kernel.periodo import MESES, Periodo
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Feature
from horux_http.browser.formats import importe
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.browser.lacking import upgrade
from horux_http.fiscal.charting import scale
from horux_http.fiscal.explaining import Explained, documents_of, rule, with_numbers
from horux_http.fiscal.filing import Filing, note
from horux_http.fiscal.sheet_iva import LINES, OPENED, SHEET, Line, parts, value
from horux_http.session import NEEDS

Yearly = NamedDependency[SkipValidation[ShowIvaYear]]
Detailed = NamedDependency[SkipValidation[ShowIvaDetail]]
Contrasted = NamedDependency[SkipValidation[ContrastReturn]]
Named = NamedDependency[SkipValidation[NameDocuments]]


class IvaPages(Controller):
    path = "/iva"

    @get(sync_to_thread=True)
    def now(self, frame: Framed) -> Response[bytes]:
        return frame.go(f"/iva/{frame.today.year}")

    @get("/{anio:int}", sync_to_thread=True)
    def year(self, frame: Framed, anio: FromPath[int], show_iva_year: Yearly) -> Response[str]:
        try:
            shown = show_iva_year(frame.actor, anio)
        except FeatureNotInPlan:
            return upgrade(frame, "IVA", anio)
        return frame.page(
            "fiscal/iva_anio.html",
            anio=anio,
            meses=shown.meses,
            total=shown.total,
            hay=any(value(m, c) for m in shown.meses for c in ("iva_trasladado", "iva_acreditable", "base_0")),
            advertencias=tuple(dict.fromkeys(a for every in shown.advertencias.values() for a in every)),
            series=(
                ("a", [m.iva_trasladado for m in shown.meses]),
                ("b", [m.iva_acreditable for m in shown.meses]),
            ),
            linea=[m.resultado for m in shown.meses if m.periodo <= Periodo.of(frame.today)],
            scale=scale(value(m, c) for m in shown.meses for c in ("iva_trasladado", "iva_acreditable", "resultado")),
        )

    @get("/{anio:int}/{mes:int}", sync_to_thread=True)
    def month(
        self,
        frame: Framed,
        anio: FromPath[int],
        mes: FromPath[int],
        show_iva_year: Yearly,
        show_iva_detail: Detailed,
        contrast_return: Contrasted,
        name_documents: Named,
        cifra: FromQuery[str] = "",
        desde: FromQuery[int] = 0,
    ) -> Response[str]:
        periodo = Periodo(anio, mes)
        try:
            filing = Filing(contrast_return(frame.actor, IVA, periodo))
            line = OPENED.get(cifra)
            shown = show_iva_year(frame.actor, anio)
            opened = None
            if line:
                opened = _explained(frame, show_iva_detail, name_documents, line, shown.meses[mes - 1], desde)
            return _month(frame, shown, periodo, filing, opened=opened, line=line)
        except FeatureNotInPlan:
            return upgrade(frame, "IVA", anio)

    @post("/{anio:int}/{mes:int}/declaracion", sync_to_thread=True, opt={NEEDS: Permission.CONFIGURE})
    def file(
        self,
        frame: Framed,
        form: Sent,
        anio: FromPath[int],
        mes: FromPath[int],
        note_return: NamedDependency[SkipValidation[NoteReturn]],
        show_iva_year: Yearly,
        contrast_return: Contrasted,
    ) -> Response[Any]:
        periodo = Periodo(anio, mes)
        if not frame.has(Feature.IVA_ISR):
            return upgrade(frame, "IVA", anio)
        refused = note(frame, form, note_return, IVA, periodo)
        if refused:
            filing = Filing(contrast_return(frame.actor, IVA, periodo), refused, form)
            return _month(frame, show_iva_year(frame.actor, anio), periodo, filing, status=422)
        return frame.go(
            f"/iva/{anio}/{mes}#presentado", f"Declaración de {MESES[mes - 1]} anotada. El mes está cerrado."
        )


def _month(
    frame: Frame, shown: AnioIva, periodo: Periodo, filing: Filing, status: int = 200, **opened: Any
) -> Response[str]:
    return frame.page(
        "fiscal/iva_mes.html",
        status=status,
        anio=periodo.anio,
        periodo=periodo,
        meses=shown.meses,
        este=shown.meses[periodo.mes - 1],
        advertencias=shown.advertencias.get(periodo, ()),
        sheet=SHEET,
        value=value,
        rule=rule,
        filing=filing,
        **{"opened": None, "line": None, **opened},
    )


def _explained(
    frame: Frame, show_iva_detail: ShowIvaDetail, name_documents: NameDocuments, line: Line, mes: MesIva, since: int
) -> Explained:
    periodo = mes.periodo
    where = f"/iva/{periodo.anio}/{periodo.mes}"
    place = f"{f'Renglón {line.ref}, ' if line.ref else ''}{MESES[periodo.mes - 1]} {periodo.anio}"
    common = (line.text, place, where, f"{where}?cifra={line.opens}", value(mes, line.column), line.how)
    numbers = with_numbers(line.how, {one.ref: importe(value(mes, one.column), one.digits) for one in LINES})
    if not line.figure:
        return Explained(*common, parts(line, mes, where), law=line.law, digits=line.digits, numbers=numbers)
    figure = next(iter(show_iva_detail(frame.actor, periodo, line.figure)))
    documents, names, start = documents_of(frame, name_documents, figure, since)
    excel = f"/reportes/papel-iva/excel?anio={periodo.anio}&mes={periodo.mes}" if frame.has(Feature.REPORTES) else ""
    return Explained(*common, (), documents, names, start, excel, numbers=numbers)
