"""Noting the return of a month from its worksheet, and what was filed beside it."""

from dataclasses import dataclass, field
from datetime import date

from horux_core.fiscal.configuracion.contrasting import Contraste
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.configuracion.errors import DeclaracionInvalida
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.kernel.importe import CERO
from horux_core.kernel.periodo import Periodo
from horux_http.browser.forms import NOTHING, Form, Refused
from horux_http.browser.frame import Frame
from horux_http.browser.typed import AMOUNT, Mistyped, day

_FIELDS = {"presentadaEn": "presentada_en", "monto": "monto", "saldoSolicitado": "saldo_solicitado",
    "reemplaza": "reemplaza"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filing:
    """What the form shows: what was sent and refused, or what was noted before."""

    contrast: Contraste | None
    refused: Refused = NOTHING
    sent: Form = field(default_factory=Form)

    def value(self, name: str) -> str:
        if self.refused:
            return self.sent[name]
        filed = self.contrast and self.contrast.declaracion
        return "" if not filed else str(getattr(filed, name))


def note(frame: Frame, form: Form, note_return: NoteReturn, impuesto: str, periodo: Periodo) -> Refused:
    """Whatever was wrong with it. Raises ActionForbidden, SubscriptionInactive."""
    try:
        filed = Declaracion(
            impuesto,
            periodo,
            _dia(form["presentada_en"]),
            AMOUNT.read(form["monto"], "monto"),
            AMOUNT.maybe(form["saldo_solicitado"], "saldoSolicitado") or CERO,
        )
        note_return(frame.actor, filed, form["reemplaza"] or None)
    except (DeclaracionInvalida, Mistyped) as error:
        return Refused.of(error, _FIELDS.get(str(error.facts.get("campo")), ""))
    return NOTHING


def _dia(text: str) -> date:
    try:
        return day(text)
    except ValueError as error:
        raise DeclaracionInvalida("presentadaEn", "Escribe la fecha en que se presentó, del acuse.") from error
