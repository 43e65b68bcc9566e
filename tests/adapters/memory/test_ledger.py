from datetime import UTC, datetime

import pytest

from contracts.clients import a_tenant
from contracts.ports.ledger import LedgerContract
from contracts.ports.prices import PricesContract
from contracts.ports.registry import kept
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.ledger import MemoryLedger, MemoryPrices
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.audit.ports import AuditTrail
from horux_core.billing.ports import Ledger, Prices
from horux_core.kernel.ids import TenantId
from horux_core.outbox.ports import Deliveries, Outbox
from horux_core.tenancy.ports import Registry


def outbox(tables: Tables) -> Outbox:
    return MemoryOutbox(tables, lambda: datetime.now(UTC))


@pytest.fixture
def control() -> MemoryDatabase:
    return MemoryDatabase()


class TestMemoryLedger(LedgerContract):
    @pytest.fixture
    def ledger(self, control: MemoryDatabase) -> Ledger:
        return MemoryLedger(control, outbox)

    @pytest.fixture
    def registry(self, control: MemoryDatabase) -> Registry:
        return MemoryRegistry(control, outbox)

    @pytest.fixture
    def trail(self, control: MemoryDatabase) -> AuditTrail:
        return MemoryAuditTrail(control)

    @pytest.fixture
    def deliveries(self, control: MemoryDatabase) -> Deliveries:
        return MemoryDeliveries(control)

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


class TestMemoryPrices(PricesContract):
    @pytest.fixture
    def prices(self, control: MemoryDatabase) -> Prices:
        return MemoryPrices(control)

    @pytest.fixture
    def trail(self, control: MemoryDatabase) -> AuditTrail:
        return MemoryAuditTrail(control)
