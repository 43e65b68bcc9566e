from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from contracts.ports.mails import MailsContract
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.mails import MemoryMails
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_core.audit.ports import AuditTrail
from horux_core.kernel.events import Event
from horux_core.notifications.ports import Mails
from horux_core.outbox.ports import Deliveries


class TestMemoryMails(MailsContract):
    @pytest.fixture
    def control(self) -> MemoryDatabase:
        return MemoryDatabase()

    @pytest.fixture
    def mails(self, control: MemoryDatabase) -> Mails:
        return MemoryMails(control)

    @pytest.fixture
    def trail(self, control: MemoryDatabase) -> AuditTrail:
        return MemoryAuditTrail(control)

    @pytest.fixture
    def deliveries(self, control: MemoryDatabase) -> Deliveries:
        return MemoryDeliveries(control)

    @pytest.fixture
    def put(self, control: MemoryDatabase) -> Callable[[Event], None]:
        def put(event: Event) -> None:
            with control.transaction() as tables:
                MemoryOutbox(tables, lambda: datetime.now(UTC)).put(event)

        return put
