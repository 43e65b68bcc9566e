from collections.abc import Callable, Iterator

import psycopg
import pytest

from contracts.ports.duty_log import DutyLogContract, a_name
from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.duties import PostgresDutyLog
from horux_adapters.postgres.jobs import direct
from horux_core.operations.ports import DutyLog
from horux_core.tenancy.errors import DatabaseUnavailable
from tests.central import a_central_database


@pytest.fixture(scope="module")
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


class TestPostgresDutyLog(DutyLogContract):
    @pytest.fixture
    def log(self, control: ControlDatabase) -> DutyLog:
        return PostgresDutyLog(control, direct(control.dsn))

    def test_a_holder_that_dies_lets_go(self, control: ControlDatabase) -> None:
        opened: list[psycopg.Connection[tuple[object, ...]]] = []

        def session() -> psycopg.Connection[tuple[object, ...]]:
            opened.append(psycopg.connect(control.dsn))
            return opened[-1]

        log, name = PostgresDutyLog(control, session), a_name()
        with log.hold(name):
            with control.transaction() as conn:
                conn.execute("SELECT pg_terminate_backend(%s)", (opened[0].info.backend_pid,))
            while log.of(name).held:
                pass
            with log.hold(name) as taken_up:
                assert taken_up

    def test_is_let_go_of_at_once_and_not_when_its_session_is_gone(self, control: ControlDatabase) -> None:
        opened: list[psycopg.Connection[tuple[object, ...]]] = []

        class Lingering(psycopg.Connection[tuple[object, ...]]):
            def close(self) -> None:
                opened.append(self)

        log, name = PostgresDutyLog(control, lambda: Lingering.connect(control.dsn)), a_name()
        with log.hold(name):
            pass
        assert not log.of(name).held
        psycopg.Connection.close(opened[0])

    def test_what_is_held_in_another_database_is_not_held_here(
        self, control: ControlDatabase, log: DutyLog, fresh_database: Callable[[], str]
    ) -> None:
        name = a_name()
        elsewhere = PostgresDutyLog(control, direct(fresh_database()))
        with elsewhere.hold(name):
            assert not log.of(name).held

    def test_without_a_session_nobody_holds_it(self, control: ControlDatabase) -> None:
        log = PostgresDutyLog(control, direct(dsn(control.dsn, dbname="no_existe")))
        with pytest.raises(DatabaseUnavailable), log.hold(a_name()):
            pass
