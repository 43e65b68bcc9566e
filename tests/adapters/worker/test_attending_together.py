"""The duties of several workers over one central database, some of which are killed in the middle."""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.duties import PostgresDutyLog
from horux_adapters.postgres.jobs import direct
from horux_adapters.worker.attending import Rounds
from horux_core.operations.duties import Duty
from horux_core.operations.scheduling import Daily
from tests.central import a_central_database
from tests.system.waiting import until

WORKERS, DAYS = 6, 5
NINE = datetime(2026, 3, 1, 15, tzinfo=UTC)
DAY = timedelta(days=1)
NAME = "recordatorios"
AT_NINE = Daily(time(9))
CAUGHT = """
import sys, time
from tests.adapters.worker.test_attending_together import a_worker, AT_NINE, NAME, NINE
from horux_adapters.postgres.control import ControlDatabase
from horux_core.operations.duties import Duty

def endless():
    print("begun", flush=True)
    time.sleep(600)

a_worker(ControlDatabase(sys.argv[1]).open(), NINE).attend(Duty(NAME, AT_NINE, endless))
"""
"""A worker that begins the duty and never ends it."""


def a_worker(control: ControlDatabase, now: datetime) -> Rounds:
    return Rounds(PostgresDutyLog(control, direct(control.dsn)), lambda: now)


@pytest.fixture
def control(postgres_url: str) -> Iterator[ControlDatabase]:
    with a_central_database(postgres_url) as control:
        yield control
        gc.collect()


@dataclass
class Team:
    """Workers that all look at the same moment, again and again, until nobody finds anything to do."""

    control: ControlDatabase
    now: datetime = NINE

    def __post_init__(self) -> None:
        self.done: list[datetime] = []

    def write(self) -> Mapping[str, int]:
        self.done.append(self.now)
        return {"enviados": 1}

    def look(self) -> int:
        """How many of them did it."""
        barrier, did = Barrier(WORKERS), []

        def work() -> None:
            rounds = a_worker(self.control, self.now)
            barrier.wait()
            did.extend([True] * sum(rounds.attend(Duty(NAME, AT_NINE, self.write)) for _ in range(3)))

        threads = [Thread(target=work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(did)


@pytest.mark.timeout(120)
def test_is_done_once_each_day_by_one_of_all_that_look_at_once(control: ControlDatabase) -> None:
    team = Team(control)
    for day in range(DAYS):
        team.now = NINE + day * DAY
        assert team.look() == 1
    assert team.done == [NINE + day * DAY for day in range(DAYS)]


@pytest.mark.timeout(120)
def test_a_long_down_time_is_caught_up_once_by_one_of_all(control: ControlDatabase) -> None:
    team = Team(control)
    team.look()
    team.now = NINE + 30 * DAY + timedelta(hours=4)
    assert team.look() == 1
    assert len(team.done) == 2


@pytest.mark.timeout(60)
def test_while_one_is_at_it_the_others_leave_it(control: ControlDatabase) -> None:
    begun, over = Event(), Event()

    def slow() -> Mapping[str, int]:
        begun.set()
        over.wait(30)
        return {}

    holder = Thread(target=lambda: a_worker(control, NINE).attend(Duty(NAME, AT_NINE, slow)))
    holder.start()
    try:
        assert begun.wait(30)
        late = Team(control, NINE + timedelta(hours=2))
        assert late.look() == 0
        assert late.done == []
    finally:
        over.set()
        holder.join()
    assert not a_worker(control, NINE + timedelta(hours=2)).attend(Duty(NAME, AT_NINE, late.write)), "it was done"


@pytest.mark.timeout(120)
def test_one_whose_worker_was_killed_in_the_middle_is_done_by_another(control: ControlDatabase) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", CAUGHT, control.dsn],
        stdout=subprocess.PIPE, text=True, env=_with_tests(),
    )  # fmt: skip
    log, team = PostgresDutyLog(control, direct(control.dsn)), Team(control, NINE + timedelta(minutes=1))
    try:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "begun\n"
        assert log.of(NAME).held
        assert team.look() == 0
    finally:
        killed.kill()
        killed.communicate()
    until("se suelta el deber", lambda: not log.of(NAME).held, 20)
    assert team.look() == 1
    assert (log.of(NAME).done_for, log.of(NAME).attempt, log.of(NAME).tries) == (NINE, 2, 0)


def _with_tests() -> dict[str, str]:
    root = Path(__file__).resolve().parents[3]
    return {**os.environ, "PYTHONPATH": f"{root / 'src'}:{root}"}
