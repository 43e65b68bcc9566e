"""What a client pays and until when, how to pay it, and what it already paid."""

from dataclasses import dataclass
from datetime import date

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.billing.account import OwnAccount, ShowAccount
from horux_core.billing.model import Subscription, SubscriptionStatus
from horux_core.billing.showing import ListPayments
from horux_core.plans.model import Feature
from horux_http.browser.formats import faltan, fecha
from horux_http.browser.frame import Frame
from horux_http.op import words

PATH = "/configuracion"
PAGE = 50
_PAUSED, _CANCELLED = SubscriptionStatus.PAUSED, SubscriptionStatus.CANCELLED
_PENDING = SubscriptionStatus.PENDING
_INCLUDED = {
    Feature.IVA_ISR: "IVA e ISR de cada mes, con su papel de trabajo",
    Feature.REPORTES: "Reportes y Excel",
    Feature.ALERTAS: "Alertas",
    Feature.CALENDARIO: "Calendario de obligaciones",
    Feature.XML_SAT: "Comparación con el SAT",
    Feature.CONCILIACION: "Conciliación bancaria",
    Feature.FORECASTING: "Pronóstico",
    Feature.MULTI_EMPRESA: "Varias empresas",
    Feature.API_EXTERNA: "API",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """How a subscription is told: its state and a line under it, the line under its dates, and what paying does."""

    state: words.Tag
    note: str
    until: str
    heading: str
    does: str
    due: bool


class SuscripcionPages(Controller):
    path = PATH

    @get(sync_to_thread=True)
    def show(
        self,
        frame: NamedDependency[SkipValidation[Frame]],
        show_account: NamedDependency[SkipValidation[ShowAccount]],
        list_payments: NamedDependency[SkipValidation[ListPayments]],
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        account = show_account(frame.actor)
        paid = list_payments(frame.actor, None, cursor, PAGE)
        return frame.page(
            "billing/own.html",
            account=account,
            s=account.subscription,
            shown=_shown(account, frame.today),
            every=words.EVERY,
            included=[text for feature, text in _INCLUDED.items() if frame.has(feature)],
            paid=paid.items,
            payments=words.PAYMENTS,
            flaws=words.FLAWS,
            method=words.method,
            why=words.why,
            first=PATH if cursor else "",
            next=f"{PATH}?cursor={paid.next_cursor}#pagos" if paid.next_cursor else "",
        )


def _shown(account: OwnAccount, today: date) -> Shown:
    s = account.subscription
    if s is None:
        state = ("Sin suscripción", "warn")
        return Shown(state, "Solo lectura", "", "Cómo empezar", "", due=False)
    end = s.current_period_end
    past = faltan(end, today).capitalize() if end else "Todavía no hay pagos"
    until = account.reads_only_at
    if s.status is _PAUSED:
        note = "Solo lectura. Se reactiva sola al recibir el pago"
        return Shown(("Pausada", "warn"), note, past, "Cómo volver a escribir", "vuelves a poder cargar", due=True)
    if s.status is _CANCELLED:
        note = "Pagar abre una suscripción nueva"
        return Shown(("Cancelada", "off"), note, past, "Cómo volver a escribir", "vuelves a poder cargar", due=True)
    if s.status is _PENDING:
        note = f"Sin pago, solo lectura desde el {fecha(until)}" if until else "Puedes trabajar mientras llega tu pago"
        return Shown(("Pendiente", ""), note, past, "Cómo pagar", "tu suscripción queda al corriente", due=True)
    last = fecha(account.last_day) if account.last_day else ""
    grace = f"Días de gracia: {account.grace_days}, hasta el {last}" if last else "Se intenta el cobro"
    if account.overdue:
        return Shown(
            (words.late(s), "bad"), _late(s, last), grace, "Cómo pagar", "tu suscripción queda al corriente", due=True
        )
    note = "Se cobra sola a tu tarjeta" if s.charges_itself else "Pagas por transferencia o con una liga"
    heading = "Cómo se paga" if s.charges_itself else "Cómo pagar el siguiente periodo"
    told = "" if s.charges_itself else grace
    return Shown(("Al corriente", "ok"), note, told, heading, "tu periodo se extiende", due=False)


def _late(s: Subscription, last: str) -> str:
    """What is said of it, by who has to do something; `last` is the last day to work unpaid."""
    if s.charges_itself:
        return "Puedes seguir trabajando mientras se cobra"
    missing = "Tu periodo terminó; falta tu pago" if s.current_period_end else "Falta tu primer pago"
    return f"{missing}. Puedes trabajar hasta el {last}" if last else missing
