"""The operator's clients: who needs it today, and all of them."""

from datetime import date, datetime

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.billing.notices import NoticeState
from horux_core.billing.noticing import ListNotices
from horux_core.billing.showing import ListUnmatched
from horux_core.fiscal.reportes.hojas import Celda, Columna, Formato
from horux_core.fiscal.reportes.ports import Hojas
from horux_core.kernel.clock import dia_fiscal
from horux_core.notifications.model import MailState
from horux_core.notifications.watching import ListMails
from horux_core.operations.clients import Standing
from horux_core.operations.overseeing import ClientRow, ListClients, Order, Wanted
from horux_core.plans.model import Plan
from horux_core.tenancy.listing import PAGE
from horux_http.browser.formats import momento
from horux_http.browser.tables import KINDS, download
from horux_http.op import words
from horux_http.op.asking import OPERATION, Framed, address, one_of
from horux_http.op.attention import matters, of_money, waiting

PATH = "/op/clientes"
_COLUMNS = (
    Columna("Cliente", ancho=40), Columna("RFC"), Columna("Plan"), Columna("Estado"),
    Columna("Importe, MXN", Formato.IMPORTE), Columna("Cobro"), Columna("Próximo cobro", Formato.FECHA),
    Columna("CFDI", Formato.ENTERO), Columna("Límite de CFDI", Formato.ENTERO), Columna("Bytes", Formato.ENTERO),
    Columna("Última actividad", Formato.FECHA), Columna("Vence su e.firma", Formato.FECHA),
    Columna("Cliente desde", Formato.FECHA),
)  # fmt: skip


class ClientesPages(Controller):
    path = PATH
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        list_clients: NamedDependency[SkipValidation[ListClients]],
        list_notices: NamedDependency[SkipValidation[ListNotices]],
        list_mails: NamedDependency[SkipValidation[ListMails]],
        list_unmatched: NamedDependency[SkipValidation[ListUnmatched]],
        q: FromQuery[str] = "",
        estado: FromQuery[str] = "",
        plan: FromQuery[str] = "",
        orden: FromQuery[str] = "",
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        order = one_of(Order, orden) or Order.COBRO
        wanted = Wanted(q[:200], one_of(Standing, estado), one_of(Plan, plan), order)
        seen = list_clients(frame.actor, wanted, cursor)
        given = {"q": wanted.text, "estado": wanted.standing, "plan": wanted.plan, "orden": orden}
        pending = (
            waiting(list_notices(frame.actor, NoticeState.MUERTO), "webhook con error", "/op/webhooks?estado=muerto"),
            waiting(list_mails(frame.actor, MailState.MUERTO), "correo que no salió", "/op/correos?estado=muerto"),
            of_money(list_unmatched(frame.actor)),
        )
        return frame.page(
            "op/clientes.html",
            seen=seen,
            wanted=wanted,
            plans=[(each.value, each.value.capitalize()) for each in Plan],
            standing=words.standing,
            standings=words.STANDINGS,
            matters=matters(seen.pressing, frame.today, pending),
            to=lambda **changed: address(PATH, given, **changed),
            first=address(PATH, given) if seen.start else "",
            next=address(PATH, given, cursor=seen.next_cursor) if seen.next_cursor else "",
            end=min(seen.start + PAGE, seen.found),
            files={kind: address(f"{PATH}/archivo", given, formato=kind) for kind in KINDS},
        )

    @get("/archivo", sync_to_thread=True)
    def file(
        self,
        frame: Framed,
        list_clients: NamedDependency[SkipValidation[ListClients]],
        hojas: NamedDependency[SkipValidation[Hojas]],
        q: FromQuery[str] = "",
        estado: FromQuery[str] = "",
        plan: FromQuery[str] = "",
        orden: FromQuery[str] = "",
        formato: FromQuery[str] = "xlsx",
    ) -> Response[bytes]:
        order = one_of(Order, orden) or Order.COBRO
        wanted = Wanted(q[:200], one_of(Standing, estado), one_of(Plan, plan), order)
        rows = [_row(each) for each in list_clients.every(frame.actor, wanted)]
        title = ("Clientes", f"Al {momento(frame.now)}")
        return download(formato, hojas, f"clientes-{frame.today}", title, _COLUMNS, rows)


def _row(row: ClientRow) -> tuple[Celda, ...]:
    client, paid = row.client, row.client.subscription
    usage, limit = client.usage, client.tenant.cfdi_limit
    return (
        client.tenant.nombre, str(client.tenant.rfc), client.tenant.plan.value, words.standing(row)[0],
        paid.amount if paid else None, words.FREQUENCIES[paid.frequency] if paid else None, _day(row.due),
        usage.cfdis if usage else None, None if limit < 0 else limit, usage.octets if usage else None,
        _day(row.active_at), _day(client.fiel_until), _day(client.tenant.created_at),
    )  # fmt: skip


def _day(at: datetime | None) -> date | None:
    return None if at is None else dia_fiscal(at)
