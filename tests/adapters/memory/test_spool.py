import pytest

from contracts.clients import NOW
from contracts.ports.spool import SpoolContract
from horux_adapters.memory.spool import MemorySpool
from horux_core.fiscal.cfdi.ports import Spool


class TestMemorySpool(SpoolContract):
    @pytest.fixture
    def spool(self) -> Spool:
        return MemorySpool(lambda: NOW)
