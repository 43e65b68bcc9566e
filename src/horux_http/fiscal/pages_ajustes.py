"""The fiscal settings of a year: shown with what they govern, looked over before they are kept, and kept."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, SkipValidation

from horux_core.fiscal.configuracion.adjusting import AdjustSettings, PreviewSettings, ShowSettings, marca_de
from horux_core.fiscal.configuracion.alcance import ShowReach
from horux_core.fiscal.configuracion.errors import AjusteInvalido
from horux_core.identity.model import Permission
from horux_core.kernel.marca import CAMPO
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.same import SAME
from horux_http.browser.forms import NOTHING, Form, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.typed import Mistyped, integer
from horux_http.fiscal.ajustes_form import kept, read, shown
from horux_http.fiscal.ajustes_sheet import labels, sheet
from horux_http.fiscal.wire_ajustes import ConfiguracionOut
from horux_http.session import NEEDS

PATH = "/configuracion/fiscal"
_UPPER = re.compile(r"_([a-z])")
Changes = dict[str, tuple[object, object]]


@dataclass(frozen=True, slots=True)
class Desk:
    """Draws the settings of a year, or those that were sent, with what would change."""

    show_settings: ShowSettings
    show_reach: ShowReach

    def __call__(
        self,
        frame: Frame,
        anio: int,
        *,
        form: Form | None = None,
        changes: Changes | None = None,
        refused: Refused = NOTHING,
        status: int = 200,
    ) -> Response[str]:
        settings = self.show_settings(frame.actor, anio)
        values = shown(ConfiguracionOut.of(settings), anio)
        if form is not None:
            values = kept(form, values)
        assert frame.desk is not None
        sections = sheet(anio, frame.desk.tenant.rfc.moral, settings.regimenes)
        return frame.page(
            "fiscal/ajustes.html",
            status=status,
            anio=anio,
            values=values,
            seen=marca_de(settings) if form is None or changes is not None else form[CAMPO],
            sections=sections,
            kept=[name for name in values if name not in labels(sections)],
            reach=self.show_reach(frame.actor, anio),
            changes=None if changes is None else _told(changes, labels(sections), anio),
            refused=refused,
        )


def desk(
    show_settings: NamedDependency[SkipValidation[ShowSettings]],
    show_reach: NamedDependency[SkipValidation[ShowReach]],
) -> Desk:
    return Desk(show_settings, show_reach)


Shown = NamedDependency[SkipValidation[Desk]]


class AjustesPages(Controller):
    path = PATH
    dependencies = {"desk": Provide(desk, sync_to_thread=False)}  # noqa: RUF012

    @get(sync_to_thread=True)
    def show(self, frame: Framed, desk: Shown, anio: FromQuery[int | None] = None) -> Response[str]:
        return desk(frame, frame.today.year if anio is None else anio)

    @post(sync_to_thread=True, opt={NEEDS: Permission.CONFIGURE})
    def change(
        self,
        frame: Framed,
        form: NamedDependency[SkipValidation[Form]],
        desk: Shown,
        preview_settings: NamedDependency[SkipValidation[PreviewSettings]],
        adjust_settings: NamedDependency[SkipValidation[AdjustSettings]],
    ) -> Response[Any]:
        """`paso=revisar` only tells what would change."""
        anio = Periodo(integer(form["anio"], "anio", frame.today.year), 1).anio
        try:
            adjustment = read(form, anio)
            if form["paso"] == "revisar":
                return desk(frame, anio, form=form, changes=preview_settings(frame.actor, anio, adjustment))
            adjust_settings(frame.actor, anio, adjustment, form[CAMPO] or SAME)
        except Mistyped as error:
            return desk(frame, anio, form=form, refused=Refused.of(error, error.campo), status=422)
        except AjusteInvalido as error:
            if error.facts["campo"] == CAMPO:
                changes = preview_settings(frame.actor, anio, read(form, anio))
                return desk(frame, anio, form=form, changes=changes, refused=Refused.of(error), status=422)
            return desk(frame, anio, form=form, refused=_refused(error, anio), status=422)
        return frame.go(f"{PATH}?anio={anio}", "Guardado. Los meses se recalculan con lo nuevo.")


def _refused(error: AjusteInvalido, anio: int) -> Refused:
    """Beside the field of the setting that cannot be."""
    where = str(error.facts["campo"]).replace(".", "-")
    if where == "coeficientes":
        where = f"coeficiente-{error.facts.get('ejercicio', anio - 1)}"
    return Refused.of(error, where)


def _told(changes: Changes, called: dict[str, str], anio: int) -> list[tuple[str, str, str]]:
    """Each setting that changes: what it is called, what it is, and what it becomes."""
    parts = {"apertura": "Apertura", "coeficientes": f"Coeficientes de las anuales hasta {anio - 1}"}
    found = []
    for name, (before, after) in changes.items():
        public = _UPPER.sub(lambda part: part[1].upper(), name)
        found.append((called.get(public) or parts.get(public, public), _word(before), _word(after)))
    return found


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "Sí" if value else "No"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return "Nada" if value in (None, "") else str(getattr(value, "value", value))
