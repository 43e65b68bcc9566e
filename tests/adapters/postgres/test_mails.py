from collections.abc import Callable, Iterator

import pytest

from contracts.ports.mails import MailsContract
from contracts.ports.outbox import SomebodyCame
from horux_adapters.postgres.audit import PostgresAuditTrail
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.mails import PostgresMails
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_core.audit.ports import AuditTrail
from horux_core.kernel.events import Event
from horux_core.notifications.ports import Mails
from horux_core.outbox.ports import Deliveries
from tests.central import a_central_database


@pytest.fixture(scope="module")
def shared(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


class TestPostgresMails(MailsContract):
    @pytest.fixture
    def control(self, shared: ControlDatabase) -> Iterator[ControlDatabase]:
        yield shared
        with shared.transaction() as connection:
            connection.execute("TRUNCATE mails, outbox, audit_log")

    @pytest.fixture
    def mails(self, control: ControlDatabase) -> Mails:
        return PostgresMails(control)

    @pytest.fixture
    def trail(self, control: ControlDatabase) -> AuditTrail:
        return PostgresAuditTrail(control)

    @pytest.fixture
    def deliveries(self, control: ControlDatabase) -> Deliveries:
        return PostgresDeliveries(control, {"SomebodyCame": SomebodyCame})

    @pytest.fixture
    def put(self, control: ControlDatabase) -> Callable[[Event], None]:
        def put(event: Event) -> None:
            with control.transaction() as connection:
                PostgresOutbox(connection).put(event)

        return put
