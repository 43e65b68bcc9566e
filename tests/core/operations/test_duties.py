"""How a duty gets on: behind or not, begun, done, failed, cut off."""

from datetime import UTC, datetime, time, timedelta

import pytest

from horux_core.operations.duties import DutyRecord
from horux_core.operations.scheduling import Daily, Every

AT_NINE = Daily(time(9))
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
NINE = datetime(2026, 3, 1, 15, tzinfo=UTC)
BLANK = DutyRecord("recordatorios")


def done(at: datetime) -> DutyRecord:
    return BLANK.begun(AT_NINE, at).done(AT_NINE.last(at), at + SECOND, {})


def test_one_that_never_was_done_is_due() -> None:
    assert BLANK.due(AT_NINE, NINE)


def test_one_that_was_done_is_due_when_its_hour_comes_again() -> None:
    assert not done(NINE).due(AT_NINE, NINE + DAY - SECOND)
    assert done(NINE).due(AT_NINE, NINE + DAY)


def test_one_that_was_done_late_is_due_at_its_own_hour() -> None:
    assert done(NINE + 23 * HOUR).due(AT_NINE, NINE + DAY)


def test_all_the_times_it_was_missed_count_as_one() -> None:
    late = NINE + 40 * DAY + HOUR
    assert done(NINE).due(AT_NINE, late)
    assert not done(late).due(AT_NINE, late + SECOND)
    assert not done(late).due(AT_NINE, NINE + 41 * DAY - SECOND)


def test_one_that_took_past_its_next_hour_is_due_again() -> None:
    slow = BLANK.begun(AT_NINE, NINE).done(NINE, NINE + DAY + HOUR, {})
    assert slow.due(AT_NINE, NINE + DAY + HOUR)


def waits(record: DutyRecord, schedule: Daily | Every, *, fails: bool) -> list[timedelta]:
    """The pauses between the tries of one that fails, or that is cut off, each time."""
    now, found = NINE, []
    for _ in range(12):
        record = record.begun(schedule, now)
        if fails:
            record = record.failed(schedule, now, "no")
        assert not record.due(schedule, now)
        assert record.retry_at is not None
        assert not record.due(schedule, record.retry_at - SECOND)
        assert record.due(schedule, record.retry_at)
        found.append(record.retry_at - now)
        now = record.retry_at
    return found


@pytest.mark.parametrize("fails", [True, False])
def test_is_tried_again_after_longer_and_longer_up_to_an_hour(fails: bool) -> None:
    found = waits(BLANK, AT_NINE, fails=fails)
    assert found[:9] == [SECOND * 10 * 2**n for n in range(9)]
    assert found[9:] == [HOUR] * 3


def test_waits_no_longer_than_until_it_is_due_anyway() -> None:
    assert max(waits(BLANK, Every(60 * SECOND), fails=True)) == 60 * SECOND


def test_one_that_was_done_at_last_begins_to_count_anew() -> None:
    failed = BLANK.begun(AT_NINE, NINE).failed(AT_NINE, NINE + SECOND, "no").begun(AT_NINE, NINE + HOUR)
    recovered = failed.done(NINE, NINE + HOUR, {"enviados": 2})
    assert (recovered.tries, recovered.retry_at, recovered.attempt) == (0, None, 2)
    assert (recovered.outcome, recovered.last_error) == ({"enviados": 2}, "no")
    again = recovered.begun(AT_NINE, NINE + DAY)
    assert again.retry_at == NINE + DAY + 10 * SECOND


def test_knows_a_failure_from_being_cut_off_and_from_having_recovered() -> None:
    begun = BLANK.begun(AT_NINE, NINE)
    failed = begun.failed(AT_NINE, NINE + SECOND, "no")
    cut_off = failed.begun(AT_NINE, NINE + HOUR)
    recovered = cut_off.done(NINE, NINE + HOUR, {})
    standings = [record.failing for record in (BLANK, begun, failed, cut_off, recovered)]
    assert standings == [False, False, True, False, False]
