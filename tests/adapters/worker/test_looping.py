"""The worker as a thread of the server, over memory."""

from datetime import UTC, datetime
from threading import Event, Thread
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from contracts.ports.jobs import a_job
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.outbox import MemoryDeliveries
from horux_adapters.worker import looping
from horux_adapters.worker.handling import Handling
from horux_adapters.worker.looping import WorkerThread
from horux_core.jobs.model import Job
from horux_core.kernel.ids import TenantId


def test_does_its_duties_again_and_again_beside_the_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looping, "_LOOK_SECONDS", 0.01)
    control, ran, attended, times = MemoryDatabase(), Event(), Event(), []
    jobs = MemoryJobs(control)
    handling = Handling(MemoryDeliveries(control), jobs, {}, {"carga": lambda _: ran.set()}, lambda: datetime.now(UTC))

    def attend() -> None:
        times.append(1)
        if len(times) > 2:
            attended.set()

    with capture_logs():
        thread = WorkerThread(handling, jobs.waiting, attend).start()
        try:
            jobs.put(a_job(TenantId(uuid4())))
            assert ran.wait(20)
            assert attended.wait(20)
        finally:
            thread.stop()
    seen = len(times)
    assert seen > 2
    assert len(times) == seen, "it has ended"


def test_begins_no_other_job_once_it_is_told_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    told, ran = Event(), []
    monkeypatch.setattr(looping, "Event", lambda: told)
    control = MemoryDatabase()
    jobs = MemoryJobs(control)
    for _ in range(2):
        jobs.put(a_job(TenantId(uuid4())))

    def act(job: Job) -> None:
        ran.append(job.id)
        Thread(target=worker.stop).start()
        assert told.wait(20)

    handling = Handling(MemoryDeliveries(control), jobs, {}, {"carga": act}, lambda: datetime.now(UTC))
    worker = WorkerThread(handling, jobs.waiting, lambda: None)
    with capture_logs():
        worker.start()
        assert told.wait(20)
        worker.stop()
    assert len(ran) == 1
