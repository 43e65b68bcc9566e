from collections.abc import Iterator

import psycopg
import pytest

from contracts.ports.notices import NOON, NoticesContract, Stores, a_notice
from horux_adapters.postgres.audit import PostgresAuditTrail
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.notices import PostgresNotices
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_core.billing.events import NoticeTaken
from horux_core.billing.notices import NoticeState
from horux_core.tenancy.errors import DatabaseUnavailable
from tests.central import a_central_database

KINDS = {NoticeTaken.__name__: NoticeTaken}


@pytest.fixture(scope="module")
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


class TestPostgresNotices(NoticesContract):
    @pytest.fixture
    def stores(self, control: ControlDatabase) -> Stores:
        with control.transaction() as connection:
            connection.execute("TRUNCATE notices, outbox")
        return Stores(
            PostgresNotices(control, PostgresOutbox), PostgresDeliveries(control, KINDS), PostgresAuditTrail(control)
        )

    def test_a_notice_and_the_word_to_a_worker_are_both_kept_or_neither(
        self, stores: Stores, control: ControlDatabase
    ) -> None:
        def failing(_connection: object) -> PostgresOutbox:
            raise ZeroDivisionError

        notice = a_notice()
        with pytest.raises(ZeroDivisionError):
            PostgresNotices(control, failing).take(notice)
        assert stores.kept(notice) is None

    def test_tells_that_nothing_could_be_kept(self, postgres_url: str) -> None:
        gone = ControlDatabase(psycopg.conninfo.make_conninfo(postgres_url, dbname="no_existe"), wait=0.2).open()
        try:
            notices = PostgresNotices(gone, PostgresOutbox)
            for keep in (notices.take, lambda notice: notices.refuse(notice, NOON, 9)):
                with pytest.raises(DatabaseUnavailable):
                    keep(a_notice(NoticeState.RECHAZADO))
        finally:
            gone.close()
