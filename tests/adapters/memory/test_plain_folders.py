from datetime import UTC, datetime

import pytest

from contracts.ports.plain_folders import PlainFoldersContract
from horux_adapters.memory.plain_folders import MemoryPlainFolders
from horux_core.fiel.ports import PlainFolders


class TestMemoryPlainFolders(PlainFoldersContract):
    @pytest.fixture
    def folders(self) -> PlainFolders:
        return MemoryPlainFolders()

    @pytest.fixture
    def now(self) -> datetime:
        return datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
