"""What many readings at once cost: turns in order, and memory that comes back."""

import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from struct import pack
from tempfile import TemporaryDirectory
from threading import Event
from uuid import uuid4
from zlib import crc32

import pytest

from contracts.clients import NOW
from contracts.ports.reading_room import ReadingRoomContract
from contracts.samples import an_xml
from horux_adapters.filesystem.spool import FilesystemSpool
from horux_adapters.memory.spool import MemorySpool
from horux_adapters.sat.archive import measure, stretches
from horux_adapters.sat.pool import ReadingPool
from horux_adapters.sat.reader import SatReader
from horux_adapters.sat.room import SatReadingRoom, give_back
from horux_adapters.sat.uploads import SatUploads
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.model import Cfdi
from horux_core.fiscal.cfdi.ports import ReadingRoom, Spool, SpooledFile, SpoolRef
from horux_core.fiscal.cfdi.upload_errors import ReadingSaturated
from horux_core.kernel.ids import JobId, TenantId
from tests.adapters.sat.test_memory import resident

_SCRIPT = """
import sys; sys.path[:] = {path!r}
from tests.adapters.sat.test_room import {attack}
{attack}()
"""


class TestSatReadingRoom(ReadingRoomContract):
    @pytest.fixture
    def room(self) -> ReadingRoom:
        return SatReadingRoom(MIB, patience=0.2)


def waiting_for(room: SatReadingRoom, count: int) -> None:
    end = time.monotonic() + 10
    while len(room._waiting) < count:
        assert time.monotonic() < end
        time.sleep(0.002)


def test_who_came_first_is_first_however_big() -> None:
    room, order, begun, over = SatReadingRoom(MIB), list[str](), Event(), Event()

    def read(name: str, size: int) -> None:
        with room(size):
            order.append(name)
            if name == "holds":
                begun.set()
                over.wait(10)

    with ThreadPoolExecutor(3) as threads:
        threads.submit(read, "holds", MIB // 2)
        assert begun.wait(10)
        threads.submit(read, "big", MIB)
        waiting_for(room, 1)
        threads.submit(read, "fits", MIB // 4)
        waiting_for(room, 2)
        over.set()
    assert order == ["holds", "big", "fits"]


def test_only_so_many_wait() -> None:
    room = SatReadingRoom(MIB, most_waiting=1)

    def read() -> None:
        with room(MIB):
            pass

    with ThreadPoolExecutor(1) as threads:
        with room(MIB):
            waits = threads.submit(read)
            waiting_for(room, 1)
            with pytest.raises(ReadingSaturated), room(MIB):
                pass
        waits.result(10)


def test_what_is_refused_does_not_hold_what_was_read_of_it() -> None:
    refusals = []
    tracemalloc.start()
    for _ in range(3):
        with pytest.raises(CfdiRejected) as refusal, SatReadingRoom()(MIB):
            SatReader().read(b"<a>" + b"x" * MIB)
        refusals.append(refusal.value)
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert all(refusal.__traceback__ for refusal in refusals)
    assert left < MIB


def named_without_end(count: int) -> bytes:
    """A ZIP whose entries are called by 1,000 bytes, the first letter of which takes four."""
    start, body = "🧾".encode() + b"a" * 980, b"x"
    files, directory = bytearray(), bytearray()
    for n in range(count):
        name = start + b"%012d.xml" % n
        at, sizes = len(files), (crc32(body), 1, 1)
        files += pack("<4s5H3L2H", b"PK\3\4", 20, 0x800, 0, 0, 0, *sizes, 0, 0) + body
        directory += pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0x800, 0, 0, 0, *sizes, len(name), 0, 0, 0, 0, 0, at) + name
    end = pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(files), 0)
    return bytes(files + directory + end)


def test_names_without_end_are_not_held() -> None:
    packed = named_without_end(5_000)
    parts = [SpooledFile("a.zip", 0, len(packed))]
    file = BytesIO(packed)
    tracemalloc.start()
    assert measure(file, parts, 0).files == 5_000
    _, measured = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    assert sum(len(stretch.documents) for stretch in stretches(file, parts)) == 5_000
    _, read = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert measured < MIB
    assert read < 5 * MIB


def zips() -> None:
    """24 senders of a ZIP of 20,000 names without end."""
    spool = MemorySpool(lambda: NOW)
    ref = spooled_whole(spool, [("a.zip", named_without_end(20_000))])
    tell(SatUploads(spool, ReadingPool(1), SatReadingRoom(patience=300, most_waiting=99)), ref)


def forms() -> None:
    """24 senders of a form of 50,000 files, each with as long a name as is kept."""
    with TemporaryDirectory() as folder:
        spool = FilesystemSpool(Path(folder))
        name = "🧾" + "a" * 240
        ref = spooled_whole(spool, ((f"{name}{n:05}.xml", b"x") for n in range(50_000)))
        tell(SatUploads(spool, ReadingPool(1), SatReadingRoom(patience=300, most_waiting=99)), ref)


def documents() -> None:
    """24 senders of a document of 20,000 Conceptos."""
    concepto = b'<cfdi:Concepto Descripcion="P" ClaveProdServ="84111505" Importe="0.00" ObjetoImp="01"/>'
    content = an_xml().replace(b"<cfdi:Conceptos>", b"<cfdi:Conceptos>" + concepto * 20_000)
    assert content.count(concepto) == 20_000
    room, reader = SatReadingRoom(patience=300, most_waiting=99), SatReader()

    def read(_: int) -> Cfdi:
        with room(len(content)):
            return reader.read(content)

    measured(read)


def tell(uploads: SatUploads, ref: SpoolRef) -> None:
    measured(lambda _: uploads.size(ref))


def spooled_whole(spool: Spool, files: Iterable[tuple[str, bytes]]) -> SpoolRef:
    writer = spool.create(TenantId(uuid4()), JobId(uuid4()))
    for name, content in files:
        writer.begin(name)
        writer.write(content)
    return writer.commit()


def measured(ask: Callable[[int], object]) -> None:
    """Print the MiB that 24 at once take at most, and those they leave, beyond what there was."""
    give_back()
    before = resident(os.getpid())
    Path("/proc/self/clear_refs").write_text("5")
    with ThreadPoolExecutor(24) as threads:
        list(threads.map(ask, range(24)))
    print(peak(os.getpid()) - before, resident(os.getpid()) - before)


def peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="lee la memoria en /proc")
@pytest.mark.parametrize(("attack", "most"), [("zips", 30), ("forms", 100), ("documents", 70)])
def test_many_at_once_take_little_memory_and_give_it_back(attack: str, most: int) -> None:
    script = _SCRIPT.format(path=sys.path, attack=attack)
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    highest, left = map(int, said.split())
    assert highest < most
    assert left < 25
