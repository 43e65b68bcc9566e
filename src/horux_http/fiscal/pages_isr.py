"""The ISR on paper: a year's months by régimen, and a month's worksheet in which every figure opens its documents."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.fiscal.configuracion.adjusting import Adjustment, AdjustSettings
from horux_core.fiscal.configuracion.contrasting import ContrastReturn
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.configuracion.errors import AjusteInvalido
from horux_core.fiscal.isr.consulting import DECLARACION_DISTINTA, SIN_COEFICIENTE, AnioIsr, ShowIsrDetail, ShowIsrYear
from horux_core.fiscal.isr.errors import RegimenSinIsr
from horux_core.fiscal.isr.model import GENERAL_PM, MesIsr
from horux_core.fiscal.isr.recomputing import ISR
from horux_core.fiscal.iva.model import Figura
from horux_core.fiscal.reportes.model import figura
from horux_core.fiscal.reportes.nombrando import NameDocuments
from horux_core.identity.model import Permission
from horux_core.kernel.periodo import MESES, Periodo
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Feature
from horux_core.tenancy.regimenes import nombre_de_regimen
from horux_http.browser.formats import importe
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.browser.lacking import upgrade
from horux_http.browser.typed import Mistyped
from horux_http.fiscal.ajustes_form import COEFFICIENT
from horux_http.fiscal.charting import scale
from horux_http.fiscal.explaining import Explained, documents_of, rule, with_numbers
from horux_http.fiscal.filing import Filing, note
from horux_http.fiscal.sheet_isr import parts, place, sheet, value
from horux_http.fiscal.sheet_iva import Line
from horux_http.session import NEEDS

Yearly = NamedDependency[SkipValidation[ShowIsrYear]]
Detailed = NamedDependency[SkipValidation[ShowIsrDetail]]
Contrasted = NamedDependency[SkipValidation[ContrastReturn]]
Named = NamedDependency[SkipValidation[NameDocuments]]
_TERCEROS = "retenidoATerceros"
_TOLD_APART = frozenset({SIN_COEFICIENTE, DECLARACION_DISTINTA})


class IsrPages(Controller):
    path = "/isr"

    @get(sync_to_thread=True)
    def now(self, frame: Framed) -> Response[bytes]:
        return frame.go(f"/isr/{frame.today.year}")

    @get("/{anio:int}", sync_to_thread=True)
    def year(self, frame: Framed, anio: FromPath[int], show_isr_year: Yearly) -> Response[str]:
        try:
            shown = show_isr_year(frame.actor, anio)
        except FeatureNotInPlan:
            return upgrade(frame, "ISR", anio)
        advertencias = _of_year(shown)
        a_pagar = [shown.a_pagar.get(Periodo(anio, n), Decimal(0)) for n in range(1, 13)]
        return frame.page(
            "fiscal/isr_anio.html", anio=anio, shown=shown, nombre=nombre_de_regimen, a_pagar=a_pagar,
            scale=scale(a_pagar), advertencias=[a for a in advertencias if a.codigo != SIN_COEFICIENTE],
            sin_coeficiente=any(a.codigo == SIN_COEFICIENTE for a in advertencias), general=GENERAL_PM,
        )  # fmt: skip

    @get("/{anio:int}/{mes:int}", sync_to_thread=True)
    def month(
        self,
        frame: Framed,
        anio: FromPath[int],
        mes: FromPath[int],
        show_isr_year: Yearly,
        show_isr_detail: Detailed,
        contrast_return: Contrasted,
        name_documents: Named,
        cifra: FromQuery[str] = "",
        regimen: FromQuery[str] = "",
        desde: FromQuery[int] = 0,
    ) -> Response[str]:
        periodo = Periodo(anio, mes)
        try:
            filing = Filing(contrast_return(frame.actor, ISR, periodo))
            shown = show_isr_year(frame.actor, anio)
            opened = (
                _explained(frame, shown, show_isr_detail, name_documents, periodo, regimen, cifra) if cifra else None
            )
        except FeatureNotInPlan:
            return upgrade(frame, "ISR", anio)
        if opened and desde:
            opened = replace(opened, since=desde if 0 <= desde < len(opened.documents) else 0)
            opened = replace(opened, names=name_documents(frame.actor, [r.uuid for r in opened.shown]))
        return _month(frame, shown, periodo, filing, opened=opened, on=(regimen, cifra))

    @post("/{anio:int}/{mes:int}/declaracion", sync_to_thread=True, opt={NEEDS: Permission.CONFIGURE})
    def file(
        self,
        frame: Framed,
        form: Sent,
        anio: FromPath[int],
        mes: FromPath[int],
        note_return: NamedDependency[SkipValidation[NoteReturn]],
        show_isr_year: Yearly,
        contrast_return: Contrasted,
    ) -> Response[Any]:
        periodo = Periodo(anio, mes)
        if not frame.has(Feature.IVA_ISR):
            return upgrade(frame, "ISR", anio)
        refused = note(frame, form, note_return, ISR, periodo)
        if refused:
            filing = Filing(contrast_return(frame.actor, ISR, periodo), refused, form)
            return _month(frame, show_isr_year(frame.actor, anio), periodo, filing, status=422)
        return frame.go(
            f"/isr/{anio}/{mes}#presentado", f"Declaración de {MESES[mes - 1]} anotada. El mes está cerrado."
        )

    @post("/{anio:int}/{mes:int}/coeficiente", sync_to_thread=True, opt={NEEDS: Permission.CONFIGURE})
    def coefficient(
        self,
        frame: Framed,
        form: Sent,
        anio: FromPath[int],
        mes: FromPath[int],
        adjust_settings: NamedDependency[SkipValidation[AdjustSettings]],
        show_isr_year: Yearly,
        contrast_return: Contrasted,
    ) -> Response[Any]:
        periodo = Periodo(anio, mes)
        if not frame.has(Feature.IVA_ISR):
            return upgrade(frame, "ISR", anio)
        try:
            coeficiente = COEFFICIENT.read(form["coeficiente"], "coeficiente")
            adjust_settings(frame.actor, anio, Adjustment(coeficiente_utilidad=coeficiente))
        except (AjusteInvalido, Mistyped) as error:
            filing = Filing(contrast_return(frame.actor, ISR, periodo))
            missing = {"refused": Refused.of(error, "coeficiente"), "coeficiente": form["coeficiente"]}
            return _month(frame, show_isr_year(frame.actor, anio), periodo, filing, status=422, **missing)
        return frame.go(f"/isr/{anio}/{mes}", f"Coeficiente de {anio} guardado. Los meses se recalcularon.")


def _of_year(shown: AnioIsr) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*shown.del_anio, *(a for every in shown.del_mes.values() for a in every))))


def _month(
    frame: Frame, shown: AnioIsr, periodo: Periodo, filing: Filing, status: int = 200, **more: Any
) -> Response[str]:
    meses = shown.de(periodo)
    advertencias = dict.fromkeys(a for m in meses for a in shown.del_mes.get((m.regimen, periodo), ()))
    given = {"opened": None, "on": ("", ""), "refused": NOTHING, "coeficiente": "", **more}
    return frame.page(
        "fiscal/isr_mes.html",
        status=status,
        anio=periodo.anio,
        periodo=periodo,
        shown=shown,
        a_pagar=shown.a_pagar,
        sheets=[(m, sheet(m, _moral(frame))) for m in meses],
        nombre=nombre_de_regimen,
        advertencias=[a for a in (*shown.del_anio, *advertencias) if a.codigo not in _TOLD_APART],
        sin_coeficiente=any(a.codigo == SIN_COEFICIENTE for a in advertencias),
        terceros=shown.retenido_a_terceros[periodo.mes - 1],
        value=value,
        filing=filing,
        rule=rule,
        **given,
    )


def _explained(
    frame: Frame,
    shown: AnioIsr,
    show_isr_detail: ShowIsrDetail,
    name_documents: NameDocuments,
    periodo: Periodo,
    regimen: str,
    cifra: str,
) -> Explained | None:
    """None for a figure that is not one of the sheet's. Raises RegimenSinIsr."""
    where = f"/isr/{periodo.anio}/{periodo.mes}"
    if cifra == _TERCEROS:
        return _of_others(frame, show_isr_detail, name_documents, periodo, where)
    mes = next((m for m in shown.de(periodo) if m.regimen == regimen), None)
    if mes is None:
        raise RegimenSinIsr(regimen, periodo.anio)
    lines = {line.column: line for _, every in sheet(mes, _moral(frame)) for line in every}
    line = next((one for one in lines.values() if one.opens == cifra and not one.within), None)
    if line is None:
        return None
    explained = _worked_out(line, mes, lines, where)
    if not line.figure:
        return explained
    ((_, (found,)),) = show_isr_detail(frame.actor, periodo, regimen, line.figure)
    documents, names, start = documents_of(frame, name_documents, found, 0)
    return replace(
        explained, documents=documents, names=names, since=start, excel=_excel(frame, periodo),
        why=_why(line.column, mes),
    )  # fmt: skip


def _worked_out(line: Line, mes: MesIsr, lines: Mapping[str, Line], where: str) -> Explained:
    """How a line comes out, and from which others where no document says it."""
    named = {one.ref: importe(value(mes, one.column), one.digits) for one in lines.values() if one.ref}
    here = f"{where}?regimen={mes.regimen}&cifra={line.opens}"
    explained = Explained(
        line.text, place(line, mes), where, here, value(mes, line.column), line.how,
        numbers=with_numbers(line.how, named),
    )  # fmt: skip
    if line.figure:
        return explained
    return replace(explained, parts=parts(line, mes, lines, where), law=line.law, digits=line.digits)


def _moral(frame: Frame) -> bool:
    return frame.desk is not None and frame.desk.tenant.rfc.moral


def _why(column: str, mes: MesIsr) -> str:
    if column == "pagos_previos" and mes.pagos_previos:
        return "Son los pagos provisionales que dan los meses anteriores del mismo año."
    return ""


def _of_others(
    frame: Frame, show_isr_detail: ShowIsrDetail, name_documents: NameDocuments, periodo: Periodo, where: str
) -> Explained:
    every = [f for _, figures in show_isr_detail(frame.actor, periodo, None, _TERCEROS) for f in figures]
    found: Figura = figura(_TERCEROS, [r for f in every for r in f.documentos])
    documents, names, start = documents_of(frame, name_documents, found, 0)
    when = f"{MESES[periodo.mes - 1]} {periodo.anio}"
    here = f"{where}?cifra={_TERCEROS}"
    return Explained(
        "ISR que retuviste a otros", when, where, here, found.total, "Se entera con el mes, aparte de tu pago.",
        (), documents, names, start, _excel(frame, periodo),
    )  # fmt: skip


def _excel(frame: Frame, periodo: Periodo) -> str:
    papel = f"/reportes/papel-isr/excel?anio={periodo.anio}&mes={periodo.mes}"
    return papel if frame.has(Feature.REPORTES) else ""
