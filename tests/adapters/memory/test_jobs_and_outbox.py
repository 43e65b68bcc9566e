from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.ports.bygones import BygonesContract, Stores
from contracts.ports.jobs import JobsContract
from contracts.ports.outbox import DeliveriesContract, Put
from horux_adapters.memory.bygones import MemoryBygones
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.identity import MemoryDirectory, MemoryThrottle
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.mails import MemoryMails
from horux_adapters.memory.notices import MemoryNotices
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_core.jobs.ports import Jobs
from horux_core.kernel.events import Event
from horux_core.kernel.ids import TenantId
from horux_core.outbox.ports import Deliveries


class TestMemoryJobs(JobsContract):
    @pytest.fixture
    def jobs(self) -> Jobs:
        return MemoryJobs(MemoryDatabase())

    @pytest.fixture
    def tenant(self) -> TenantId:
        return TenantId(uuid4())


class TestMemoryBygones(BygonesContract):
    @pytest.fixture
    def stores(self) -> Stores:
        control = MemoryDatabase()

        def put(event: Event) -> None:
            with control.transaction() as tables:
                MemoryOutbox(tables, lambda: datetime.now(UTC)).put(event)

        return Stores(
            MemoryBygones(control),
            MemoryDirectory(control),
            MemoryJobs(control),
            MemoryDeliveries(control),
            MemoryThrottle(control),
            MemoryNotices(control, lambda tables: MemoryOutbox(tables, lambda: datetime.now(UTC))),
            MemoryMails(control),
            put,
            TenantId(uuid4()),
        )


class TestMemoryDeliveries(DeliveriesContract):
    @pytest.fixture
    def control(self) -> MemoryDatabase:
        return MemoryDatabase()

    @pytest.fixture
    def deliveries(self, control: MemoryDatabase) -> Deliveries:
        return MemoryDeliveries(control)

    @pytest.fixture
    def put(self, control: MemoryDatabase) -> Put:
        def put(event: Event, fail: bool = False) -> None:
            with control.transaction() as tables:
                MemoryOutbox(tables, lambda: datetime.now(UTC)).put(event)
                _ = 1 / (not fail)

        return put
