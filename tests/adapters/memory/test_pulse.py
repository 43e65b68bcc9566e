from datetime import UTC, datetime

import pytest

from contracts.ports.pulse import PulseContract, Seen
from horux_adapters.memory.backups import MemoryBackupLog
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.notices import MemoryNotices
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_adapters.memory.pulse import MemoryPulse
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.kernel.events import Event


def now() -> datetime:
    return datetime.now(UTC)


def outbox(tables: Tables) -> MemoryOutbox:
    return MemoryOutbox(tables, now)


class TestMemoryPulse(PulseContract):
    @pytest.fixture
    def seen(self) -> Seen:
        control = MemoryDatabase()

        def put(event: Event) -> None:
            with control.transaction() as tables:
                outbox(tables).put(event)

        return Seen(
            MemoryPulse(control, now), MemoryRegistry(control, outbox), MemoryJobs(control, now),
            MemoryNotices(control, outbox), MemoryDeliveries(control), MemoryBackupLog(control, outbox), put,
        )  # fmt: skip
