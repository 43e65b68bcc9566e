"""What asks for the operator, put in words: each with the page where something can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from horux_core.billing.model import Unmatched
from horux_core.kernel.clock import dia_fiscal
from horux_core.kernel.pages import Page
from horux_core.operations.cutting import ClientRow
from horux_http.browser.formats import faltan, fecha

MOST = 8


@dataclass(frozen=True, slots=True)
class Matter:
    """Since when, whom it is about, what, and where to go."""

    at: date | None
    whom: str
    what: str
    to: str
    act: str
    late: bool = False


Pending = tuple[Matter | None, ...]


def matters(pressing: Sequence[ClientRow], today: date, others: Pending) -> list[Matter]:
    """Those of the product first, then clients; of very many the beginning."""
    own = [matter for matter in others if matter is not None]
    return [*own, *(_of(row, today) for row in pressing[: MOST - len(own)])]


def more(pressing: Sequence[ClientRow], told: Sequence[Matter]) -> int:
    """How many clients are pressing and not told of."""
    return len(pressing) - sum(bool(matter.whom) for matter in told)


def waiting(page: Page[Any], what: str, to: str) -> Matter | None:
    if not page.items:
        return None
    return Matter(_day(getattr(page.items[0], "received_at", None)), "", _counted(page, what), to, "Revisar", True)


def of_money(page: Page[Unmatched]) -> Matter | None:
    if not page.items:
        return None
    what = _counted(page, "movimiento de Mercado Pago por revisar")
    return Matter(_day(page.items[0].seen_at), "", what, "/op/pagos", "Revisar", True)


def _of(row: ClientRow, today: date) -> Matter:
    tenant, where = row.client.tenant, f"/op/clientes/{quote(row.client.tenant.rfc)}"
    if not row.late:
        ends = row.client.fiel_until
        day = today if ends is None else dia_fiscal(ends)
        return Matter(day, tenant.nombre, f"su e.firma {faltan(day, today)}.", f"{where}/efirma", "Ver e.firma")
    since = _day(row.due)
    paying = row.client.subscription
    if row.overdue and paying is not None and paying.charges_itself:
        what = "su cobro no ha pasado. Mercado Pago lo sigue intentando."
        return Matter(since, tenant.nombre, what, f"{where}/pagos", "Ver pagos", True)
    if row.overdue:
        told = "su periodo terminó; falta su pago." if since else "falta su primer pago."
    else:
        told = "está en solo lectura" + (f": pagó hasta el {fecha(since, today.year)}." if since else ".")
    return Matter(since, tenant.nombre, told, f"{where}?accion=liga#accion", "Generar liga", True)


def _day(at: datetime | None) -> date | None:
    return None if at is None else dia_fiscal(at)


def _counted(page: Page[Any], what: str) -> str:
    many = len(page.items)
    if many == 1 and page.next_cursor is None:
        return f"1 {what}."
    noun, _, rest = what.replace("que no salió", "que no salieron").partition(" ")
    return f"{many}{' o más' if page.next_cursor else ''} {noun}s {rest}."
