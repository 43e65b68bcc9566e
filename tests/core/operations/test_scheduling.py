"""When a duty is due, by the clock on the wall: Mexico City put it forward and back each year until 2022."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.kernel.clock import MEXICO
from horux_core.operations.scheduling import Daily, Every, Schedule

SECOND = timedelta(seconds=1)
SCHEDULES: st.SearchStrategy[Schedule] = st.one_of(
    st.builds(Daily, st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))),
    st.builds(Every, st.integers(1, 3 * 86_400).map(lambda seconds: timedelta(seconds=seconds))),
)
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@given(SCHEDULES, MOMENTS)
def test_now_is_between_the_last_time_and_the_next(schedule: Schedule, now: datetime) -> None:
    last, following = schedule.last(now), schedule.next(now)
    assert last <= now < following
    assert schedule.last(following) == following
    assert schedule.last(following - SECOND) == last
    assert schedule.next(last) == following


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (utc(2026, 7, 1, 15), utc(2026, 7, 1, 15)),
        (utc(2026, 7, 1, 14, 59), utc(2026, 6, 30, 15)),
        (utc(2026, 1, 1, 15), utc(2026, 1, 1, 15)),
        (utc(2022, 7, 1, 14), utc(2022, 7, 1, 14)),
        (utc(2022, 7, 1, 13, 59), utc(2022, 6, 30, 14)),
        (utc(2022, 1, 1, 15), utc(2022, 1, 1, 15)),
        (utc(2022, 11, 1, 2), utc(2022, 10, 31, 15)),
        # The night ends in another day of UTC.
        (utc(2026, 3, 1, 3), utc(2026, 2, 28, 15)),
    ],
)
def test_nine_in_the_morning_is_nine_on_the_wall(now: datetime, last: datetime) -> None:
    assert Daily(time(9)).last(now) == last


@pytest.mark.parametrize(
    ("at", "day", "due"),
    [
        (time(2, 30), date(2022, 4, 3), utc(2022, 4, 3, 8, 30)),
        (time(1, 30), date(2022, 10, 30), utc(2022, 10, 30, 6, 30)),
    ],
    ids=["the hour that was skipped", "the hour that came twice"],
)
def test_is_done_once_on_the_day_the_clock_was_put(at: time, day: date, due: datetime) -> None:
    midnight = datetime.combine(day, time(), MEXICO).astimezone(UTC)
    assert Daily(at).next(midnight) == due
    assert Daily(at).next(due).astimezone(MEXICO).date() == day + timedelta(days=1)


@given(st.times(max_value=time(23, 59)), st.integers(2012, 2030))
def test_comes_once_each_day_of_any_year(at: time, year: int) -> None:
    daily, now, days = Daily(at), datetime(year, 1, 1, tzinfo=MEXICO).astimezone(UTC) - SECOND, []
    while (now := daily.next(now)).astimezone(MEXICO).year == year:
        days.append(now.astimezone(MEXICO).date())
    assert days == [date(year, 1, 1) + timedelta(days=n) for n in range(len(days))]
    assert len(days) == (date(year + 1, 1, 1) - date(year, 1, 1)).days


def test_what_comes_each_hour_comes_at_its_beginning_in_mexico() -> None:
    for now in (utc(2026, 3, 1, 15, 17, 9), utc(2022, 7, 1, 15, 59, 59)):
        last = Every(timedelta(hours=1)).last(now)
        assert last == now.replace(minute=0, second=0)
    assert Every(timedelta(hours=6)).last(utc(2026, 3, 1, 15)).astimezone(MEXICO).hour == 6
