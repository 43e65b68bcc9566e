import pytest

from contracts.ports.audit_trail import AuditTrailContract
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.database import MemoryDatabase
from horux_core.audit.ports import AuditTrail


class TestMemoryAuditTrail(AuditTrailContract):
    @pytest.fixture
    def trail(self) -> AuditTrail:
        return MemoryAuditTrail(MemoryDatabase())
