"""Looking the clients over: who needs the operator today, and how each one stands."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from horux_core.fiscal.ports import Books
from horux_core.identity.model import Actor, Member, Permission, Role
from horux_core.identity.ports import Directory
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import Unavailable
from horux_core.kernel.ids import TenantId
from horux_core.kernel.importe import CERO
from horux_core.kernel.pages import numbered
from horux_core.operations.clients import Client, ClientName, Clients, Usage
from horux_core.operations.cutting import ClientRow, Cut, counted, within
from horux_core.plans.model import Plan
from horux_core.tenancy.listing import LONGEST_PAGE, PAGE, live
from horux_core.tenancy.ports import Registry

_NEVER = datetime.max.replace(tzinfo=UTC)


class Order(StrEnum):
    """What comes first: the next charge, the name, the fullest, the largest, or who worked last."""

    COBRO = "cobro"
    NOMBRE = "nombre"
    CFDI = "cfdi"
    ESPACIO = "espacio"
    ACTIVIDAD = "actividad"

    @property
    def ascending(self) -> bool:
        """Whether what it goes by grows down the list."""
        return self in (Order.COBRO, Order.NOMBRE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clients: `text` is in the name or the RFC, whatever its accents; None does not narrow."""

    text: str = ""
    cut: Cut | None = None
    plan: Plan | None = None
    order: Order = Order.COBRO

    @property
    def narrows(self) -> bool:
        return bool(self.text or self.cut or self.plan)


@dataclass(frozen=True, slots=True)
class Totals:
    """Of all clients: how many are in each cut, what they bring a month, and what is late."""

    counts: Mapping[Cut, int]
    monthly: Decimal
    owed: Decimal


@dataclass(frozen=True, slots=True)
class Overview:
    """`everybody` and `counts` are of the text and plan asked for, each cut by itself; `amount`, `monthly`, `owed` and
    `cfdis` of what was found.

    `pressing` are all the late ones and those whose e.firma ends soon, the longest waiting first.
    """

    rows: tuple[ClientRow, ...]
    start: int
    found: int
    amount: Decimal
    monthly: Decimal
    owed: Decimal
    cfdis: int
    next_cursor: str | None
    everybody: int
    counts: Mapping[Cut, int]
    totals: Totals
    pressing: tuple[ClientRow, ...]

    def emptied(self) -> "Overview":
        """With none of them listed: what was asked for cannot be."""
        return replace(self, rows=(), start=0, found=0, amount=CERO, monthly=CERO, owed=CERO, cfdis=0, next_cursor=None)


@dataclass(frozen=True, slots=True)
class ListClients:
    """All that the operator looks over at once. `idle` is how long an unused session lasts. Raises CursorMalformed."""

    clients: Clients
    clock: Clock
    idle: timedelta

    def __call__(self, actor: Actor, wanted: Wanted, cursor: str | None = None, limit: int = PAGE) -> Overview:
        actor.require(Permission.OPERATE)
        now, start, most = self.clock(), numbered(cursor) or 0, max(1, min(limit, LONGEST_PAGE))
        rows = self._rows(now)
        narrowed = [one for one in rows if _fits(one.client, wanted)]
        found = _found(narrowed, wanted, now)
        end = start + most
        return Overview(
            tuple(found[start:end]),
            start,
            len(found),
            sum((one.client.subscription.amount for one in found if one.client.subscription), CERO),
            *_money(found, now),
            sum(one.client.usage.cfdis for one in found if one.client.usage),
            str(end) if len(found) > end else None,
            len(narrowed),
            counted(narrowed, now),
            _totals(rows, now),
            _pressing(rows, now),
        )

    def every(self, actor: Actor, wanted: Wanted) -> tuple[ClientRow, ...]:
        """All that were found, in their order."""
        actor.require(Permission.OPERATE)
        now = self.clock()
        return tuple(_found((one for one in self._rows(now) if _fits(one.client, wanted)), wanted, now))

    def _rows(self, now: datetime) -> list[ClientRow]:
        return [row(client, now, self.idle) for client in self.clients.all()]


@dataclass(frozen=True, slots=True)
class ClientFile:
    """A client, how full its books were when measured last, and everybody who may enter them, owners first."""

    row: ClientRow
    owed: Decimal
    people: tuple[Member, ...]

    @property
    def owners(self) -> tuple[Member, ...]:
        return tuple(member for member in self.people if member.role is Role.OWNER)


@dataclass(frozen=True, slots=True)
class ShowClient:
    """How one client stands. `measure` looks into its books now, if they open. Raises TenantMissing."""

    clients: Clients
    registry: Registry
    directory: Directory
    books: Books
    clock: Clock
    idle: timedelta

    def __call__(self, actor: Actor, rfc: str, *, measure: bool = False) -> ClientFile:
        actor.require(Permission.OPERATE)
        client, now = self.clients.one(live(self.registry, rfc).id), self.clock()
        if measure:
            with suppress(Unavailable):
                client = replace(client, usage=measured(self.books, client.tenant.id, now))
        with self.directory.transaction() as tx:
            people = tx.memberships.people(client.tenant.id)
        ordered = sorted(people, key=lambda member: (member.role is not Role.OWNER, member.nombre.casefold()))
        return ClientFile(row(client, now, self.idle), client.owed(now), tuple(ordered))


@dataclass(frozen=True, slots=True)
class NameClients:
    """What clients are called, for the operator: also those that were let go."""

    clients: Clients

    def __call__(self, actor: Actor, tenants: Iterable[TenantId | None]) -> Mapping[TenantId, ClientName]:
        actor.require(Permission.OPERATE)
        wanted = frozenset(tenant for tenant in tenants if tenant is not None)
        return self.clients.named(wanted) if wanted else {}


def measured(books: Books, tenant: TenantId, now: datetime) -> Usage:
    """Raises what opening the books does."""
    with books.open(tenant) as opened:
        return Usage(opened.cfdis.count(), opened.octets(), now)


def row(client: Client, now: datetime, idle: timedelta) -> ClientRow:
    late = client.subscription is not None and client.subscription.overdue(now)
    return ClientRow(client, client.standing(now), client.due(now), late, client.active_at(idle))


def _found(narrowed: Iterable[ClientRow], wanted: Wanted, now: datetime) -> list[ClientRow]:
    return sorted(within(narrowed, wanted.cut, now), key=_ORDERS[wanted.order])


def _fits(client: Client, wanted: Wanted) -> bool:
    if wanted.plan not in (None, client.tenant.plan):
        return False
    text = plain(wanted.text)
    return not text or text in plain(client.tenant.nombre) or text in plain(client.tenant.rfc)


def plain(text: str) -> str:
    """As it is compared: without accents, whatever the case of its letters, with single spaces."""
    apart = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _usage(one: ClientRow) -> Usage:
    return one.client.usage or Usage(-1, -1, _NEVER)


def _since(one: ClientRow) -> timedelta:
    return _NEVER - one.active_at if one.active_at else timedelta.max


_ORDERS: Mapping[Order, Callable[[ClientRow], tuple[object, ...]]] = {
    Order.COBRO: lambda one: (one.due or _NEVER, plain(one.client.tenant.nombre)),
    Order.NOMBRE: lambda one: (plain(one.client.tenant.nombre), one.client.tenant.rfc),
    Order.CFDI: lambda one: (-_usage(one).cfdis, one.client.tenant.rfc),
    Order.ESPACIO: lambda one: (-_usage(one).octets, one.client.tenant.rfc),
    Order.ACTIVIDAD: lambda one: (_since(one), one.client.tenant.rfc),
}


def _totals(rows: list[ClientRow], now: datetime) -> Totals:
    return Totals(counted(rows, now), *_money(rows, now))


def _money(rows: list[ClientRow], now: datetime) -> tuple[Decimal, Decimal]:
    """What they bring a month, and what is late."""
    return sum((one.client.monthly(now) for one in rows), CERO), sum((one.client.owed(now) for one in rows), CERO)


def _pressing(rows: list[ClientRow], now: datetime) -> tuple[ClientRow, ...]:
    found = within(rows, Cut.ATENCION, now)
    return tuple(sorted(found, key=lambda one: (not one.late, *_ORDERS[Order.COBRO](one))))
