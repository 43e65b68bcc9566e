from datetime import UTC, datetime

import pytest

from contracts.ports.notices import NoticesContract, Stores
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.notices import MemoryNotices
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox


def outbox(tables: Tables) -> MemoryOutbox:
    return MemoryOutbox(tables, lambda: datetime.now(UTC))


class TestMemoryNotices(NoticesContract):
    @pytest.fixture
    def stores(self) -> Stores:
        control = MemoryDatabase()
        return Stores(MemoryNotices(control, outbox), MemoryDeliveries(control), MemoryAuditTrail(control))
