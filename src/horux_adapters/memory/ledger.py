from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import TypeVar
from uuid import UUID

from horux_adapters.memory.audit import MemoryAuditLog
from horux_adapters.memory.billing import live
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.tenancy import MemoryTenants
from horux_core.audit.model import Deed
from horux_core.billing.gateway import Invoice
from horux_core.billing.model import Payment, PlanPrices, Subscription, SubscriptionStatus, Unmatched
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page, numbered
from horux_core.outbox.ports import Outbox
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Plan
from horux_core.tenancy.model import TenantState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MemorySubscriptionLog:
    tables: Tables

    def get(self, subscription: UUID) -> Subscription | None:
        return self.tables["subscriptions"].get(subscription)

    def live(self, tenant: TenantId) -> Subscription | None:
        return live(self.tables, tenant)

    def add(self, subscription: Subscription) -> None:
        self.tables["subscriptions"][subscription.id] = subscription

    def save(self, subscription: Subscription) -> None:
        self.tables["subscriptions"][subscription.id] = subscription


@dataclass(frozen=True, slots=True)
class MemoryPayments:
    tables: Tables

    def known(self, mp_payment_id: str) -> Payment | None:
        return next((p for p in self._all() if p.mp_payment_id == mp_payment_id), None)

    def by_hand(self, tenant: TenantId) -> tuple[Payment, ...]:
        return tuple(p for p in self._all() if p.tenant == tenant and p.mp_payment_id is None)

    def put(self, payment: Payment) -> None:
        self.tables["payments"][payment.id] = payment

    def _all(self) -> list[Payment]:
        return list(self.tables["payments"].values())


@dataclass(frozen=True, slots=True)
class MemoryInvoices:
    tables: Tables

    def get(self, charge: str) -> Invoice | None:
        return self.tables["invoices"].get(charge)

    def put(self, invoice: Invoice) -> None:
        self.tables["invoices"][invoice.charge.reference] = invoice


@dataclass(frozen=True, slots=True)
class MemoryAside:
    tables: Tables

    def put(self, news: Unmatched) -> None:
        kept = self.tables["unmatched"]
        kept.pop((news.topic, news.reference), None)
        kept[news.topic, news.reference] = news

    def drop(self, topic: str, reference: str, why: str | None = None) -> None:
        found: Unmatched | None = self.tables["unmatched"].get((topic, reference))
        if found is not None and why in (None, found.why):
            del self.tables["unmatched"][topic, reference]


@dataclass(frozen=True, slots=True)
class MemoryLedgerTransaction:
    tenants: MemoryTenants
    subscriptions: MemorySubscriptionLog
    payments: MemoryPayments
    invoices: MemoryInvoices
    aside: MemoryAside
    outbox: Outbox
    audit: MemoryAuditLog


@dataclass(frozen=True, slots=True)
class MemoryLedger:
    control: MemoryDatabase
    outbox: Callable[[Tables], Outbox]
    _held: set[TenantId] = field(default_factory=set)
    _turn: Lock = field(default_factory=Lock)

    @contextmanager
    def transaction(self) -> Iterator[MemoryLedgerTransaction]:
        with self.control.transaction() as tables:
            yield MemoryLedgerTransaction(
                MemoryTenants(tables),
                MemorySubscriptionLog(tables),
                MemoryPayments(tables),
                MemoryInvoices(tables),
                MemoryAside(tables),
                self.outbox(tables),
                MemoryAuditLog(tables, self.control.clock),
            )

    @contextmanager
    def hold(self, tenant: TenantId) -> Iterator[bool]:
        with self._turn:
            ours = tenant not in self._held
            self._held.add(tenant)
        try:
            yield ours
        finally:
            if ours:
                self._held.discard(tenant)

    def subscription(self, ident: UUID) -> Subscription | None:
        with self.control.transaction() as tables:
            return MemorySubscriptionLog(tables).get(ident)

    def agreed(self, reference: str) -> Subscription | None:
        with self.control.transaction() as tables:
            own = tables["subscriptions"].values()
            return next((s for s in own if s.mp_preapproval_id == reference), None)

    def standing(self) -> list[Subscription]:
        return [s for s in self._that_count() if s.status is not SubscriptionStatus.CANCELLED]

    def ended(self) -> list[Subscription]:
        return [s for s in self._that_count() if s.status is SubscriptionStatus.CANCELLED]

    def ended_since(self, moment: datetime) -> list[Subscription]:
        with self.control.transaction() as tables:
            here = {tenant.id for tenant in tables["tenants"].values() if tenant.state is TenantState.LIVE}
            every = [s for s in tables["subscriptions"].values() if s.tenant in here]
        ended = [s for s in every if s.status is SubscriptionStatus.CANCELLED]
        late = [s for s in ended if s.agreement_changed_at is not None and s.agreement_changed_at >= moment]
        return sorted(late, key=lambda subscription: subscription.created_at)

    def payment(self, ident: UUID) -> Payment | None:
        with self.control.transaction() as tables:
            return tables["payments"].get(ident)

    def page(self, tenant: TenantId, cursor: str | None, limit: int) -> Page[Payment]:
        with self.control.transaction() as tables:
            every = list(tables["payments"].values())
        return paged([(n, p) for n, p in enumerate(every, 1) if p.tenant == tenant], cursor, limit)

    def unmatched(self, cursor: str | None, limit: int) -> Page[Unmatched]:
        with self.control.transaction() as tables:
            every = list(tables["unmatched"].values())
        return paged(list(enumerate(every, 1)), cursor, limit)

    def _that_count(self) -> list[Subscription]:
        with self.control.transaction() as tables:
            here = [tenant.id for tenant in tables["tenants"].values() if tenant.state is TenantState.LIVE]
            found = [counting for tenant in here if (counting := live(tables, tenant)) is not None]
        return sorted(found, key=lambda subscription: subscription.created_at)


@dataclass(frozen=True, slots=True)
class MemoryPrices:
    control: MemoryDatabase

    def of(self, plan: Plan) -> PlanPrices:
        with self.control.transaction() as tables:
            found: PlanPrices | None = tables["plan_prices"].get(plan)
        return found or PlanPrices(plan, None, None)

    def all(self) -> tuple[PlanPrices, ...]:
        return tuple(self.of(plan) for plan in CATALOGUE)

    def set(self, prices: PlanPrices, deed: Deed) -> None:
        with self.control.transaction() as tables:
            tables["plan_prices"][prices.plan] = prices
            MemoryAuditLog(tables, self.control.clock).record(deed)


def paged(rows: list[tuple[int, T]], cursor: str | None, limit: int) -> Page[T]:
    before = numbered(cursor)
    found = [(n, row) for n, row in reversed(rows) if before is None or n < before]
    more = len(found) > limit
    return Page(tuple(row for _, row in found[:limit]), str(found[limit - 1][0]) if more else None)
