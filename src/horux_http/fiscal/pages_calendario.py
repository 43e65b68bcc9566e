"""The calendar on paper: what is due by month, what a person says of it, and the private address of the feed."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.fiscal.calendario.consultando import ShowCalendario, atras
from horux_core.fiscal.calendario.errors import CalendarioInvalido
from horux_core.fiscal.calendario.generando import EstadoObligacion, Vencimiento
from horux_core.fiscal.calendario.ical import del_periodo
from horux_core.fiscal.calendario.marcando import Marca, MarkObligacion, ident_de
from horux_core.fiscal.calendario.publicando import IssueFeed, RevokeFeed, ShowFeed
from horux_core.fiscal.reportes.model import Rango
from horux_core.identity.model import Permission
from horux_core.kernel.periodo import Periodo
from horux_core.plans.errors import FeatureNotInPlan
from horux_http.browser.formats import faltan, fecha
from horux_http.browser.forms import NOTHING, Form, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed, Sent
from horux_http.browser.lacking import upgrade
from horux_http.browser.typed import day
from horux_http.session import NEEDS

Showing = NamedDependency[SkipValidation[ShowCalendario]]
Feeding = NamedDependency[SkipValidation[ShowFeed]]
_TOLD = {
    EstadoObligacion.PRESENTADA: "Marcada como presentada.",
    EstadoObligacion.NO_APLICA: "Marcada como no aplica.",
    EstadoObligacion.PENDIENTE: "Abierta otra vez.",
}
_ATRAS = 12
"""Months back in which something past due is still looked for."""
_SOON = timedelta(days=5)
_FEW = 8
_LATE = 20
"""So many of those past due are shown at once."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """`late` are those of the months before that nobody filed; `here` the month's, `after` those of the next one."""

    late: Sequence[Vencimiento]
    here: Sequence[Vencimiento]
    after: Sequence[Vencimiento]

    @property
    def few(self) -> bool:
        """Whether those past due are shown without being asked for."""
        return len(self.late) <= _FEW

    @property
    def latest(self) -> Sequence[Vencimiento]:
        """Of those past due, the last ones, which are shown."""
        return self.late[: -_LATE - 1 : -1]

    def on(self, day: date) -> list[Vencimiento]:
        return [v for v in self.here if v.limite == day]

    @property
    def open(self) -> list[Vencimiento]:
        return [v for v in self.here if v.abierta]


class CalendarioPages(Controller):
    path = "/calendario"

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        show_calendario: Showing,
        show_feed: Feeding,
        anio: FromQuery[int | None] = None,
        mes: FromQuery[int | None] = None,
    ) -> Response[str]:
        today = Periodo.of(frame.today)
        return _page(frame, show_calendario, show_feed, Periodo(anio or today.anio, mes or today.mes))

    @post("/{ident:str}", sync_to_thread=True, opt={NEEDS: Permission.CONFIGURE})
    def mark(
        self,
        frame: Framed,
        form: Sent,
        ident: FromPath[str],
        mark_obligacion: NamedDependency[SkipValidation[MarkObligacion]],
        show_calendario: Showing,
        show_feed: Feeding,
    ) -> Response[Any]:
        try:
            estado, dia = _estado(form["estado"]), _dia(form)
            done = mark_obligacion(frame.actor, ident, Marca(estado, dia, form["nota"][:500]))
        except FeatureNotInPlan:
            return upgrade(frame, "Calendario")
        except CalendarioInvalido as error:
            refused = Refused.of(error, {"presentadaEn": "presentada_en"}.get(str(error.facts.get("campo")), "estado"))
            shown = {"refused": refused, "marking": ident, "sent": form}
            return _page(frame, show_calendario, show_feed, _place(frame, form["en"]), status=422, **shown)
        place = _place(frame, form["en"])
        return frame.go(_address(place), f"{done.nombre}, {del_periodo(done)}. {_TOLD[estado]}")

    @post("/liga", sync_to_thread=True, opt={NEEDS: Permission.CONFIGURE})
    def issue(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        issue_feed: NamedDependency[SkipValidation[IssueFeed]],
    ) -> Response[Any]:
        try:
            url = issue_feed(frame.actor)
        except FeatureNotInPlan:
            return upgrade(frame, "Calendario")
        return frame.go("/calendario#liga", once={"url": url})

    @post("/liga/revocar", sync_to_thread=True, opt={NEEDS: Permission.CONFIGURE})
    def revoke(
        self,
        frame: Framed,
        form: Sent,  # noqa: ARG002 its proof is asked for
        revoke_feed: NamedDependency[SkipValidation[RevokeFeed]],
    ) -> Response[bytes]:
        revoke_feed(frame.actor)
        return frame.go("/calendario#liga", "Liga revocada. Quien la tenía ya no ve tu calendario.")


def _page(
    frame: Frame,
    show_calendario: ShowCalendario,
    show_feed: ShowFeed,
    place: Periodo,
    status: int = 200,
    **more: Any,
) -> Response[str]:
    try:
        agenda = _agenda(frame, show_calendario, place)
    except FeatureNotInPlan:
        return upgrade(frame, "Calendario")
    issued: datetime | None = show_feed(frame.actor) if frame.actor.may(Permission.CONFIGURE) else None
    given = {"refused": NOTHING, "marking": "", "sent": Form(), **more}
    return frame.page(
        "fiscal/calendario.html",
        status=status,
        agenda=agenda,
        place=place,
        weeks=Calendar().monthdatescalendar(place.anio, place.mes),
        ident=ident_de,
        del_periodo=del_periodo,
        standing=standing,
        issued=issued,
        **given,
    )


def standing(v: Vencimiento, today: date) -> tuple[str, str]:
    """How it is, in words, and the kind of mark that it has."""
    if v.estado is EstadoObligacion.PRESENTADA:
        return (f"Presentada el {fecha(v.presentada_en)}" if v.presentada_en else "Presentada", "ok")
    if v.estado is EstadoObligacion.NO_APLICA:
        return ("No aplica", "off")
    if v.estado is EstadoObligacion.VENCIDA:
        return (faltan(v.limite, today), "bad")
    return (faltan(v.limite, today), "warn" if v.limite - today <= _SOON else "off")


def _agenda(frame: Frame, show_calendario: ShowCalendario, place: Periodo) -> Agenda:
    month, after = Rango(place, place), place.siguiente()
    first = Rango(atras(place, _ATRAS), place).primer_dia
    every = show_calendario(frame.actor, first, Rango(after, after).ultimo_dia)
    return Agenda(
        [v for v in every if v.limite < month.primer_dia and v.estado is EstadoObligacion.VENCIDA],
        [v for v in every if month.primer_dia <= v.limite <= month.ultimo_dia],
        [v for v in every if v.limite > month.ultimo_dia],
    )


def _estado(text: str) -> EstadoObligacion:
    try:
        return EstadoObligacion(text)
    except ValueError as error:
        raise CalendarioInvalido("estado", "Marca presentada, no aplica o pendiente.") from error


def _dia(form: Form) -> date | None:
    """Only of what was filed: what stays in the field when another button is pressed says nothing."""
    text = form["presentada_en"]
    if not text or form["estado"] != EstadoObligacion.PRESENTADA:
        return None
    try:
        return day(text)
    except ValueError as error:
        raise CalendarioInvalido("presentadaEn", "Escribe la fecha en que se presentó, del acuse.") from error


def _place(frame: Frame, text: str) -> Periodo:
    """The month that was looked at."""
    return Periodo.parse(text) if text else Periodo.of(frame.today)


def _address(place: Periodo) -> str:
    return f"/calendario?anio={place.anio}&mes={place.mes}"
