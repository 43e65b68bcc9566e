"""The reports on paper: which there are, and each with its period, its lines, and the documents behind its figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation

from horux_core.fiscal.cfdi.listing import ListCfdis
from horux_core.fiscal.cfdi.stored import Filter
from horux_core.fiscal.isr.errors import EjercicioSinTarifa
from horux_core.fiscal.reportes.consultando import ShowReport
from horux_core.fiscal.reportes.errors import ClaveMissing
from horux_core.fiscal.reportes.exportando import ExportReport
from horux_core.fiscal.reportes.model import BaseReporte, Rango, Reporte
from horux_core.fiscal.reportes.nombrando import NameDocuments
from horux_core.fiscal.reportes.nombres import DE_UN_MES, NombreReporte, Pedido
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import MESES, PRIMERO, ULTIMO, Periodo, PeriodoMalformed
from horux_core.plans.errors import FeatureNotInPlan
from horux_core.plans.model import Feature
from horux_http.browser import filling
from horux_http.browser.forms import NOTHING, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.lacking import upgrade
from horux_http.browser.tables import XLSX, attachment
from horux_http.browser.typed import BALANCE, Mistyped, integer
from horux_http.fiscal.explaining import Explained, documents_of, rule
from horux_http.fiscal.report_views import LISTED, named, sheets, span, title

Showing = NamedDependency[SkipValidation[ShowReport]]
_ROWS = 50
_MESES = tuple((str(n), nombre.capitalize()) for n, nombre in enumerate(MESES, 1))
_BASES = ((BaseReporte.DEVENGADO.value, "Al facturarse"), (BaseReporte.FLUJO.value, "Al cobrarse o pagarse"))
_BASED = frozenset({NombreReporte.ESTADO_RESULTADOS, NombreReporte.COMPARATIVO})
_ASKED = ("anio", "mes", "base", "contra_anio", "contra_mes", "saldo_inicial")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the bar of a report says, as it was written; `refused` when that cannot be."""

    nombre: NombreReporte
    sent: Mapping[str, str]
    pedido: Pedido | None = None
    refused: Refused = field(default=NOTHING)

    def address(self, path: str = "", **more: object) -> str:
        given = {**self.sent, **{name: str(value) for name, value in more.items()}}
        return f"/reportes/{self.nombre}{path}?{urlencode({n: v for n, v in given.items() if v})}"


class ReportesPages(Controller):
    path = "/reportes"

    @get(sync_to_thread=True)
    def index(self, frame: Framed, list_cfdis: NamedDependency[SkipValidation[ListCfdis]]) -> Response[str]:
        if not frame.has(Feature.REPORTES):
            _ = frame.actor.tenant
            return upgrade(frame, "Reportes")
        last = _last(frame, list_cfdis)
        return frame.page(
            "fiscal/reportes.html", listed=LISTED, title=title, last=last, monthly=DE_UN_MES,
            place=last or Periodo.of(frame.today),
        )  # fmt: skip

    @get("/{nombre:str}", sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        nombre: FromPath[str],
        show_report: Showing,
        list_cfdis: NamedDependency[SkipValidation[ListCfdis]],
        name_documents: NamedDependency[SkipValidation[NameDocuments]],
    ) -> Response[str]:
        asked = _asked(frame, _nombre(nombre))
        heavy = frame.has(Feature.REPORTES) and asked.pedido and asked.nombre is not NombreReporte.ANTIGUEDAD_SALDOS
        if heavy and (meanwhile := filling.first(frame, title(asked.nombre))):
            return meanwhile
        try:
            reporte = show_report(frame.actor, asked.pedido) if asked.pedido else None
        except FeatureNotInPlan:
            return upgrade(frame, "Reportes")
        except EjercicioSinTarifa as error:
            asked, reporte = replace(asked, pedido=None, refused=Refused.of(error, "anio")), None
        if reporte is None and not frame.has(Feature.REPORTES):
            _ = frame.actor.tenant
            return upgrade(frame, "Reportes")
        return _page(frame, asked, reporte, list_cfdis, name_documents)

    @get("/{nombre:str}/excel", sync_to_thread=True)
    def excel(
        self,
        frame: Framed,
        nombre: FromPath[str],
        export_report: NamedDependency[SkipValidation[ExportReport]],
    ) -> Response[Any]:
        asked = _asked(frame, _nombre(nombre))
        if asked.pedido is None:
            return frame.go(asked.address())
        try:
            libro = export_report(frame.actor, asked.pedido)
        except FeatureNotInPlan:
            return upgrade(frame, "Reportes")
        return attachment(libro.archivo, XLSX, libro.contenido)


def _page(
    frame: Frame, asked: Asked, reporte: Reporte | None, list_cfdis: ListCfdis, name_documents: NameDocuments
) -> Response[str]:
    query = frame.request.query_params
    found = sheets(reporte, asked.nombre) if reporte else ()
    nothing = reporte is not None and not any(f.documentos for f in _every(reporte))
    return frame.page(
        "fiscal/reporte.html",
        status=422 if asked.refused else 200,
        asked=asked,
        asks=_asks(asked.nombre),
        nombre=asked.nombre,
        title=title(asked.nombre),
        reporte=reporte,
        sheets=found,
        since=_since(query.get("fila", ""), max((len(s.rows) for s in found), default=0)),
        rows=_ROWS,
        last=_last(frame, list_cfdis) if nothing else None,
        nothing=nothing,
        opened=_explained(frame, name_documents, asked, reporte, query) if reporte else None,
        rule=rule,
    )


def _asks(nombre: NombreReporte) -> dict[str, tuple[tuple[str, str], ...]]:
    """The fields of its bar, with what each of those to choose from has; an empty one is typed."""
    whole: tuple[tuple[str, str], ...] = () if nombre in DE_UN_MES else (("", "Todo el año"),)
    fields: dict[str, tuple[tuple[str, str], ...]] = {"mes": (*whole, *_MESES)}
    if nombre in _BASED:
        fields["base"] = _BASES
    if nombre is NombreReporte.COMPARATIVO:
        fields |= {"contra_anio": (), "contra_mes": (("", "El mismo"), *_MESES)}
    if nombre is NombreReporte.FLUJO_EFECTIVO:
        fields["saldo_inicial"] = ()
    return fields


def _nombre(text: str) -> NombreReporte:
    """Raises HTTPException: 404 for what is no report."""
    try:
        return NombreReporte(text)
    except ValueError as error:
        raise NotFoundException from error


def _asked(frame: Frame, nombre: NombreReporte) -> Asked:
    """By the bar, whose empty fields say nothing; without it, the month or the year of today."""
    query = frame.request.query_params
    sent = {name: query.get(name, "").strip() for name in _ASKED}
    sent["anio"] = sent["anio"] or str(frame.today.year)
    if nombre in DE_UN_MES and not sent["mes"]:
        sent["mes"] = str(frame.today.month)
    try:
        anio, mes = _entero(sent["anio"], "anio"), _entero(sent["mes"], "mes")
        assert anio is not None
        otro = (_entero(sent["contra_anio"], "contra_anio"), _entero(sent["contra_mes"], "contra_mes"))
        contra = _contra(anio, mes, *otro)
        base = _base(sent["base"])
        saldo = BALANCE.maybe(sent["saldo_inicial"], "saldo_inicial") or CERO
        return Asked(nombre, sent, Pedido(nombre, anio, mes, base, contra, saldo))
    except PeriodoMalformed as error:
        return Asked(nombre, sent, None, Refused.of(error, "anio"))
    except Mistyped as error:
        return Asked(nombre, sent, None, Refused.of(error, error.campo))


def _base(text: str) -> BaseReporte:
    try:
        return BaseReporte(text) if text else BaseReporte.DEVENGADO
    except ValueError as error:
        raise Mistyped("base", "Elige la base de la lista.") from error


def _entero(text: str, at: str) -> int | None:
    """A year or a month, as its field is one or the other. Raises Mistyped."""
    if not text:
        return None
    a_year = at.endswith("anio")
    found = integer(text, at, 2026 if a_year else 1)
    least, most, what = (PRIMERO.anio, ULTIMO.anio, "El año") if a_year else (1, 12, "El mes")
    if not least <= found <= most:
        raise Mistyped(at, f"{what} va de {least} a {most}.")
    return found


def _contra(anio: int, mes: int | None, contra_anio: int | None, contra_mes: int | None) -> Rango | None:
    if contra_anio is None and contra_mes is None:
        return None
    return Rango.de(anio if contra_anio is None else contra_anio, mes if contra_mes is None else contra_mes)


def _last(frame: Frame, list_cfdis: ListCfdis) -> Periodo | None:
    """The month of the newest document; None without any."""
    newest = list_cfdis(frame.actor, Filter(), None, 1).items
    return Periodo.of(newest[0].cfdi.fecha_emision) if newest else None


def _every(reporte: Reporte) -> list[Any]:
    return [*reporte.figuras, *(f for fila in reporte.filas for f in fila.figuras)]


def _since(text: str, many: int) -> int:
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    return found if found < many else 0


def _explained(
    frame: Frame, name_documents: NameDocuments, asked: Asked, reporte: Reporte, query: Any
) -> Explained | None:
    """The figure that is open. Raises ClaveMissing when the report has no such line."""
    clave, cifra = query.get("clave", ""), query.get("cifra", "")
    if not cifra:
        return None
    fila = next((f for f in reporte.filas if f.clave == clave), None)
    if clave and fila is None:
        raise ClaveMissing
    figure = next((f for f in (fila.figuras if fila else reporte.figuras) if f.figura == cifra), None)
    if figure is None:
        raise ClaveMissing
    at = _since(query.get("desde", ""), len(figure.documentos))
    documents, names, start = documents_of(frame, name_documents, figure, at)
    row = query.get("fila", "")
    here, close = asked.address(clave=clave, cifra=cifra, fila=row), asked.address(fila=row)
    place = f"{title(asked.nombre)}, {span(reporte.desde, reporte.hasta).lower()}"
    whole = asked.nombre is NombreReporte.DIOT or cifra == "aPagarPesos"
    return Explained(
        named(cifra, fila, reporte, asked.nombre), place, close, here, figure.total, "",
        (), documents, names, start, asked.address("/excel"), digits=0 if whole else 2,
    )  # fmt: skip
