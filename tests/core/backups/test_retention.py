"""What is kept for how long, whatever failed on which day."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from contracts.ports.backup_log import a_client, a_file
from horux_core.backups import naming
from horux_core.backups.model import FileState, Kind, Run, RunState, Subject
from horux_core.backups.retention import Retention
from horux_core.kernel.clock import dia_fiscal

START = datetime(2026, 1, 5, 7, tzinfo=UTC)
"""One in the night from Sunday to a Monday, in Mexico City."""
DAY = timedelta(days=1)
SUBJECTS = (Subject(Kind.CENTRAL), a_client("EKU9003173C9"), a_client("URE180429TM6"))
POLICY = Retention(7, 28)


def a_run(day: int, proven: tuple[bool, ...] = (True, True, True), state: RunState = RunState.COMPLETO) -> Run:
    at = START + day * DAY
    files = tuple(
        a_file(subject, state=FileState.PROBADO if good else FileState.FALLIDO)
        for subject, good in zip(SUBJECTS, proven, strict=True)
    )
    return Run(naming.run_id(at, UUID(int=day << 104)), at, state, at, files)


def kept(runs: list[Run], now: datetime, policy: Retention = POLICY) -> list[Run]:
    over = policy.over(runs, now)
    return [run for run in runs if run.id not in over]


def test_a_year_of_nights_leaves_the_last_eight_days_and_the_sundays_of_four_weeks() -> None:
    runs = [a_run(day) for day in range(365)]
    now = START + 364 * DAY
    days = sorted((dia_fiscal(now) - dia_fiscal(run.started_at)).days for run in kept(runs, now))
    assert days[:8] == list(range(8))
    sundays = [run for run in kept(runs, now) if (now - run.started_at).days > 7]
    assert len(sundays) in (2, 3)
    assert {dia_fiscal(run.started_at).isoweekday() for run in sundays} == {7}


def test_a_week_whose_sunday_failed_keeps_its_last_good_night() -> None:
    runs = [a_run(day) for day in range(6)] + [a_run(6, (False, False, False))] + [a_run(20)]
    assert [run.id for run in kept(runs, START + 20 * DAY)] == [runs[5].id, runs[-1].id]


nights = st.lists(
    st.tuples(st.integers(0, 120), st.tuples(*[st.booleans()] * 3)), max_size=40, unique_by=lambda n: n[0]
)


@given(nights, st.integers(0, 400), st.integers(1, 20), st.integers(1, 60))
def test_the_last_proven_of_each_thing_always_stays(
    made: list[tuple[int, tuple[bool, ...]]], later: int, daily: int, weekly: int
) -> None:
    runs = [a_run(*night) for night in made]
    now = START + (120 + later) * DAY
    staying = kept(runs, now, Retention(daily, weekly))
    for n, _ in enumerate(SUBJECTS):
        proven = [run for run in runs if run.files[n].proven]
        if proven:
            assert max(proven, key=lambda run: run.started_at) in staying


@given(nights, st.integers(1, 20), st.integers(1, 60))
def test_what_is_young_stays_and_what_is_old_goes(
    made: list[tuple[int, tuple[bool, ...]]], daily: int, weekly: int
) -> None:
    runs, now = [a_run(*night) for night in made], START + 120 * DAY
    staying = kept(runs, now, Retention(daily, weekly))
    ages = {run.id: (dia_fiscal(now) - dia_fiscal(run.started_at)).days for run in runs}
    assert all(run in staying for run in runs if ages[run.id] <= daily)
    old = [run for run in staying if ages[run.id] > max(daily, weekly)]
    assert len(old) <= len(SUBJECTS)


@given(nights, st.integers(0, 60))
def test_letting_go_day_after_day_ends_as_letting_go_at_once(
    made: list[tuple[int, tuple[bool, ...]]], later: int
) -> None:
    """A run that was let go of early is never missed later."""
    runs, gone = [a_run(*night) for night in sorted(made)], set()
    for day in range(120 + later + 1):
        now = START + day * DAY
        there = [run for run in runs if run.started_at <= now and run.id not in gone]
        gone |= set(POLICY.over(there, now))
    everything = kept(runs, START + (120 + later) * DAY)
    assert {run.id for run in everything} <= {run.id for run in runs} - gone


@given(nights)
def test_of_runs_that_are_not_kept_none_is_told(made: list[tuple[int, tuple[bool, ...]]]) -> None:
    gone = (RunState.CORTADO, RunState.RETIRADO, RunState.EN_CURSO)
    runs = [a_run(*night, state=gone[n % 3]) for n, night in enumerate(made)]
    assert POLICY.over(runs, START + 200 * DAY) == ()
