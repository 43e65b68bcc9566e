"""What a crash left on the spool goes after a day, and what an open job needs stays."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from contracts.ports.jobs import a_job, finished
from contracts.ports.spool import parts, spooled
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.spool import MemorySpool
from horux_core.fiscal.cfdi.ports import SpoolRef
from horux_core.kernel.ids import TenantId
from horux_core.operations.cleaning import CleanSpool

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_uploads_go_after_a_day_unless_an_open_job_needs_them() -> None:
    jobs, spool, tenant = MemoryJobs(MemoryDatabase()), MemorySpool(lambda: START), TenantId(uuid4())
    orphan = spooled(spool, ("uno.xml", b"<uno/>"))
    needed = a_job(tenant)
    jobs.put(needed)
    kept = spooled(spool, ("dos.xml", b"<dos/>"), ref=SpoolRef(tenant, needed.id))
    day = timedelta(hours=24)
    assert CleanSpool(jobs, spool, lambda: START + day)() == 0
    assert parts(spool, orphan)
    later = CleanSpool(jobs, spool, lambda: START + day + timedelta(seconds=1))
    assert later() == 1
    assert parts(spool, kept)
    finished(jobs, needed, {})
    assert later() == 1
