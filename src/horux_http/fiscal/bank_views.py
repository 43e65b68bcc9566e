"""What the pages of the bank show: each list, its words, and its addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Response

from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.conciliacion.consultando import ListConciliacion, Pedido
from horux_core.fiscal.conciliacion.importando import MAX_ESTADO_CUENTA
from horux_core.fiscal.conciliacion.libro import identidad, uuid_de
from horux_core.fiscal.conciliacion.model import Clase, EstadoRenglon, Regla, Signo
from horux_core.fiscal.conciliacion.sin_banco import ListSinBanco, SinBanco
from horux_core.kernel.periodo import Periodo
from horux_http.browser.forms import NOTHING, Form, Refused
from horux_http.browser.frame import Frame

PATH = "/conciliacion"
ROWS = 30
"""Rows of the bank shown at once, with their proposals."""
PROPOSALS = 3
"""Of a row; the next one shows once these are refused."""
DOCUMENTS = 50
WITHOUT_BANK = "sin-banco"
LISTS: Mapping[str, tuple[str, Pedido | None, str]] = {
    "propuestas": ("Propuestas", Pedido(estado=EstadoRenglon.SUGERIDO), "Acepta las que sean, o rechaza las que no."),
    "sin-cfdi": (
        "Sin CFDI", Pedido(estado=EstadoRenglon.SIN_DOCUMENTO), "El banco los tiene y ningún CFDI los explica. Pide la "
        "factura o emítela.",
    ),
    WITHOUT_BANK: ("Sin banco", None, "Tus CFDI dicen que se cobraron o se pagaron y el banco no lo muestra."),
    "revisar": (
        "Por revisar", Pedido(por_revisar=True), "Se conciliaron con un CFDI que después se canceló.",
    ),
    "todos": ("Todos", Pedido(), "Todos los movimientos, los más nuevos primero."),
}  # fmt: skip
STATES = {
    EstadoRenglon.CONCILIADO: ("Conciliado", "ok"),
    EstadoRenglon.SUGERIDO: ("Por decidir", "warn"),
    EstadoRenglon.RECHAZADO: ("Rechazado", "off"),
    EstadoRenglon.SIN_DOCUMENTO: ("Sin CFDI", "bad"),
    EstadoRenglon.COMISION_BANCARIA: ("Comisión", "off"),
    EstadoRenglon.TRASPASO: ("Traspaso", "off"),
}
REASONS = {
    Regla.EXACTA: "Mismo importe, en su plazo",
    Regla.PUNTAJE: "Se parecen",
    Regla.SUMA: "Suma de varios CFDI",
    Regla.PARCIALIDAD: "Parcialidad de la factura",
    Regla.COMISION: "Comisión del banco",
    Regla.TRASPASO: "Traspaso entre tus cuentas",
}
CLASSES = {Clase.PAGO: "Complemento de pago", Clase.PUE: "PUE", Clase.NOMINA: "Nómina", Clase.PPD: "PPD"}
_NO_FORM = Form()
_NONE = SinBanco(None, False, ())


@dataclass(frozen=True, slots=True)
class View:
    """A list of the bank; with what was wrong with a statement that was sent, if one was."""

    list_conciliacion: ListConciliacion
    list_sin_banco: ListSinBanco
    refused: Refused = NOTHING
    sent: Form = _NO_FORM

    def __call__(
        self, frame: Frame, lista: str = "", cursor: str = "", mes: Periodo | None = None, since: int = 0
    ) -> Response[str]:
        """Raises FeatureNotInPlan."""
        chosen = lista if lista in LISTS else "propuestas"
        pedido = LISTS[chosen][1]
        page = self.list_conciliacion(frame.actor, pedido or Pedido(), cursor or None, ROWS if pedido else 1)
        without = _NONE if pedido else self.list_sin_banco(frame.actor, mes)
        any_row = bool(page.items) or bool(self.list_conciliacion(frame.actor, Pedido(), None, 1).items)
        return frame.page(
            "fiscal/conciliacion.html",
            status=422 if self.refused else 200,
            lists=LISTS,
            lista=chosen,
            begun=any_row,
            rows=page.items if pedido else (),
            first=address(chosen) if cursor else "",
            next=address(chosen, cursor=page.next_cursor) if pedido and page.next_cursor else "",
            refused=self.refused,
            sent=self.sent,
            **_without(without, since),
            **_WORDS,
        )


def _without(found: SinBanco, since: int) -> dict[str, Any]:
    start = since if 0 <= since < len(found.documentos) else 0
    until, mes = start + DOCUMENTS, str(found.periodo or "")
    more = until < len(found.documentos)
    return {
        "without": found,
        "documents": found.documentos[start:until],
        "from_first": address(WITHOUT_BANK, mes=mes) if start else "",
        "from_next": address(WITHOUT_BANK, mes=mes, desde=until) if more else "",
    }


def address(lista: str, **asked: object) -> str:
    """Of a list of those that there are."""
    chosen = lista if lista in LISTS and lista != "propuestas" else ""
    given = urlencode({name: each for name, each in {"lista": chosen, **asked}.items() if each})
    return f"{PATH}?{given}" if given else PATH


_WORDS: dict[str, Any] = {
    "states": STATES, "reasons": REASONS, "classes": CLASSES, "identidad": identidad, "uuid_de": uuid_de,
    "most": PROPOSALS, "scored": Regla.PUNTAJE, "entra": Signo.ABONO, "address": address,
    "megas": MAX_ESTADO_CUENTA // MIB,
}  # fmt: skip
