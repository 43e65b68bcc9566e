"""Why a figure is what it is: how it is worked out, and the documents or the other figures that it is made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from horux_core.fiscal.iva.model import Figura, Renglon
from horux_core.fiscal.reportes.nombrando import NameDocuments, Nombrado
from horux_http.browser.frame import Frame

A_LA_VEZ = 50
"""Documents shown at once."""
_LAWS = ("CFF", "LISR", "LIVA", "RMF")
_LEYES = 4
"""Articles named at the foot of an explanation."""

RULES = {
    "pue": "PUE",
    "pue_global": "Factura global",
    "pago": "Complemento de pago",
    "pago_prorrateado": "Complemento de pago, en proporción",
    "pendiente": "Pago por aclarar",
    "nota_credito": "Nota de crédito",
    "nota_credito_excedente": "Nota de crédito, excedente",
    "nota_credito_sin_factura": "Nota de crédito sin su factura",
    "nota_credito_retencion": "Retención que se restituye",
    "nota_credito_emision": "Nota de crédito, al emitirse",
    "retencion_mes_anterior": "Retención enterada del mes anterior",
    "factor_prorrateo": "Lo que quita el factor",
    "acreditable_pct": "Porcentaje que no se acredita",
    "apertura": "Apertura de los libros",
    "factura_cancelada": "Factura cancelada",
    "efos": "Emisor en la lista 69-B",
    "combustible_efectivo": "Combustible en efectivo",
    "efectivo": "Efectivo mayor al tope",
    "exento": "Destinado a actos exentos",
    "pct": "Porcentaje que no se deduce",
    "uso_cfdi": "Uso de CFDI sin deducción",
    "facturado": "Facturado",
    "anticipo_aplicado": "Anticipo aplicado",
    "pago_sin_factura": "Pago sin su factura",
    "nomina": "Nómina",
    "nomina_exenta": "Nómina exenta",
    "inversion": "Inversión, por su porcentaje anual",
    "constancia_retenciones": "Constancia de retenciones",
    "deduccion_opcional": "Deducción opcional del 35%",
    "predial": "Predial",
    "deduccion_capturada": "Deducción capturada",
    "pago_provisional": "Pago provisional",
    "ptu": "PTU pagada",
    "perdidas_anteriores": "Pérdidas de otros años",
    "sin_utilidad": "Sin utilidad, la base es cero",
    "coeficiente_utilidad": "Por el coeficiente de utilidad",
    "devengado": "Facturado",
    "saldo_insoluto": "Saldo insoluto",
    "saldo_inicial": "Saldo inicial",
    "saldo_anterior": "Saldo a favor anterior",
    "acreditamiento": "Saldo a favor aplicado",
    "redondeo": "Redondeo a pesos",
    "isr_causado": "ISR causado",
    "sin_saldo_a_favor": "El pago no baja de cero",
}
"""What each rule is called; one that is not here is read as it is written."""


def rule(code: str) -> str:
    return RULES.get(code) or code.replace("_", " ").capitalize()


_REF = re.compile(r"(?<![\w-])(?:[A-H]|\d{1,2})(?![\w%-])")


def with_numbers(how: str, values: Mapping[str, str]) -> str:
    """How a line comes out, with what each line that it names comes to; nothing when it names none."""
    if how.startswith(_LAWS) or not any(found in values for found in _REF.findall(how)):
        return ""
    return renamed(how, values)


def renamed(how: str, values: Mapping[str, str]) -> str:
    """With what each line that it names is called there."""
    return _REF.sub(lambda found: values.get(found[0], found[0]), how)


@dataclass(frozen=True, slots=True)
class Part:
    """Another figure that this one is worked out from. `how` is ready to be read where `value` is not an amount."""

    sign: str
    text: str
    value: Decimal
    to: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """`here` is its own address, to go on from page to page of its documents; `close` that of the page without it."""

    title: str
    place: str
    close: str
    here: str
    total: Decimal
    formula: str = ""
    parts: tuple[Part, ...] = ()
    documents: tuple[Renglon, ...] = ()
    names: Mapping[str, Nombrado] = field(default_factory=dict)
    since: int = 0
    excel: str = ""
    law: str = ""
    why: str = ""
    digits: int = 2
    numbers: str = ""

    @property
    def shown(self) -> tuple[Renglon, ...]:
        return self.documents[self.since : self.since + A_LA_VEZ]

    @property
    def first(self) -> str:
        return self.here if self.since else ""

    @property
    def next(self) -> str:
        until = self.since + A_LA_VEZ
        return f"{self.here}&desde={until}#explicacion" if until < len(self.documents) else ""

    @property
    def articles(self) -> str:
        found = dict.fromkeys(one.strip() for r in self.documents for one in r.articulo.split(";") if one.strip())
        return self.law or "; ".join(list(found)[:_LEYES])


def documents_of(
    frame: Frame, name_documents: NameDocuments, figure: Figura, since: int
) -> tuple[tuple[Renglon, ...], Mapping[str, Nombrado], int]:
    """Those of a figure, what the ones shown are called, and from which on they are."""
    start = since if 0 <= since < len(figure.documentos) else 0
    shown = figure.documentos[start : start + A_LA_VEZ]
    return figure.documentos, name_documents(frame.actor, [r.uuid for r in shown]), start
