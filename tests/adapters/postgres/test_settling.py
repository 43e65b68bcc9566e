"""Many workers at once on the same news, over a real database: each payment is entered and told of once."""

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from contracts.clients import NOW, a_subscription, a_tenant
from contracts.ports.registry import kept
from horux_adapters.memory.payment_gateway import MemoryPaymentGateway
from horux_adapters.postgres.billing import PostgresSubscriptions
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.jobs import direct
from horux_adapters.postgres.ledger import PostgresLedger
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.renewing import ReconcilePayments
from horux_core.billing.settling import Settle, Topic
from horux_core.billing.standing import BillingPolicy
from horux_core.kernel.ids import TenantId
from tests.central import a_central_database

RFCS = ("CAS2408138W2", "TPR840604D98", "ROEM691011EZ4", "A&B010101AB1", "ÑAM010101AB1")
MONTHS = 6


@pytest.fixture(scope="module")
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


class Scene:
    """Five clients with a link each, half a year of charges, and the clock of the one provider."""

    def __init__(self, control: ControlDatabase) -> None:
        self.now, self.control = NOW, control
        self.ledger = PostgresLedger(control, PostgresOutbox, direct(control.dsn))
        self.gateway = MemoryPaymentGateway(self.clock)
        self.settle = Settle(self.ledger, self.gateway, self.clock, BillingPolicy())
        self.clients: dict[TenantId, str] = {}
        registry, subscriptions = PostgresRegistry(control, PostgresOutbox), PostgresSubscriptions(control)
        for rfc in RFCS:
            tenant = a_tenant(rfc)
            kept(registry, tenant)
            agreement = self.gateway.open(subscription := a_subscription(tenant.id), "Horux360")
            assert agreement is not None
            subscriptions.open(subscription.linked(agreement.reference, agreement.url))
            self.clients[tenant.id] = agreement.reference

    def clock(self) -> datetime:
        return self.now

    def news(self) -> list[tuple[Topic, str]]:
        return [
            *((Topic.AGREEMENT, reference) for reference in self.gateway.agreements),
            *((Topic.CHARGE, reference) for reference in self.gateway.invoices),
            *((Topic.PAYMENT, reference) for reference in self.gateway.payments),
        ]

    def told(self) -> Counter[str]:
        with self.control.transaction() as connection:
            rows = connection.execute("SELECT payload ->> 'payment' FROM outbox WHERE name = 'PaymentReceived'")
            return Counter(row[0] for row in rows.fetchall())


def test_duplicated_shuffled_late_and_lost_news_end_as_the_provider_s(control: ControlDatabase) -> None:
    scene, dice = Scene(control), random.Random(20260301)
    for month in range(MONTHS):
        for reference in scene.clients.values():
            if month == 0:
                scene.gateway.approve(reference)
            else:
                scene.gateway.collect(reference)
        deliveries = [each for each in scene.news() * 3 if dice.random() > 0.1]
        dice.shuffle(deliveries)
        with ThreadPoolExecutor(8) as workers:
            list(workers.map(lambda each: scene.settle(*each), deliveries[: len(deliveries) // 2]))
        scene.now += timedelta(days=30)
    ended, paused, *_ = scene.clients
    scene.gateway.close(PostgresSubscriptions(control).live(ended))  # type: ignore[arg-type]
    scene.gateway.pause(scene.clients[paused])
    ReconcilePayments(scene.ledger, scene.gateway, scene.settle)()
    for tenant, reference in scene.clients.items():
        subscription = PostgresSubscriptions(control).live(tenant)
        assert subscription is not None
        assert subscription.status is scene.gateway.agreement(reference).state
        numbers = [payment.mp_payment_id for payment in scene.ledger.page(tenant, None, 100).items]
        real = [r.reference for r in scene.gateway.payments.values() if r.agreement == reference and not r.validation]
        assert sorted(map(str, numbers)) == sorted(real)
        assert len(real) == MONTHS
    told = scene.told()
    assert set(told.values()) == {1}
    assert len(told) == MONTHS * len(RFCS)
    with control.transaction() as connection:
        rows = connection.execute("SELECT id, active FROM tenants").fetchall()
    standing = dict(rows)
    assert standing == {tenant: tenant not in (ended, paused) for tenant in scene.clients}


def test_a_new_subscription_is_made_once_though_two_workers_hear_the_same(control: ControlDatabase) -> None:
    """The unique number is the last resort: the loser's transaction is undone whole and tried again."""
    with control.transaction() as connection:
        connection.execute("TRUNCATE tenants, outbox CASCADE")
    scene = Scene(control)
    for reference in scene.clients.values():
        scene.gateway.approve(reference)
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda each: scene.settle(*each), scene.news() * 8))
    assert set(scene.told().values()) == {1}
    assert len(scene.told()) == len(RFCS)
    for tenant in scene.clients:
        subscription = PostgresSubscriptions(control).live(tenant)
        assert subscription is not None
        assert subscription.status is SubscriptionStatus.AUTHORIZED
