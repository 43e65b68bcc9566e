"""A client that pays, over adapters in memory, with a clock that is moved by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from contracts.clients import NOW, OPERATOR, RFC, a_subscription, a_tenant
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.billing import MemorySubscriptions
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.ledger import MemoryLedger, MemoryPrices
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_adapters.memory.payment_gateway import MemoryPaymentGateway
from horux_adapters.memory.plans import MemoryEntitlements
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.billing.gateway import Agreement, Charge, ChargeState
from horux_core.billing.issuing import IssuePaymentLink
from horux_core.billing.model import Payment, PlanPrices, Subscription, SubscriptionStatus
from horux_core.billing.paying import PayByHand
from horux_core.billing.ports import Ledger
from horux_core.billing.renewing import ExpirePeriods, ReconcilePayments, RemindExpiring
from horux_core.billing.settling import Settle, Topic
from horux_core.billing.standing import BillingPolicy
from horux_core.kernel.events import Event
from horux_core.kernel.ids import TenantId
from horux_core.plans.model import Plan

News = tuple[Topic, str]
PRICE = Decimal("500.00")


class World:
    """The client `tenant`, whose plan costs 500 a month and 5000 a year, and whose subscription has its link."""

    def __init__(self, policy: BillingPolicy | None = None) -> None:
        self.now, self.policy = NOW, policy or BillingPolicy()
        self.control = MemoryDatabase(self.clock)
        outbox = lambda tables: MemoryOutbox(tables, self.clock)  # noqa: E731
        self.registry = MemoryRegistry(self.control, outbox)
        self.ledger: Ledger = MemoryLedger(self.control, outbox)
        self.prices, self.trail = MemoryPrices(self.control), MemoryAuditTrail(self.control)
        with self.control.transaction() as tables:
            tables["plan_prices"][Plan.BUSINESS] = PlanPrices(Plan.BUSINESS, PRICE, PRICE * 10)
        self.entitlements = MemoryEntitlements(self.control, self.policy)
        self.gateway = MemoryPaymentGateway(self.clock)
        self.settle = Settle(self.ledger, self.gateway, self.clock, self.policy)
        self.issue = IssuePaymentLink(self.ledger, self.registry, self.prices, self.gateway, self.clock, self.policy)
        self.by_hand = PayByHand(self.ledger, self.registry, self.clock, self.policy)
        self.reconcile = ReconcilePayments(self.ledger, self.gateway, self.settle)
        self.expire = ExpirePeriods(self.ledger, self.gateway, self.reconcile, self.clock, self.policy)
        self.remind = RemindExpiring(self.ledger, self.clock)
        self.tenant = self.taken_in()
        self.reference = self.linked(self.tenant).reference

    def clock(self) -> datetime:
        return self.now

    def wait(self, **step: float) -> None:
        self.now += timedelta(**step)

    def taken_in(self, rfc: str = RFC, payer: str | None = "pagos@cascabel.mx") -> TenantId:
        tenant = a_tenant(rfc)
        with self.registry.transaction() as tx:
            tx.tenants.add(tenant)
        made = a_subscription(tenant.id, "500.00", payer, created_at=self.now)
        MemorySubscriptions(self.control).open(replace(made, listed=True))
        return tenant.id

    def linked(self, tenant: TenantId) -> Agreement:
        agreement = self.gateway.open(self.of(tenant), "Horux360")
        assert agreement is not None
        MemorySubscriptions(self.control).open(self.of(tenant).linked(agreement.reference, agreement.url))
        return agreement

    def of(self, tenant: TenantId) -> Subscription:
        found = MemorySubscriptions(self.control).live(tenant)
        assert found is not None
        return found

    @property
    def subscription(self) -> Subscription:
        return self.of(self.tenant)

    @property
    def writes(self) -> bool:
        return self.entitlements.of(self.tenant).writable

    @property
    def active(self) -> bool:
        return self.registry.get(self.tenant).active

    def pay_by_hand(self, amount: str = "500.00", reference: str = "SPEI 1") -> Payment:
        return self.by_hand(OPERATOR, RFC, Decimal(amount), self.now, reference)

    def payments(self, tenant: TenantId | None = None) -> dict[str | None, Payment]:
        page = self.ledger.page(tenant or self.tenant, None, 1000)
        assert page.next_cursor is None
        return {payment.mp_payment_id: payment for payment in page.items}

    def oddities(self) -> dict[str, str]:
        return {news.reference: news.why for news in self.ledger.unmatched(None, 1000).items}

    def news(self) -> list[News]:
        """Of everything the provider has."""
        return [
            *((Topic.AGREEMENT, reference) for reference in self.gateway.agreements),
            *((Topic.CHARGE, reference) for reference in self.gateway.invoices),
            *((Topic.PAYMENT, reference) for reference in self.gateway.payments),
        ]

    def hear(self, news: Iterable[News] | None = None) -> None:
        for topic, reference in self.news() if news is None else news:
            self.settle(topic, reference)

    def events(self) -> list[Event]:
        """Those put since the last time, in order."""
        deliveries, found = MemoryDeliveries(self.control), []
        while (delivery := deliveries.claim(None, self.now)) is not None:
            deliveries.delivered(delivery.id, self.now)
            found.append(delivery.event)
        return found

    def ended_at_provider(self) -> None:
        self.gateway.close(self.subscription)

    def charge(self, state: ChargeState) -> Charge:
        (found,) = [charge for charge in self.gateway.invoices.values() if charge.state is state]
        return found

    def gave_up(self) -> None:
        """The provider tries the charge that it retries no more."""
        retried = self.charge(ChargeState.RETRYING)
        self.gateway.invoices[retried.reference] = replace(retried, state=ChargeState.GIVEN_UP, next_attempt_at=None)

    def status(self) -> SubscriptionStatus:
        return self.subscription.status


def paid(world: World) -> str:
    """The number of the one payment that is no validation, once the payer has entered its card."""
    world.gateway.approve(world.reference)
    (payment,) = [receipt.reference for receipt in world.gateway.payments.values() if not receipt.validation]
    return payment
