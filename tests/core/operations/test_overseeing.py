"""The operator's clients: who is late, what they bring, in which order, and how full their books are."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from contracts.clients import NOW, OPERATOR, a_subscription, a_tenant
from contracts.ports.registry import kept
from horux_adapters.memory.books import MemoryBooks
from horux_adapters.memory.clients import MemoryClients
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.identity import MemoryDirectory
from horux_adapters.memory.outbox import MemoryOutbox
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.fiscal.ports import OpenBooks
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Actor, Role
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import CursorMalformed
from horux_core.operations.clients import Client, Standing, Usage
from horux_core.operations.cutting import Cut, within
from horux_core.operations.measuring import MeasureClients
from horux_core.operations.overseeing import ListClients, NameClients, Order, ShowClient, Wanted, row
from horux_core.tenancy.errors import DatabaseUnavailable, TenantMissing
from horux_core.tenancy.model import Tenant

IDLE = timedelta(days=7)
RFCS = ("AAA080808HL8", "CAS2408138W2", "ROEM691011EZ4", "TPR840604D98")
OWNER = replace(OPERATOR, platform_admin=False, role=Role.OWNER, tenant_id=TenantId(uuid4()))


class Office:
    """Clients in memory, and the use cases over them."""

    def __init__(self) -> None:
        self.control = MemoryDatabase()
        self.registry = MemoryRegistry(self.control, lambda tables: MemoryOutbox(tables, lambda: NOW))
        self.clients, self.books = MemoryClients(self.control), MemoryBooks(self.control)
        directory = MemoryDirectory(self.control)
        self.list = ListClients(self.clients, lambda: NOW, IDLE)
        self.show = ShowClient(self.clients, self.registry, directory, self.books, lambda: NOW, IDLE)

    def client(self, rfc: str, nombre: str = "", subscription: Subscription | None = None) -> Tenant:
        tenant = replace(a_tenant(rfc), nombre=nombre or rfc)
        kept(self.registry, tenant)
        if subscription is not None:
            with self.control.transaction() as tables:
                tables["subscriptions"][subscription.id] = replace(subscription, tenant=tenant.id)
        return tenant


def paying(amount: str = "500.00", ends: datetime = NOW + timedelta(days=9)) -> Subscription:
    paid = a_subscription(TenantId(uuid4()), amount, status=SubscriptionStatus.AUTHORIZED)
    return replace(paid, current_period_start=NOW - timedelta(days=22), current_period_end=ends)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.parametrize("who", [OWNER, replace(OWNER, role=Role.VISOR)])
def test_is_the_operators_alone(office: Office, who: Actor) -> None:
    office.client(RFCS[0])
    for ask in (
        lambda: office.list(who, Wanted()),
        lambda: office.list.every(who, Wanted()),
        lambda: office.show(who, RFCS[0]),
        lambda: NameClients(office.clients)(who, ()),
    ):
        with pytest.raises(ActionForbidden):
            ask()


def test_tells_how_each_one_stands() -> None:
    paused = replace(paying(ends=NOW - timedelta(days=30)), status=SubscriptionStatus.PAUSED)
    cases = {
        Standing.PENDIENTE: (None, a_subscription(TenantId(uuid4()))),
        Standing.AL_CORRIENTE: (paying(),),
        Standing.VENCIDO: (paused, paying(ends=NOW - timedelta(seconds=1))),
        Standing.CANCELADO: (replace(paying(), status=SubscriptionStatus.CANCELLED),),
    }
    for standing, subscriptions in cases.items():
        for subscription in subscriptions:
            client = Client(a_tenant(), subscription)
            assert client.standing(NOW) is standing
            owed = subscription.amount if subscription and standing is Standing.VENCIDO else Decimal("0.00")
            assert client.owed(NOW) == owed
            due = subscription and standing in (Standing.AL_CORRIENTE, Standing.VENCIDO)
            assert client.due(NOW) == (subscription.current_period_end if due and subscription else None)


def test_a_yearly_price_brings_its_twelfth_part_a_month() -> None:
    yearly = replace(paying("10000.00"), frequency=Frequency.YEARLY)
    assert Client(a_tenant(), yearly).monthly(NOW) == Decimal("833.33")
    assert Client(a_tenant(), paying("500.00")).monthly(NOW) == Decimal("500.00")
    assert Client(a_tenant(), replace(yearly, status=SubscriptionStatus.PAUSED)).monthly(NOW) == 0


def test_the_last_one_at_work_is_known_by_the_session_used_last() -> None:
    client = Client(a_tenant(), None, entered_at=NOW - timedelta(days=5), open_until=NOW + timedelta(days=6))
    assert client.active_at(IDLE) == NOW - timedelta(days=1)
    assert replace(client, open_until=NOW).active_at(IDLE) == NOW - timedelta(days=5)
    assert Client(a_tenant(), None).active_at(IDLE) is None


def test_adds_up_everybody_and_counts_what_was_asked_for(office: Office) -> None:
    office.client(RFCS[0], "Ñandú, S.A.", paying("1000.00"))
    office.client(RFCS[1], "Ñandú del Sur", paying("250.00", NOW - timedelta(days=1)))
    office.client(RFCS[2], "Otro", a_subscription(TenantId(uuid4()), "99.00"))
    seen = office.list(OPERATOR, Wanted("NANDU", Cut.VENCIDO))
    assert [row.client.tenant.rfc for row in seen.rows] == [RFCS[1]]
    assert (seen.found, seen.amount) == (1, Decimal("250.00"))
    assert (seen.monthly, seen.owed, seen.everybody) == (Decimal("0.00"), Decimal("250.00"), 2)
    assert (seen.counts[Cut.AL_CORRIENTE], seen.counts[Cut.VENCIDO], seen.counts[Cut.PENDIENTE]) == (1, 1, 0)
    totals = seen.totals
    assert (totals.counts[Cut.ACTIVO], totals.counts[Cut.VENCIDO], totals.counts[Cut.PENDIENTE]) == (3, 1, 1)
    assert (totals.monthly, totals.owed) == (Decimal("1000.00"), Decimal("250.00"))
    assert [row.client.tenant.rfc for row in seen.pressing] == [RFCS[1]]
    assert office.list(OPERATOR, Wanted("cas24081")).found == 1


def test_every_count_is_the_length_of_its_list(office: Office) -> None:
    office.client(RFCS[0], subscription=paying())
    office.client(RFCS[1], subscription=paying(ends=NOW - timedelta(days=1)))
    office.client(RFCS[2], subscription=replace(paying(), status=SubscriptionStatus.CANCELLED))
    totals = office.list(OPERATOR, Wanted()).totals
    for cut in Cut:
        seen = office.list(OPERATOR, Wanted(cut=cut))
        assert totals.counts[cut] == seen.counts[cut] == seen.found == len(seen.rows), cut
    assert totals.monthly == office.list(OPERATOR, Wanted(cut=Cut.AL_CORRIENTE)).monthly
    assert totals.owed == office.list(OPERATOR, Wanted(cut=Cut.VENCIDO)).owed
    assert totals.counts[Cut.ACTIVO] == 2


def test_an_efirma_that_ends_soon_is_a_cut_of_its_own() -> None:
    ending, far = (
        row(Client(a_tenant(), paying(), fiel_until=NOW + timedelta(days=days)), NOW, IDLE) for days in (5, 900)
    )
    assert within((ending, far), Cut.EFIRMA, NOW) == within((ending, far), Cut.ATENCION, NOW) == [ending]
    assert within((ending, far), None, NOW) == [ending, far]


def test_gives_them_in_the_order_asked_for_a_page_at_a_time(office: Office) -> None:
    names = ("zeta", "Ábaco", "medio", "beta")
    made = [office.client(rfc, name, paying(ends=NOW + timedelta(days=9 - n)))
            for n, (rfc, name) in enumerate(zip(RFCS, names, strict=True))]  # fmt: skip
    for n, tenant in enumerate(made[:3]):
        office.clients.measured(tenant.id, Usage(n, 100 - n, NOW))

    def order(by: Order) -> list[str]:
        return [row.client.tenant.nombre for row in office.list(OPERATOR, Wanted(order=by)).rows]

    assert order(Order.NOMBRE) == ["Ábaco", "beta", "medio", "zeta"]
    assert order(Order.COBRO) == ["beta", "medio", "Ábaco", "zeta"]
    assert order(Order.CFDI) == ["medio", "Ábaco", "zeta", "beta"]
    assert order(Order.ESPACIO) == ["zeta", "Ábaco", "medio", "beta"]
    first = office.list(OPERATOR, Wanted(order=Order.NOMBRE), None, 3)
    rest = office.list(OPERATOR, Wanted(order=Order.NOMBRE), first.next_cursor, 3)
    assert [row.client.tenant.nombre for row in (*first.rows, *rest.rows)] == order(Order.NOMBRE)
    assert (first.start, rest.start, rest.next_cursor) == (0, 3, None)
    assert office.list.every(OPERATOR, Wanted(order=Order.NOMBRE)) == (*first.rows, *rest.rows)
    assert office.list.every(OPERATOR, Wanted("beta")) == office.list(OPERATOR, Wanted("beta")).rows
    assert office.list.every(OPERATOR, Wanted(cut=Cut.CANCELADO)) == ()
    with pytest.raises(CursorMalformed):
        office.list(OPERATOR, Wanted(), "x")


@dataclass(frozen=True)
class PartlyDown:
    """Books of which one client's do not open."""

    books: MemoryBooks
    down: TenantId

    def open(self, tenant: TenantId) -> AbstractContextManager[OpenBooks]:
        if tenant == self.down:
            raise DatabaseUnavailable("No responde.")
        return self.books.open(tenant)


def test_measures_everybody_and_passes_over_who_cannot_be_opened(office: Office) -> None:
    down, up = office.client(RFCS[0]), office.client(RFCS[1])
    measure = MeasureClients(office.registry, PartlyDown(office.books, down.id), office.clients, lambda: NOW)
    assert measure() == {"medidas": 1, "sin medir": 1}
    assert {client.tenant.id: client.usage for client in office.clients.all()} == {
        up.id: Usage(0, 0, NOW),
        down.id: None,
    }


def test_shows_one_with_its_books_as_they_are_now(office: Office) -> None:
    tenant = office.client(RFCS[1], subscription=paying(ends=NOW - timedelta(days=1)))
    office.clients.measured(tenant.id, Usage(9, 9, NOW - timedelta(hours=1)))
    file = office.show(OPERATOR, RFCS[1].lower(), measure=True)
    assert file.row.client.usage == Usage(0, 0, NOW)
    assert (file.owed, file.row.overdue, file.people) == (Decimal("500.00"), True, ())
    with pytest.raises(TenantMissing):
        office.show(OPERATOR, "TPR840604D99")


def test_shows_what_was_measured_last_where_the_books_do_not_open(office: Office) -> None:
    tenant = office.client(RFCS[1])
    show = replace(office.show, books=PartlyDown(office.books, tenant.id))
    assert show(OPERATOR, RFCS[1], measure=True).row.client.usage is None
    kept = Usage(9, 9, NOW - timedelta(hours=1))
    office.clients.measured(tenant.id, kept)
    assert show(OPERATOR, RFCS[1], measure=True).row.client.usage == kept
    assert office.show(OPERATOR, RFCS[1]).row.client.usage == kept
