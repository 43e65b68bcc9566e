from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from contracts.clients import a_subscription, a_tenant
from contracts.ports.ledger import LedgerContract, a_payment, added, put
from contracts.ports.prices import PricesContract
from contracts.ports.registry import kept
from horux_adapters.postgres.audit import PostgresAuditTrail
from horux_adapters.postgres.billing import PostgresSubscriptions
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.jobs import direct
from horux_adapters.postgres.ledger import PostgresLedger, PostgresPrices
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_core.audit.ports import AuditTrail
from horux_core.billing.events import PaymentReceived
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.ports import Ledger, Prices
from horux_core.kernel.ids import TenantId
from horux_core.outbox.ports import Deliveries
from horux_core.tenancy.ports import Registry
from tests.central import a_central_database
from tests.system.waiting import until


def waiting(control: ControlDatabase) -> bool:
    """Whether somebody waits for a lock that another holds."""
    query = (
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
    )
    with psycopg.connect(control.dsn) as connection:
        row = connection.execute(query).fetchone()
    return row is not None and bool(row[0])


@pytest.fixture(scope="module")
def central(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


@pytest.fixture
def control(central: ControlDatabase) -> ControlDatabase:
    with central.transaction() as connection:
        connection.execute("TRUNCATE tenants, outbox, unmatched_news, plan_prices CASCADE")
    return central


class TestPostgresLedger(LedgerContract):
    @pytest.fixture
    def ledger(self, control: ControlDatabase) -> Ledger:
        return PostgresLedger(control, PostgresOutbox, direct(control.dsn))

    @pytest.fixture
    def registry(self, control: ControlDatabase) -> Registry:
        return PostgresRegistry(control, PostgresOutbox)

    @pytest.fixture
    def trail(self, control: ControlDatabase) -> AuditTrail:
        return PostgresAuditTrail(control)

    @pytest.fixture
    def deliveries(self, control: ControlDatabase) -> Deliveries:
        return PostgresDeliveries(control, {"PaymentReceived": PaymentReceived})

    @pytest.fixture
    def tenant(self, registry: Registry) -> TenantId:
        tenant = a_tenant()
        kept(registry, tenant)
        return tenant.id

    @pytest.fixture
    def other(self, registry: Registry) -> TenantId:
        tenant = a_tenant("TPR840604D98")
        kept(registry, tenant)
        return tenant.id

    def test_tells_every_process_what_the_client_may_do_now(
        self, ledger: Ledger, control: ControlDatabase, tenant: TenantId
    ) -> None:
        subscription = a_subscription(tenant)
        added(ledger, subscription)
        with psycopg.connect(control.dsn, autocommit=True) as connection:
            connection.execute("LISTEN horux_cambios")
            with ledger.transaction() as tx:
                tx.subscriptions.save(subscription.cancelled())
            heard = {note.payload for note in connection.notifies(timeout=2, stop_after=1)}
        assert heard == {f"tenant:{tenant}"}

    def test_news_that_were_being_taken_in_do_not_undo_its_end(
        self, ledger: Ledger, control: ControlDatabase, tenant: TenantId
    ) -> None:
        subscription = a_subscription(tenant)
        added(ledger, subscription)
        with ThreadPoolExecutor(1) as pool:
            with ledger.transaction() as tx:
                tx.tenants.lock(tenant)
                ending = pool.submit(PostgresSubscriptions(control).cancel, tenant)
                until("espera su turno o acaba", lambda: ending.done() or waiting(control), seconds=10)
                tx.subscriptions.save(subscription.linked("acuerdo-1", None))
            ending.result()
        found = ledger.subscription(subscription.id)
        assert found is not None
        assert found.status is SubscriptionStatus.CANCELLED

    def test_two_payments_never_share_a_number(self, ledger: Ledger, tenant: TenantId, other: TenantId) -> None:
        put(ledger, a_payment(tenant))
        with pytest.raises(psycopg.errors.UniqueViolation):
            put(ledger, a_payment(other))

    def test_a_tenant_has_one_that_stands(self, ledger: Ledger, tenant: TenantId) -> None:
        first = a_subscription(tenant)
        added(ledger, first)
        with pytest.raises(psycopg.errors.UniqueViolation):
            added(ledger, a_subscription(tenant))
        with ledger.transaction() as tx:
            tx.subscriptions.save(first.cancelled())
            tx.subscriptions.add(replace(a_subscription(tenant), payer_email=None))


class TestPostgresPrices(PricesContract):
    @pytest.fixture
    def prices(self, control: ControlDatabase) -> Prices:
        return PostgresPrices(control)

    @pytest.fixture
    def trail(self, control: ControlDatabase) -> AuditTrail:
        return PostgresAuditTrail(control)
