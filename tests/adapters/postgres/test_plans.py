from collections.abc import Iterator

import pytest

from contracts.clients import NOW
from contracts.ports.entitlements import EntitlementsContract
from horux_adapters.postgres.billing import PostgresSubscriptions
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.listening import Listener
from horux_adapters.postgres.outbox import PostgresOutbox
from horux_adapters.postgres.plans import PostgresEntitlements
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_core.billing.ports import Subscriptions
from horux_core.billing.standing import BillingPolicy
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.ports import Registry
from tests.central import a_central_database


@pytest.fixture(scope="module")
def central(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


@pytest.fixture
def control(central: ControlDatabase) -> ControlDatabase:
    with central.transaction() as connection:
        connection.execute("TRUNCATE tenants CASCADE")
    return central


class TestPostgresEntitlements(EntitlementsContract):
    @pytest.fixture
    def entitlements(self, control: ControlDatabase) -> Iterator[Entitlements]:
        changes = Listener(control.dsn)
        built = PostgresEntitlements(control, changes, lambda: NOW, BillingPolicy())
        changes.start()
        yield built
        changes.close()

    @pytest.fixture
    def registry(self, control: ControlDatabase) -> Registry:
        return PostgresRegistry(control, PostgresOutbox)

    @pytest.fixture
    def subscriptions(self, control: ControlDatabase) -> Subscriptions:
        return PostgresSubscriptions(control)
