"""How a letter writes what it tells: money, dates of Mexico, names, and words kept as codes."""

import re
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from horux_core.billing.model import Frequency
from horux_core.identity.model import Role
from horux_core.kernel.clock import MEXICO
from horux_core.kernel.importe import centavos
from horux_core.notifications.letters import one_line
from horux_core.plans.model import Plan

_DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MESES = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_CADA = {Frequency.MONTHLY: "al mes", Frequency.YEARLY: "al año"}
_PAPELES = {
    Role.OWNER: "dueño de la cuenta",
    Role.CONTADOR: "contador",
    Role.VISOR: "visor (consulta todo y no cambia nada)",
}
_FORMAS = {
    "credit_card": "tarjeta de crédito",
    "debit_card": "tarjeta de débito",
    "prepaid_card": "tarjeta prepagada",
    "account_money": "saldo de MercadoPago",
    "bank_transfer": "transferencia",
    "ticket": "efectivo",
    "atm": "cajero automático",
}
_LIKE_A_LINK = re.compile(r"://|\.(?=[^\W\d_]{2})")


def importe(amount: Decimal) -> str:
    return f"${centavos(amount):,.2f} MXN"


def dia(moment: date) -> str:
    """17 ene 2026, as it was in Mexico City."""
    day = _day(moment)
    return f"{day.day} {_MESES[day.month - 1]} {day.year}"


def plazo(moment: date) -> str:
    """jueves 23 abr 2026: a day on which something ends."""
    return f"{_DIAS[_day(moment).weekday()]} {dia(moment)}"


def momento(moment: datetime) -> str:
    return f"{dia(moment)}, {moment.astimezone(MEXICO):%H:%M} (hora del centro)"


def cada(frequency: Frequency) -> str:
    return _CADA[frequency]


def papel(role: Role) -> str:
    return _PAPELES[role]


def plan(which: Plan) -> str:
    return which.value.capitalize()


def forma(method: str) -> str:
    return _FORMAS.get(method, method)


def liga(url: str) -> str:
    """The address of a button. Raises ValueError for what is no address of the web."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("La liga de un correo debe empezar por https://.")
    return url


def unlinked(text: str) -> str:
    """Words that others chose, in one line, which no mail program makes a link of."""
    return _LIKE_A_LINK.sub(lambda found: ": //" if found[0] == "://" else ". ", one_line(text))


def _day(moment: date) -> date:
    return moment.astimezone(MEXICO).date() if isinstance(moment, datetime) else moment


FILTERS = {each.__name__: each for each in (importe, dia, plazo, momento, cada, papel, plan, forma, liga)}
