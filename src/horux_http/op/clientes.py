"""The operator's clients: who needs it today, and all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, SkipValidation

from horux_core.billing.notices import NoticeState
from horux_core.billing.noticing import ListNotices
from horux_core.billing.showing import ListUnmatched
from horux_core.fiel.model import POR_VENCER
from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato
from horux_core.fiscal.reportes.ports import Hojas
from horux_core.kernel.clock import dia_fiscal
from horux_core.notifications.model import MailState
from horux_core.notifications.watching import ListMails
from horux_core.operations.cutting import ClientRow, Cut
from horux_core.operations.overseeing import ListClients, Order, Overview, Wanted
from horux_core.plans.model import Plan
from horux_http.browser.formats import momento
from horux_http.browser.frame import Frame
from horux_http.browser.given import Framed
from horux_http.browser.tables import KINDS, Kind, download
from horux_http.op import words
from horux_http.op.asking import OPERATION, Asked, address
from horux_http.op.attention import Pending, matters, more, of_money, waiting

PATH = "/op/clientes"
_PLANS = [("", "Todos"), *((each.value, each.called) for each in Plan)]
_COLUMNS = (
    Columna("Cliente", ancho=40), Columna("RFC"), Columna("Plan"), Columna("Estado"),
    Columna("Importe, MXN", Formato.IMPORTE), Columna("Cobro"), Columna("Próximo cobro", Formato.FECHA),
    Columna("CFDI", Formato.ENTERO), Columna("Límite de CFDI", Formato.ENTERO), Columna("Bytes", Formato.ENTERO),
    Columna("Última actividad", Formato.FECHA), Columna("Vence su e.firma", Formato.FECHA),
    Columna("Cliente desde", Formato.FECHA),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Search:
    """Which clients are asked for, as it was written and as it is meant."""

    asked: Asked
    wanted: Wanted

    @property
    def given(self) -> Mapping[str, str]:
        return self.asked.values

    def seen(self, frame: Frame, list_clients: ListClients, cursor: str | None) -> Overview:
        """None of them where something is refused."""
        if self.asked.wrong:
            return list_clients(frame.actor, Wanted()).emptied()
        return list_clients(frame.actor, self.wanted, cursor)


def search(
    q: FromQuery[str] = "", estado: FromQuery[str] = "", plan: FromQuery[str] = "", orden: FromQuery[str] = ""
) -> Search:
    asked = Asked({"q": q.strip(), "estado": estado, "plan": plan, "orden": orden})
    wanted = Wanted(
        asked.text("q"), asked.one_of("estado", Cut), asked.one_of("plan", Plan),
        asked.one_of("orden", Order) or Order.COBRO,
    )  # fmt: skip
    return Search(asked, wanted)


Searching = NamedDependency[SkipValidation[Search]]


def pending(
    frame: Framed,
    list_notices: NamedDependency[SkipValidation[ListNotices]],
    list_mails: NamedDependency[SkipValidation[ListMails]],
    list_unmatched: NamedDependency[SkipValidation[ListUnmatched]],
) -> Pending:
    """What of the product itself asks for somebody."""
    return (
        waiting(list_notices(frame.actor, NoticeState.MUERTO), "webhook con error", "/op/webhooks?estado=muerto"),
        waiting(list_mails(frame.actor, MailState.MUERTO), "correo que no salió", "/op/correos?estado=muerto"),
        of_money(list_unmatched(frame.actor)),
    )


class ClientesPages(Controller):
    path = PATH
    opt = OPERATION
    dependencies = {  # noqa: RUF012
        "search": Provide(search, sync_to_thread=False),
        "pending": Provide(pending, sync_to_thread=True),
    }

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        list_clients: NamedDependency[SkipValidation[ListClients]],
        search: Searching,
        pending: NamedDependency[SkipValidation[Pending]],
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        seen, given = search.seen(frame, list_clients, cursor), search.given
        told = matters(seen.pressing, frame.today, pending)
        return frame.page(
            "op/clientes.html",
            status=search.asked.status,
            seen=seen,
            counts=seen.totals.counts,
            cuts=Cut,
            wanted=search.wanted,
            refused=search.asked.refused,
            plans=_PLANS,
            standing=words.standing,
            standings=words.STANDINGS,
            other=words.CUTS.get(search.wanted.cut) if search.wanted.cut else None,
            soon=POR_VENCER,
            matters=told,
            more=more(seen.pressing, told),
            to=lambda **changed: address(PATH, given, **changed),
            first=address(PATH, given) if seen.start else "",
            next=address(PATH, given, cursor=seen.next_cursor) if seen.next_cursor else "",
            end=seen.start + len(seen.rows),
            files={kind: address(f"{PATH}/archivo", given, formato=kind) for kind in KINDS},
        )

    @get("/archivo", sync_to_thread=True)
    def file(
        self,
        frame: Framed,
        list_clients: NamedDependency[SkipValidation[ListClients]],
        search: Searching,
        hojas: NamedDependency[SkipValidation[Hojas]],
        formato: FromQuery[Kind] = "xlsx",
    ) -> Response[bytes]:
        search.asked.require()
        rows = [_row(each) for each in list_clients.every(frame.actor, search.wanted)]
        title = ("Clientes", f"Al {momento(frame.now)}")
        return download(formato, hojas, f"clientes-{frame.today}", title, _COLUMNS, rows)


def _row(row: ClientRow) -> tuple[Celda, ...]:
    client, paid = row.client, row.client.subscription
    usage, limit = client.usage, client.tenant.cfdi_limit
    return (
        client.tenant.nombre, str(client.tenant.rfc), client.tenant.plan.called, words.standing(row)[0],
        paid.amount if paid else None, words.FREQUENCIES[paid.frequency] if paid else None, _day(row.due),
        usage.cfdis if usage else None, None if limit < 0 else limit, usage.octets if usage else None,
        _day(row.active_at), _day(client.fiel_until), _day(client.tenant.created_at),
    )  # fmt: skip


def _day(at: datetime | None) -> date | None:
    return None if at is None else dia_fiscal(at)
