"""The suites of the reader and the uploads, on memory and on files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.clients import NOW
from contracts.ports.cfdi_reader import CfdiReaderContract
from contracts.ports.uploads import UploadsContract
from horux_adapters.filesystem.spool import FilesystemSpool
from horux_adapters.memory.spool import MemorySpool
from horux_adapters.sat.pool import ReadingPool
from horux_adapters.sat.reader import SatReader
from horux_adapters.sat.uploads import SatUploads
from horux_core.fiscal.cfdi.ports import Spool, Uploads
from horux_core.fiscal.ports import CfdiReader


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    pool = ReadingPool(2)
    yield pool
    pool.close()


@pytest.fixture
def uploads(spool: Spool, pool: ReadingPool) -> Uploads:
    return SatUploads(spool, pool)


class TestSatReader(CfdiReaderContract):
    @pytest.fixture
    def reader(self) -> CfdiReader:
        return SatReader()


class TestSatUploadsOnFiles(UploadsContract):
    @pytest.fixture
    def spool(self, tmp_path: Path) -> Spool:
        return FilesystemSpool(tmp_path)


class TestSatUploadsInMemory(UploadsContract):
    @pytest.fixture
    def spool(self) -> Spool:
        return MemorySpool(lambda: NOW)
