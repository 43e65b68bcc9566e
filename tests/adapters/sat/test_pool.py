"""The reading processes: what they carry, what ends them, and what a file that ends one costs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from contracts.ports.uploads import a_zip, many, uuids, xml
from contracts.samples import EMISOR
from horux_adapters.memory.spool import MemorySource
from horux_adapters.sat.archive import Stretch, stretches
from horux_adapters.sat.batches import read_batch
from horux_adapters.sat.pool import AHEAD, ReadingFailed, ReadingPool
from horux_adapters.sat.transfer import dumps, loads
from horux_core.fiscal.cfdi.ports import SpooledFile
from horux_core.fiscal.cfdi.upload_errors import SpoolUnavailable, UploadMissing
from tests.samples import shared

on_linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="mira los procesos en /proc")


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    pool = ReadingPool(2)
    yield pool
    pool.close()


def planned(packed: bytes) -> tuple[Stretch, ...]:
    return tuple(stretches(BytesIO(packed), [SpooledFile("z.zip", 0, len(packed))]))


@dataclass(frozen=True)
class Deadly:
    """Opens an upload that ends the process that reads a certain place of it."""

    content: bytes
    at: int
    how: str

    def __call__(self) -> BinaryIO:
        return DeadlyFile(self.content, self.at, self.how)


class DeadlyFile(BytesIO):
    def __init__(self, content: bytes, at: int, how: str) -> None:
        super().__init__(content)
        self._at, self._how = at, how

    def seek(self, offset: int, whence: int = 0) -> int:
        if offset == self._at and whence == 0:
            if self._how == "away":
                raise SpoolUnavailable
            if self._how == "gone":
                raise UploadMissing
            if self._how == "hang":
                time.sleep(600)
            os.kill(os.getpid(), signal.SIGKILL)
        return super().seek(offset, whence)


class TestReading:
    def test_gives_the_batches_in_order(self, pool: ReadingPool) -> None:
        packed = many(3500)
        batches = list(pool.batches(MemorySource(packed), EMISOR, planned(packed)))
        assert [len(batch.entries) for batch in batches] == [1000, 1000, 1000, 500]
        assert uuids(batches) == uuids([read_batch(BytesIO(packed), each, EMISOR) for each in planned(packed)])

    def test_reads_only_a_few_ahead_of_who_asks(self, pool: ReadingPool) -> None:
        (stretch,) = planned(a_zip(("1.xml", xml(1))))
        taken = 0

        def endless() -> Iterator[Stretch]:
            nonlocal taken
            while True:
                taken += 1
                yield stretch

        batches = pool.batches(MemorySource(a_zip(("1.xml", xml(1)))), EMISOR, endless())
        next(batches)
        next(batches)
        batches.close()
        assert taken == AHEAD + 2

    def test_imports_neither_web_nor_database(self) -> None:
        probe = (
            f"import sys; sys.path[:] = {sys.path!r}; import horux_adapters.sat.reading_process, "
            "horux_adapters.filesystem.spool, horux_adapters.s3.source; "
            "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
        )
        loaded = subprocess.run(
            [sys.executable, "-c", probe], capture_output=True, text=True, check=True
        ).stdout.split()
        assert "lxml" in loaded
        left_out = {"litestar", "psycopg", "psycopg_pool", "granian", "procrastinate", "asyncio", "botocore"}
        assert not left_out & set(loaded)

    def test_values_arrive_as_they_left(self) -> None:
        files = [(path.name, path.read_bytes()) for path in sorted(shared("samples", "cfdi").glob("*.xml"))]
        packed = a_zip(*files)
        for rfc in (EMISOR, "URE180429TM6"):
            batches = [read_batch(BytesIO(packed), stretch, rfc) for stretch in planned(packed)]
            assert batches[0].entries
            assert [loads(dumps(batch)) for batch in batches] == batches


class TestEnding:
    @pytest.mark.parametrize("how", ["kill", "hang"])
    def test_a_file_that_ends_its_process_is_rejected_and_the_others_are_read(self, how: str) -> None:
        packed = many(9)
        stretches = planned(packed)
        deadly = stretches[0].documents[4]
        pool = ReadingPool(1, seconds=1.5)
        (batch,) = pool.batches(Deadly(packed, deadly.member.at, how), EMISOR, stretches)
        pool.close()
        assert [(each.file, each.code) for each in batch.rejected] == [(deadly.name, "archivo-ilegible")]
        assert len(uuids([batch])) == 8

    @pytest.mark.parametrize(("how", "told"), [("away", SpoolUnavailable), ("gone", UploadMissing)])
    def test_an_upload_that_stops_answering_is_no_fault_of_its_files(
        self, pool: ReadingPool, how: str, told: type[Exception]
    ) -> None:
        packed = many(9)
        stretches = planned(packed)
        with pytest.raises(told):
            list(pool.batches(Deadly(packed, stretches[0].documents[4].member.at, how), EMISOR, stretches))
        assert len(uuids(list(pool.batches(MemorySource(packed), EMISOR, stretches)))) == 9

    def test_an_upload_that_cannot_be_opened_is_no_fault_of_its_files(self, pool: ReadingPool) -> None:
        stretches = planned(many(2))
        with pytest.raises(ReadingFailed):
            list(pool.batches(MemorySource(None), EMISOR, stretches))
        packed = many(2)
        assert len(uuids(list(pool.batches(MemorySource(packed), EMISOR, planned(packed))))) == 2

    @on_linux
    def test_a_pool_that_is_closed_leaves_no_process(self) -> None:
        others = children()
        pool = ReadingPool(2)
        packed = many(2500)
        list(pool.batches(MemorySource(packed), EMISOR, planned(packed)))
        started = children() - others
        pool.close()
        assert 1 <= len(started) <= 2
        assert all(gone(pid, 0) for pid in started)

    @on_linux
    def test_the_processes_end_with_the_one_that_started_them_even_when_it_is_killed(self) -> None:
        script = f"""
import sys; sys.path[:] = {sys.path!r}
from tests.adapters.sat.test_pool import *
pool = ReadingPool(1)
packed = many(2)
list(pool.batches(MemorySource(packed), EMISOR, planned(packed)))
print(*children(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
        said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stdout
        (child,) = (int(pid) for pid in said.split())
        assert gone(child)


def children() -> set[int]:
    listed = Path("/proc/self/task").glob("*/children")
    return {int(pid) for each in listed for pid in each.read_text().split()}


def gone(pid: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() >= end:
            return False
        time.sleep(0.05)
    return True


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@on_linux
def test_a_batch_without_documents_needs_no_process() -> None:
    others = children()
    pool = ReadingPool(1)
    packed = a_zip(("a.pdf", b"x"))
    (batch,) = pool.batches(MemorySource(packed), EMISOR, planned(packed))
    assert [each.file for each in batch.ignored] == ["a.pdf"]
    assert children() == others
    pool.close()
