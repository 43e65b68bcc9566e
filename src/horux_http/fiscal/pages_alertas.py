"""The alerts on paper: the gravest first, and of each its reason, its law and what to do."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.fiscal.alertas.catalogo import CATALOGO
from horux_core.fiscal.alertas.consultando import CountAlertas, ListAlertas, MarkAlerta, ShowAlerta
from horux_core.fiscal.alertas.model import Alerta, EstadoAlerta, Severidad
from horux_core.fiscal.errors import FiltroInvalido
from horux_core.fiscal.reportes.nombrando import NameDocuments, Nombrado
from horux_core.identity.model import Permission
from horux_core.kernel.pages import Page
from horux_core.plans.errors import FeatureNotInPlan
from horux_http.browser.forms import Form, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.lacking import upgrade
from horux_http.session import NEEDS

_RFC = re.compile(r"[A-ZÑ&]{3,4}\d{6}[A-Z\d]{3}")
_MOST = 50
"""Documents of an alert that are named."""
_TOLD = {
    EstadoAlerta.ATENDIDA: "Alerta marcada como atendida.",
    EstadoAlerta.ABIERTA: "Alerta abierta otra vez.",
}
_SEVERIDADES = {"critica": Severidad.CRITICA} | {s.value: s for s in Severidad}
TABS = (("", "Todas"), ("critica", "Críticas"), ("alta", "Altas"), ("media", "Medias"), ("baja", "Bajas"))
HOW = {Severidad.CRITICA: "bad", Severidad.ALTA: "bad", Severidad.MEDIA: "warn", Severidad.BAJA: "off"}


@dataclass(frozen=True, slots=True)
class Sought:
    """Which alerts are looked at, as the address has it."""

    severidad: str
    told_estado: str
    cursor: str

    @property
    def refused(self) -> Refused:
        """Which of its filters is none, beside its field."""
        wrong = {}
        if self.severidad and self.severidad not in _SEVERIDADES:
            wrong["severidad"] = "Esa severidad no existe: elige una de la lista."
        if self.told_estado and self.estado is None:
            wrong["estado"] = "Ese estado no existe: elige uno de la lista."
        return Refused(next(iter(wrong.values()), ""), FiltroInvalido.code, wrong)

    @property
    def estado(self) -> EstadoAlerta | None:
        """None where it is none that there is."""
        if not self.told_estado:
            return EstadoAlerta.ABIERTA
        return next((each for each in EstadoAlerta if each.value == self.told_estado), None)

    @property
    def grade(self) -> Severidad | None:
        return _SEVERIDADES.get(self.severidad)

    def to(self, cursor: str | None, ver: UUID | str = "") -> str:
        shown = "" if self.estado in (None, EstadoAlerta.ABIERTA) else self.told_estado
        asked = {"estado": shown, "severidad": self.severidad, "cursor": cursor or "", "ver": str(ver)}
        given = urlencode({name: value for name, value in asked.items() if value})
        return f"/alertas?{given}" if given else "/alertas"


@dataclass(frozen=True, slots=True)
class Board:
    """The alerts that are looked at, one of them opened or none."""

    list_alertas: ListAlertas
    count_alertas: CountAlertas
    show_alerta: ShowAlerta
    name_documents: NameDocuments

    def __call__(self, frame: Frame, sought: Sought, ver: UUID | None) -> Response[str]:
        """Raises FeatureNotInPlan, and FiltroInvalido of a cursor."""
        counted, refused = self.count_alertas(frame.actor), sought.refused
        found: Page[Alerta] = Page((), None)
        if not refused:
            found = self.list_alertas(frame.actor, sought.estado, sought.grade, sought.cursor or None)
        opened = self.show_alerta(frame.actor, ver) if ver else None
        return frame.page(
            "fiscal/alertas.html",
            status=422 if refused else 200,
            refused=refused,
            alertas=found.items,
            counted=counted,
            names=self._named(frame, found.items, opened),
            estado=sought.estado,
            severidad=sought.severidad,
            tabs=[(text, key, counted.de(EstadoAlerta.ABIERTA, _SEVERIDADES.get(key))) for key, text in TABS],
            opened=opened,
            action=_action(frame, opened) if opened else None,
            place=sought.to(sought.cursor),
            open_at=partial(sought.to, sought.cursor),
            first=sought.to("") if sought.cursor else "",
            next=sought.to(found.next_cursor) if found.next_cursor else "",
            **_WORDS,
        )

    def _named(self, frame: Frame, alertas: Iterable[Alerta], opened: Alerta | None) -> Mapping[str, Nombrado]:
        """A row tells of its first document, and the one opened of many."""
        first = [uuid for alerta in alertas for uuid in alerta.hallazgo.uuids[:1]]
        return self.name_documents(frame.actor, [*first, *(opened.hallazgo.uuids[:_MOST] if opened else ())])


def board(
    list_alertas: NamedDependency[SkipValidation[ListAlertas]],
    count_alertas: NamedDependency[SkipValidation[CountAlertas]],
    show_alerta: NamedDependency[SkipValidation[ShowAlerta]],
    name_documents: NamedDependency[SkipValidation[NameDocuments]],
) -> Board:
    return Board(list_alertas, count_alertas, show_alerta, name_documents)


class AlertasPages(Controller):
    path = "/alertas"
    dependencies = {"board": Provide(board, sync_to_thread=False)}  # noqa: RUF012

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        board: NamedDependency[SkipValidation[Board]],
        severidad: FromQuery[str] = "",
        estado: FromQuery[str] = "",
        cursor: FromQuery[str] = "",
        ver: FromQuery[UUID | None] = None,
    ) -> Response[str]:
        try:
            return board(frame, Sought(severidad, estado, cursor), ver)
        except FeatureNotInPlan:
            return upgrade(frame, "Alertas")

    @post("/{ident:uuid}", sync_to_thread=True, opt={NEEDS: Permission.WRITE_BOOKS})
    def mark(
        self,
        frame: Framed,
        form: NamedDependency[SkipValidation[Form]],
        ident: FromPath[UUID],
        mark_alerta: NamedDependency[SkipValidation[MarkAlerta]],
    ) -> Response[Any]:
        estado = EstadoAlerta.ATENDIDA if form["estado"] == EstadoAlerta.ATENDIDA else EstadoAlerta.ABIERTA
        try:
            marked = mark_alerta(frame.actor, ident, estado)
        except FeatureNotInPlan:
            return upgrade(frame, "Alertas")
        return frame.go(f"/alertas?ver={marked.id}#explicacion", _TOLD[estado])


def with_whom(alerta: Alerta) -> str:
    """The RFC that it is about, where it is about one."""
    entidad = alerta.hallazgo.entidad
    return entidad if _RFC.fullmatch(entidad) else ""


def _action(frame: Frame, alerta: Alerta) -> tuple[str, str] | None:
    """Where what it says is seen to, and what that is called."""
    h = alerta.hallazgo
    mes = f"{h.periodo.anio}/{h.periodo.mes}" if h.periodo else ""
    if h.codigo.startswith("OBLIGACION"):
        return ("/calendario", "Abrir el calendario")
    if h.codigo.startswith("FIEL"):
        return ("/configuracion/sat", "Renovar la e.firma") if frame.actor.may(Permission.OWN) else None
    if h.codigo == "LIMITE_PLAN":
        return ("/configuracion", "Ver mi plan")
    if h.codigo in ("XML_FALTANTE", "METADATA_FALTANTE", "MONTO_DISTINTO") and mes:
        return (f"/xml-sat/{mes}", "Comparar con el SAT")
    if h.codigo == "SALDO_FAVOR_IVA" and mes:
        return (f"/iva/{mes}", "Ver el IVA del mes")
    if h.uuids:
        return (f"/cfdi/{h.uuids[0]}", "Abrir el CFDI")
    rfc = with_whom(alerta)
    return (f"/cfdi?rfc={quote(rfc)}", "Ver sus CFDI") if rfc else None


_WORDS: dict[str, Any] = {"catalogo": CATALOGO, "how": HOW, "most": _MOST, "with_whom": with_whom}
