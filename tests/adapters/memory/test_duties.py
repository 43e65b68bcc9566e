import pytest

from contracts.ports.duty_log import DutyLogContract
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.duties import MemoryDutyLog
from horux_core.operations.ports import DutyLog


class TestMemoryDutyLog(DutyLogContract):
    @pytest.fixture
    def log(self) -> DutyLog:
        return MemoryDutyLog(MemoryDatabase())
