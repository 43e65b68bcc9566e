"""A process killed at any moment between the arrival of a notice and its end: what was answered for is done, once."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest

from horux_adapters.mercadopago.notices import TOPICS
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.jobs import PostgresJobs, direct
from horux_adapters.postgres.notices import PostgresNotices
from horux_adapters.postgres.outbox import PostgresDeliveries, PostgresOutbox
from horux_adapters.worker.handling import Handling
from horux_core.billing.events import NoticeTaken
from horux_core.billing.notices import NoticeState, TakenNotice
from horux_core.billing.noticing import ProcessNotice
from horux_core.billing.settling import Outcome, Topic
from tests.central import a_central_database

_DIES = """
import os, signal, sys
from datetime import UTC, datetime
from contracts.ports.notices import a_notice
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.notices import PostgresNotices
from horux_adapters.postgres.outbox import PostgresOutbox
from tests.adapters.postgres.test_notices_killed import following

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

control = ControlDatabase(sys.argv[1]).open()
class Dying(PostgresOutbox):
    def put(self, event):
        super().put(event)
        die()
where = sys.argv[2]
notices = PostgresNotices(control, Dying if where == "taking" else PostgresOutbox)
notices.take(a_notice())
if where == "following":
    following(control, die).deliver()
die()
"""


def following(control: ControlDatabase, settle: Callable[[Topic, str], Outcome], minutes: float = 0) -> Handling:
    """A worker whose clock is so much ahead."""

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=minutes)

    process = ProcessNotice(PostgresNotices(control, PostgresOutbox), settle, TOPICS, clock)
    kinds: Mapping[str, Any] = {NoticeTaken.__name__: NoticeTaken}
    jobs = PostgresJobs(control, direct(control.dsn))
    return Handling(PostgresDeliveries(control, kinds), jobs, {NoticeTaken: process}, {}, clock)


@pytest.fixture
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control


def dies(control: ControlDatabase, where: str) -> None:
    command = [sys.executable, "-c", _DIES, control.dsn, where]
    died = subprocess.run(command, check=False, timeout=60, cwd=Path(__file__).parents[3])
    assert died.returncode == -signal.SIGKILL


def kept(control: ControlDatabase) -> tuple[TakenNotice, ...]:
    return PostgresNotices(control, PostgresOutbox).page(None, None, 9).items


class Provider:
    """Settles whatever it is asked about."""

    def __init__(self) -> None:
        self.asked: list[tuple[Topic, str]] = []

    def __call__(self, topic: Topic, reference: str) -> Outcome:
        self.asked.append((topic, reference))
        return Outcome.SETTLED


def forbidden(topic: Topic, reference: str) -> NoReturn:
    raise AssertionError("asked too early")


def test_killed_while_taking_it_nothing_is_kept_so_that_it_is_sent_again(control: ControlDatabase) -> None:
    dies(control, "taking")
    assert kept(control) == ()
    assert not following(control, forbidden, 60).deliver()


def test_killed_after_taking_it_a_worker_follows_it(control: ControlDatabase) -> None:
    dies(control, "taken")
    (notice,) = kept(control)
    assert (notice.state, notice.attempts) == (NoticeState.PENDIENTE, 0)
    provider = Provider()
    worker = following(control, provider, 1)
    (overdue,) = worker.deliveries.overdue(worker.clock())
    assert worker.deliver(overdue)
    assert not worker.deliver()
    assert provider.asked == [(Topic.PAYMENT, notice.reference)]
    assert [(n.state, n.attempts) for n in kept(control)] == [(NoticeState.PROCESADO, 1)]


def test_killed_while_following_it_another_worker_does(control: ControlDatabase) -> None:
    dies(control, "following")
    assert [(n.state, n.attempts) for n in kept(control)] == [(NoticeState.PENDIENTE, 1)]
    assert not following(control, forbidden, 1).deliver(), "the one that died may still be at it"
    provider = Provider()
    worker = following(control, provider, 6)
    (overdue,) = worker.deliveries.overdue(worker.clock())
    assert worker.deliver(overdue)
    assert not worker.deliver()
    assert len(provider.asked) == 1
    assert [(n.state, n.attempts) for n in kept(control)] == [(NoticeState.PROCESADO, 2)]
