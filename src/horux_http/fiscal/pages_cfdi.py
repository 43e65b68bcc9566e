"""The documents in a browser: the list with its cuts and sums, one of them whole, and what its keeper judges of it."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from horux_core.fiscal.cfdi.correcting import CorrectCfdi, marca_de
from horux_core.fiscal.cfdi.exportando import ExportCfdis
from horux_core.fiscal.cfdi.ficha import Hoja, LookAtCfdi
from horux_core.fiscal.cfdi.hojeando import BrowseCfdis
from horux_core.fiscal.cfdi.listing import POR_PAGINA, DownloadXml
from horux_core.fiscal.cfdi.model import Direccion, Estado
from horux_core.fiscal.cfdi.paging import folio
from horux_core.fiscal.errors import CorreccionInvalida
from horux_core.fiscal.reportes.nombrando import nombre
from horux_core.identity.model import Permission
from horux_core.kernel.marca import CAMPO
from horux_core.kernel.same import SAME
from horux_core.plans.errors import SubscriptionInactive
from horux_core.plans.model import Feature
from horux_http.browser.csv_text import CSV, csv_sheet
from horux_http.browser.forms import NOTHING, Form, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.tables import attachment
from horux_http.fiscal import catalogos
from horux_http.fiscal.asked_cfdis import AskedCfdis, Metodo, asked_cfdis
from horux_http.fiscal.judging import judged, shown_values
from horux_http.fiscal.reportes import XLSX
from horux_http.session import NEEDS

AnyRequest = Request[Any, Any, Any]
Browsing = NamedDependency[SkipValidation[BrowseCfdis]]
_MOST_SEEN = 10_000_000


class CfdiPages(Controller):
    """The documents of a taxpayer."""

    path = "/cfdi"

    @get("/", sync_to_thread=True)
    def list(self, request: AnyRequest, frame: Framed, browse_cfdis: Browsing) -> Response[str]:
        return _listed(frame, browse_cfdis, _asked(request), request.query_params.get("vistos", ""))

    @get("/exportar", sync_to_thread=True)
    def export(
        self,
        request: AnyRequest,
        frame: Framed,
        export_cfdis: NamedDependency[SkipValidation[ExportCfdis]],
        browse_cfdis: Browsing,
    ) -> Response[bytes] | Response[str]:
        asked = _asked(request)
        if asked.refused:
            return _listed(frame, browse_cfdis, asked, exporting=True)
        if request.query_params.get("formato") == "csv":
            sheet = export_cfdis.lista(frame.actor, asked.wanted)
            return attachment(f"{sheet.archivo}.csv", CSV, csv_sheet(sheet.hoja))
        name, content = export_cfdis(frame.actor, asked.wanted)
        return attachment(name, XLSX, content)

    @get("/{uuid:str}", sync_to_thread=True)
    def show(
        self, frame: Framed, uuid: FromPath[str], look_at_cfdi: NamedDependency[SkipValidation[LookAtCfdi]]
    ) -> Response[str]:
        return _shown(frame, look_at_cfdi(frame.actor, uuid))

    @get("/{uuid:str}/xml", sync_to_thread=True)
    def xml(
        self, frame: Framed, uuid: FromPath[str], download_xml: NamedDependency[SkipValidation[DownloadXml]]
    ) -> Response[bytes]:
        return attachment(f"{folio(uuid)}.xml", "application/xml", download_xml(frame.actor, uuid))

    @post("/{uuid:str}", sync_to_thread=True, opt={NEEDS: Permission.WRITE_BOOKS})
    def judge(
        self,
        frame: Framed,
        uuid: FromPath[str],
        form: NamedDependency[SkipValidation[Form]],
        correct_cfdi: NamedDependency[SkipValidation[CorrectCfdi]],
        look_at_cfdi: NamedDependency[SkipValidation[LookAtCfdi]],
    ) -> Response[Any]:
        hoja = look_at_cfdi(frame.actor, uuid)
        try:
            correct_cfdi(frame.actor, uuid, judged(form), form[CAMPO] or SAME)
        except CorreccionInvalida as error:
            if error.facts.get("campo") == CAMPO:
                return _shown(frame, look_at_cfdi(frame.actor, uuid), Refused.of(error), form, changed=True)
            return _shown(frame, hoja, Refused.of(error, str(error.facts.get("campo", "destinoIva"))), form)
        except SubscriptionInactive as error:
            return _shown(frame, hoja, Refused.of(error), form)
        return frame.go(f"/cfdi/{folio(uuid)}", "Guardado. Los meses que cambian ya están recalculados.")


def _asked(request: AnyRequest) -> AskedCfdis:
    params = request.query_params
    return asked_cfdis({name: params.getall(name)[-1] for name in params})


def _listed(
    frame: Frame, browse_cfdis: BrowseCfdis, asked: AskedCfdis, seen: str = "", *, exporting: bool = False
) -> Response[str]:
    """What is refused of the filter is told, and nothing is listed; `exporting` says that nothing left for it."""
    found, before = browse_cfdis(frame.actor, asked.wanted, asked.cursor), _seen(seen)
    return frame.page(
        "fiscal/cfdi.html",
        status=422 if asked.refused else 200,
        asked=asked,
        refused=asked.refused,
        refused_lead="No se exportó nada." if exporting else "Ese filtro no se aplica.",
        found=found,
        first=asked.to() if asked.cursor else "",
        following=asked.to(cursor=found.sigue, vistos=str(before + POR_PAGINA)) if found.sigue else "",
        told_rows=_told(before, len(found.renglones), found.sumas.cuantos),
        cuts=_cuts(asked),
        metodos=tuple(Metodo),
        estados=tuple(Estado),
        writes=Permission.WRITE_BOOKS,
        words=catalogos,
    )


def _shown(
    frame: Frame, hoja: Hoja, refused: Refused = NOTHING, form: Form | None = None, *, changed: bool = False
) -> Response[str]:
    """`changed`: somebody judged it since the form was shown; what it says now is told beside what was typed."""
    stored = hoja.detalle.stored
    now = shown_values(stored)
    given = now if form is None else {name: form[name] for name in now}
    return frame.page(
        "fiscal/cfdi_detalle.html",
        status=422 if refused else 200,
        hoja=hoja,
        stored=stored,
        cfdi=stored.cfdi,
        called=nombre(stored.cfdi.serie, stored.cfdi.folio, stored.cfdi.uuid),
        refused=refused,
        given=given,
        seen=marca_de(stored) if form is None or changed else form[CAMPO],
        kept_now={name: value for name, value in now.items() if changed and value != given[name]},
        may_judge=frame.actor.may(Permission.WRITE_BOOKS),
        with_iva=frame.has(Feature.IVA_ISR),
        words=catalogos,
    )


def _cuts(asked: AskedCfdis) -> tuple[tuple[str, str, str, bool], ...]:
    """The tabs: what each says, which count it shows, where it leads and whether it is the one shown."""
    side, odd = asked.wanted.direccion, asked.wanted.por_revisar
    return (
        ("Todos", "todos", asked.to(direccion="", revisar=""), side is None and not odd),
        ("Emitidos", "emitidos", asked.to(direccion="emitido", revisar=""), side is Direccion.EMITIDO),
        ("Recibidos", "recibidos", asked.to(direccion="recibido", revisar=""), side is Direccion.RECIBIDO),
        ("Por revisar", "por_revisar", asked.to(direccion="", revisar="si"), odd and side is None),
    )


def _seen(text: str) -> int:
    return min(int(text), _MOST_SEEN) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _told(seen: int, shown: int, total: int) -> str:
    return f"{seen + 1:,} a {seen + shown:,} de {total:,}" if shown else ""
