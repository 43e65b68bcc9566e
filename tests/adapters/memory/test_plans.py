from datetime import UTC, datetime

import pytest

from contracts.ports.entitlements import EntitlementsContract
from horux_adapters.memory.billing import MemorySubscriptions
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.outbox import MemoryOutbox
from horux_adapters.memory.plans import MemoryEntitlements
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.billing.ports import Subscriptions
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.ports import Registry


class TestMemoryEntitlements(EntitlementsContract):
    @pytest.fixture
    def control(self) -> MemoryDatabase:
        return MemoryDatabase()

    @pytest.fixture
    def entitlements(self, control: MemoryDatabase) -> Entitlements:
        return MemoryEntitlements(control)

    @pytest.fixture
    def registry(self, control: MemoryDatabase) -> Registry:
        return MemoryRegistry(control, lambda tables: MemoryOutbox(tables, lambda: datetime.now(UTC)))

    @pytest.fixture
    def subscriptions(self, control: MemoryDatabase) -> Subscriptions:
        return MemorySubscriptions(control)
