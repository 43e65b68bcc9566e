"""What every Throttle promises; a subclass brings `throttle`."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from horux_core.identity.ports import Throttle

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def fail(throttle: Throttle, key: str, times: int, now: datetime = NOW) -> None:
    for _ in range(times):
        throttle.failed(key, now)


class ThrottleContract:
    def test_lets_four_failures_pass_and_doubles_from_the_fifth(self, throttle: Throttle) -> None:
        waits = []
        for _ in range(15):
            waits.append(throttle.wait("ana", NOW))
            throttle.failed("ana", NOW)
        assert waits == [0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]

    def test_counts_the_wait_from_the_last_failure(self, throttle: Throttle) -> None:
        fail(throttle, "ana", 8)
        assert throttle.wait("ana", NOW + timedelta(seconds=6)) == 10
        assert throttle.wait("ana", NOW + timedelta(seconds=15.5)) == 1
        assert throttle.wait("ana", NOW + timedelta(seconds=16)) == 0

    def test_waits_no_longer_than_asked(self, throttle: Throttle) -> None:
        fail(throttle, "oficina", 40)
        assert throttle.wait("oficina", NOW, 60) == 60
        assert throttle.wait("oficina", NOW + timedelta(seconds=59), 60) == 1
        assert throttle.wait("oficina", NOW + timedelta(seconds=60), 60) == 0
        assert throttle.wait("oficina", NOW) == 900

    def test_keeps_keys_apart(self, throttle: Throttle) -> None:
        fail(throttle, "ana", 6)
        assert throttle.wait("beto", NOW) == 0

    def test_forgets_after_success(self, throttle: Throttle) -> None:
        fail(throttle, "ana", 6)
        throttle.succeeded("ana")
        throttle.succeeded("nadie")
        assert throttle.wait("ana", NOW) == 0
        fail(throttle, "ana", 4)
        assert throttle.wait("ana", NOW) == 0

    def test_forgets_after_an_hour(self, throttle: Throttle) -> None:
        fail(throttle, "ana", 12)
        later = NOW + timedelta(hours=1)
        assert throttle.wait("ana", later) == 0
        fail(throttle, "ana", 4, later)
        assert throttle.wait("ana", later) == 0

    def test_remembers_within_the_hour_after_the_wait_was_served(self, throttle: Throttle) -> None:
        fail(throttle, "ana", 5)
        later = NOW + timedelta(minutes=30)
        assert throttle.wait("ana", later) == 0
        throttle.failed("ana", later)
        assert throttle.wait("ana", later) == 4

    def test_loses_no_failure_of_many_at_once(self, throttle: Throttle) -> None:
        with ThreadPoolExecutor(6) as threads:
            list(threads.map(lambda _: throttle.failed("ana", NOW), range(10)))
        assert throttle.wait("ana", NOW) == 64

    def test_takes_so_many_within_an_hour_and_says_when_more(self, throttle: Throttle) -> None:
        minute = timedelta(minutes=1)
        assert [throttle.take("ana", NOW + n * minute, 3) for n in range(3)] == [0, 0, 0]
        assert throttle.take("ana", NOW + 2 * minute, 3) == 3600
        assert throttle.take("ana", NOW + 12.5 * minute, 3) == 2970
        assert throttle.take("beto", NOW + 2 * minute, 3) == 0
        assert throttle.take("ana", NOW + 2 * minute + timedelta(hours=1, seconds=-1), 3) == 1
        last = NOW + 2 * minute + timedelta(hours=1)
        assert [throttle.take("ana", last, 3) for _ in range(4)] == [0, 0, 0, 3600]

    def test_takes_no_more_of_many_at_once(self, throttle: Throttle) -> None:
        with ThreadPoolExecutor(6) as threads:
            waits = list(threads.map(lambda _: throttle.take("ana", NOW, 4), range(24)))
        assert waits.count(0) == 4
