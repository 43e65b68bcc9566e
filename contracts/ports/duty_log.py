"""What every DutyLog promises; a subclass brings the `log` fixture."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

from horux_core.operations.duties import DutyRecord
from horux_core.operations.ports import DutyLog
from horux_core.operations.scheduling import Daily

NOW = datetime(2026, 3, 1, 15, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AT_NINE = Daily(time(9))


def a_name() -> str:
    return f"deber-{uuid4().hex[:8]}"


class DutyLogContract:
    def test_a_duty_nobody_began_is_blank(self, log: DutyLog) -> None:
        name = a_name()
        assert log.of(name) == DutyRecord(name)

    def test_gives_back_what_it_kept(self, log: DutyLog) -> None:
        begun = DutyRecord(a_name()).begun(AT_NINE, NOW)
        failed = begun.failed(AT_NINE, NOW + MINUTE, "El correo no responde.")
        done = failed.done(NOW - MINUTE, NOW + 2 * MINUTE, {"enviados": 3})
        for record in (begun, failed, done):
            log.keep(record)
            assert log.of(record.name) == record

    def test_keeps_one_duty_apart_from_another(self, log: DutyLog) -> None:
        one, other = DutyRecord(a_name()).begun(AT_NINE, NOW), DutyRecord(a_name()).begun(AT_NINE, NOW + MINUTE)
        log.keep(one)
        log.keep(other)
        assert (log.of(one.name), log.of(other.name)) == (one, other)

    def test_is_held_by_one_at_a_time_and_tells_so(self, log: DutyLog) -> None:
        name, other = a_name(), a_name()
        with log.hold(name) as ours, log.hold(name) as theirs, log.hold(other) as apart:
            assert (ours, theirs, apart) == (True, False, True)
            assert log.of(name).held
        assert not log.of(name).held
        with log.hold(name) as again:
            assert again

    def test_whoever_found_it_held_lets_go_of_nothing(self, log: DutyLog) -> None:
        name = a_name()
        with log.hold(name):
            with log.hold(name):
                pass
            assert log.of(name).held

    def test_is_let_go_of_when_it_breaks(self, log: DutyLog) -> None:
        name = a_name()
        try:
            with log.hold(name):
                _ = 1 / 0
        except ZeroDivisionError:
            pass
        assert not log.of(name).held

    def test_that_it_is_held_is_not_kept(self, log: DutyLog) -> None:
        name = a_name()
        with log.hold(name):
            log.keep(log.of(name).begun(AT_NINE, NOW))
        assert not log.of(name).held

    def test_what_an_earlier_one_says_of_it_is_not_kept(self, log: DutyLog) -> None:
        cut_off = DutyRecord(a_name()).begun(AT_NINE, NOW)
        done = cut_off.begun(AT_NINE, NOW + MINUTE).done(NOW, NOW + 2 * MINUTE, {"enviados": 1})
        for record in (cut_off, done, cut_off.failed(AT_NINE, NOW + 3 * MINUTE, "tarde")):
            log.keep(record)
        assert log.of(done.name) == done
