from collections.abc import Iterator

import psycopg
import pytest

from contracts.ports.pulse import PulseContract, Seen
from horux_adapters.container.reactions import EVENTS
from horux_adapters.postgres.backups import PostgresBackupLog
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.jobs import PostgresJobs, direct
from horux_adapters.postgres.notices import PostgresNotices
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_adapters.postgres.pulse import PostgresPulse, briefly
from horux_adapters.postgres.tenancy import PostgresRegistry
from horux_core.kernel.events import Event
from horux_core.tenancy.errors import DatabaseUnavailable
from tests.central import a_central_database


class TestPostgresPulse(PulseContract):
    @pytest.fixture
    def control(self, postgres_url: str) -> Iterator[ControlDatabase]:
        with a_central_database(postgres_url) as control:
            yield control

    @pytest.fixture
    def seen(self, control: ControlDatabase) -> Seen:
        def put(event: Event) -> None:
            with control.transaction() as connection:
                PostgresOutbox(connection).put(event)

        session = direct(control.dsn)
        return Seen(
            PostgresPulse(briefly(control.dsn)), PostgresRegistry(control, PostgresOutbox),
            PostgresJobs(control, session), PostgresNotices(control, PostgresOutbox),
            PostgresDeliveries(control, EVENTS), PostgresBackupLog(control, PostgresOutbox, session), put,
        )  # fmt: skip

    def test_knows_when_a_worker_was_heard_of_last(self, seen: Seen, control: ControlDatabase) -> None:
        assert seen.pulse.taken().heard_at is None
        with control.transaction() as connection:
            connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        taken = seen.pulse.taken()
        assert taken.heard_at is not None
        assert taken.heard_at <= taken.taken_at

    def test_knows_of_the_server_how_full_it_is(self, seen: Seen, control: ControlDatabase) -> None:
        before = seen.pulse.taken()
        with psycopg.connect(control.dsn):
            after = seen.pulse.taken()
        assert 0 < before.connections < after.connections <= after.connections_max

    def test_a_database_that_is_not_up_to_date_is_told_so(self, seen: Seen, control: ControlDatabase) -> None:
        with control.transaction() as connection:
            connection.execute("DROP TABLE respaldo_archivos")
        with pytest.raises(DatabaseUnavailable, match="horux migrate"):
            seen.pulse.taken()

    def test_a_server_that_is_not_there_is_told_and_not_waited_for(self) -> None:
        with pytest.raises(DatabaseUnavailable):
            PostgresPulse(briefly("postgresql://nadie:x@127.0.0.1:1/nada")).taken()
