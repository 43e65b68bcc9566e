"""What strangers' documents leave behind in the memory of the process that read them: nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.samples import an_xml

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="lee la memoria en /proc")

_SCRIPT = """
import sys; sys.path[:] = {path!r}
from tests.adapters.sat.test_memory import *
from contextlib import suppress
from io import BytesIO
from contracts.clients import NOW
from contracts.samples import EMISOR
from horux_adapters.memory.spool import MemorySource, MemorySpool
from horux_adapters.sat.archive import stretches
from horux_adapters.sat.pool import ReadingPool
from horux_adapters.sat.reader import SatReader
from horux_adapters.sat.uploads import SatUploads
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.ports import SpooledFile
from horux_core.kernel.ids import JobId, TenantId
from tests.adapters.sat.test_pool import children
from uuid import uuid4

pool, spool = ReadingPool(1), MemorySpool(lambda: NOW)
uploads = SatUploads(spool, pool)


def alone(content):
    with suppress(CfdiRejected):
        SatReader().read(content)


def small(content):
    writer = spool.create(TenantId(uuid4()), JobId(uuid4()))
    writer.begin("a.xml")
    writer.write(content)
    ref = writer.commit()
    assert uploads.read(ref, EMISOR).rejected
    uploads.remove(ref)


def big(content):
    found = stretches(BytesIO(content), [SpooledFile("a.xml", 0, len(content))])
    assert next(pool.batches(MemorySource(content), EMISOR, found)).rejected


{way}({document}())
pid = next(iter(children()), os.getpid())
before = resident(pid)
for _ in range(100):
    {way}({document}())
print(resident(pid) - before)
pool.close()
"""


def unnamed() -> bytes:
    """Few names, and 20,000 pieces of white space, each unlike any other: the parser keeps those like names."""
    blanks = os.urandom(50 * 20_000).translate(bytes(b" \t"[n % 2] for n in range(256)))
    pieces = (blanks[at : at + 50] for at in range(0, len(blanks), 50))
    return b"<a>" + b"<b/>".join(pieces) + b"</a>"


def unending() -> bytes:
    """RFCs and a rate of half a million characters and more, unlike any other."""
    long = os.urandom(250_000).hex()
    return an_xml(rfc_emisor=long, rfc_receptor=long[::-1], moneda="USD", tipo_cambio=long * 2)


def resident(pid: int) -> int:
    """MiB of memory that a process has."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) // 1024


@pytest.mark.parametrize(
    ("way", "document"), [("alone", "unnamed"), ("small", "unnamed"), ("big", "unnamed"), ("alone", "unending")]
)
def test_a_hundred_hostile_documents_leave_no_memory_behind(way: str, document: str) -> None:
    script = _SCRIPT.format(path=sys.path, way=way, document=document)
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert int(said) < 60
