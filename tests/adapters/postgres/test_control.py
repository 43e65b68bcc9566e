"""The central database when it cannot go on: whoever asked is told to come back."""

from collections.abc import Iterator
from threading import Barrier, Thread

import psycopg
import pytest

from horux_adapters.postgres import locks
from horux_adapters.postgres.control import ControlDatabase
from horux_core.tenancy.errors import DatabaseUnavailable
from tests.central import a_central_database, a_tenant_row


@pytest.fixture
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


def test_of_two_that_wait_for_each_other_one_is_told_to_come_back(control: ControlDatabase) -> None:
    tenants = [a_tenant_row(control, rfc) for rfc in ("AAA010101AAA", "EKU9003173C9")]
    both = Barrier(2)
    told: list[Exception] = []

    def change(first: object, second: object) -> None:
        try:
            with control.transaction() as conn:
                conn.execute("UPDATE tenants SET nombre = 'x' WHERE id = %s", (first,))
                both.wait(30)
                conn.execute("UPDATE tenants SET nombre = 'y' WHERE id = %s", (second,))
        except Exception as error:
            told.append(error)

    threads = [Thread(target=change, args=order) for order in (tenants, reversed(tenants))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [type(error) for error in told] == [DatabaseUnavailable]
    assert told[0].facts["retryAfter"]  # type: ignore[attr-defined]


def test_a_transaction_that_lost_its_connection_is_told_to_come_back(control: ControlDatabase) -> None:
    with pytest.raises(DatabaseUnavailable), control.transaction() as conn:  # noqa: PT012
        pid = conn.info.backend_pid
        with psycopg.connect(control.dsn, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))
        conn.execute("SELECT 1")
    with control.transaction() as conn:
        conn.execute("SELECT 1")


def test_what_is_too_big_for_the_database_is_not_told_to_come_back(control: ControlDatabase) -> None:
    with pytest.raises(psycopg.errors.ProgramLimitExceeded), control.transaction() as conn:
        conn.execute(
            "INSERT INTO login_failures SELECT string_agg(md5(n::text), ''), 1, now() FROM generate_series(1, 5000) n"
        )


def test_no_two_locks_have_the_same_number() -> None:
    numbers = [value for name, value in vars(locks).items() if name.isupper()]
    assert len(numbers) == len(set(numbers)) >= 4
