"""Finding anything from one field: documents, reports and pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.fiscal.cfdi.listing import ListCfdis
from horux_core.fiscal.cfdi.stored import Filter, StoredCfdi
from horux_core.fiscal.reportes.hojas_reporte import TITULOS
from horux_core.kernel.pages import Page
from horux_core.kernel.texto import llano
from horux_core.plans.model import Feature
from horux_http.browser import navigation
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.fiscal import catalogos

_SHORTEST, _LONGEST, _MOST = 2, 200, 8


@dataclass(frozen=True, slots=True)
class Found:
    text: str
    to: str
    icon: str


class BuscarPages(Controller):
    """The search of the whole panel."""

    path = "/buscar"

    @get("/", sync_to_thread=True)
    def find(
        self, frame: Framed, list_cfdis: NamedDependency[SkipValidation[ListCfdis]], q: FromQuery[str] = ""
    ) -> Response[str]:
        asked = q.strip()[:_LONGEST]
        searched = len(asked) >= _SHORTEST and asked.isprintable()
        nothing: Page[StoredCfdi] = Page((), None)
        return frame.page(
            "fiscal/buscar.html",
            q=asked,
            searched=searched,
            cfdis=list_cfdis(frame.actor, Filter(texto=asked), None, _MOST) if searched else nothing,
            all_cfdis=f"/cfdi?{urlencode({'q': asked})}",
            reports=tuple(_reports(frame, asked)) if searched else (),
            pages=tuple(_pages(frame, asked)) if searched else (),
            words=catalogos,
        )


def _reports(frame: Frame, asked: str) -> Iterator[Found]:
    if frame.has(Feature.REPORTES):
        for name, title in TITULOS.items():
            if llano(asked) in llano(f"{title} {name}"):
                yield Found(title, f"/reportes/{name.value}", "report")


def _pages(frame: Frame, asked: str) -> Iterator[Found]:
    for group in navigation.groups(frame.actor, frame.desk):
        for link in group.links:
            if llano(asked) in llano(f"{link.text} {group.title}"):
                yield Found(link.text, link.to, link.icon)
