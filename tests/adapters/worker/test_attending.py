"""What a worker does about its duties: each in its hour, once, and none because of another's trouble left undone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import pytest
from structlog.testing import capture_logs

from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.duties import MemoryDutyLog
from horux_adapters.worker.attending import Rounds
from horux_core.kernel.errors import Unavailable
from horux_core.operations.duties import Duty, DutyRecord
from horux_core.operations.errors import DutyUnderWay
from horux_core.operations.scheduling import Daily, Every

NINE = datetime(2026, 3, 1, 15, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
SECRET = "postgresql://horux:Qx7v-secreta@db/horux360"


@dataclass
class Shop:
    """A worker over memory with two duties, and a clock that is moved."""

    now: datetime = NINE
    done: list[str] = field(default_factory=list)
    fault: Exception | None = None
    outcome: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = MemoryDutyLog(MemoryDatabase())
        self.rounds = Rounds(self.log, lambda: self.now)
        self.mails = Duty("recordatorios", Daily(time(9)), self.write)
        self.purge = Duty("purga", Every(HOUR), self.let_go)

    def write(self) -> Mapping[str, int]:
        if self.fault is not None:
            raise self.fault
        self.done.append("recordatorios")
        return self.outcome

    def let_go(self) -> Mapping[str, int]:
        self.done.append("purga")
        return {}

    def look(self) -> list[str]:
        """What was done in one round."""
        before = len(self.done)
        self.rounds.attend_all((self.mails, self.purge))
        return self.done[before:]

    @property
    def record(self) -> DutyRecord:
        return self.log.of("recordatorios")


@pytest.fixture
def shop() -> Iterator[Shop]:
    with capture_logs():
        yield Shop()


def test_does_each_in_its_hour_and_not_again_before_the_next(shop: Shop) -> None:
    assert shop.look() == ["recordatorios", "purga"]
    assert shop.look() == []
    shop.now += HOUR
    assert shop.look() == ["purga"]
    shop.now = NINE + DAY - SECOND
    assert shop.look() == ["purga"]
    shop.now += SECOND
    assert shop.look() == ["recordatorios", "purga"]


def test_what_was_missed_while_nobody_worked_is_caught_up_once(shop: Shop) -> None:
    shop.look()
    shop.now += 10 * DAY + HOUR / 2
    assert shop.look() == ["recordatorios", "purga"]
    assert shop.look() == []
    assert shop.record.done_for == NINE + 10 * DAY
    shop.now = NINE + 11 * DAY - SECOND
    assert shop.look() == ["purga"]
    shop.now += SECOND
    assert shop.look() == ["recordatorios", "purga"]


def test_a_failure_is_kept_and_tried_again_and_stops_no_other(shop: Shop) -> None:
    shop.fault = Unavailable("El correo no responde. Intenta de nuevo.")
    assert shop.look() == ["purga"]
    assert (shop.record.failing, shop.record.tries) == (True, 1)
    assert shop.record.last_error == "Unavailable: El correo no responde. Intenta de nuevo."
    shop.now += 9 * SECOND
    assert shop.look() == []
    assert shop.record.tries == 1
    shop.now += SECOND
    shop.look()
    assert shop.record.tries == 2
    shop.fault, shop.outcome = None, {"enviados": 3}
    shop.now += 20 * SECOND
    assert shop.look() == ["recordatorios"]
    assert (shop.record.failing, shop.record.tries, shop.record.outcome) == (False, 0, {"enviados": 3})
    assert shop.look() == []


def test_keeps_no_driver_s_words_of_a_failure(shop: Shop) -> None:
    shop.fault = ConnectionError(SECRET)
    shop.look()
    assert shop.record.last_error == "ConnectionError"


def test_a_failure_and_what_was_done_are_written_down_and_an_idle_round_is_not() -> None:
    shop = Shop()
    with capture_logs() as logs:
        shop.fault = ConnectionError("no")
        shop.look()
        shop.fault, shop.outcome, shop.now = None, {"enviados": 3}, NINE + 10 * SECOND
        shop.look()
        shop.outcome, shop.now = {"enviados": 0}, NINE + DAY
        shop.look()
    told = [(log["event"], log["duty"], log["log_level"], log.get("exc_info")) for log in logs]
    assert told == [
        ("deber sin cumplir", "recordatorios", "error", True),
        ("deber cumplido", "recordatorios", "info", None),
    ]


def test_one_that_is_held_is_left_to_whoever_has_it(shop: Shop) -> None:
    with shop.log.hold("recordatorios"):
        assert shop.look() == ["purga"]
        with pytest.raises(DutyUnderWay):
            shop.rounds.by_hand(shop.mails)
    assert shop.look() == ["recordatorios"]


def test_one_that_is_held_is_not_even_reached_for(shop: Shop) -> None:
    log, reached = shop.log, []

    class Counting(MemoryDutyLog):
        def of(self, name: str) -> DutyRecord:
            return log.of(name)

        def hold(self, name: str):  # type: ignore[no-untyped-def]
            reached.append(name)
            return log.hold(name)

    counting = Rounds(Counting(log.control), lambda: shop.now)
    with log.hold("recordatorios"):
        assert not counting.attend(shop.mails)
    assert reached == []
    assert counting.attend(shop.mails)
    assert reached == ["recordatorios"]


def test_one_that_took_past_its_next_hour_is_done_again(shop: Shop) -> None:
    def slow() -> None:
        shop.done.append("lenta")
        shop.now += HOUR

    duty = Duty("lenta", Every(HOUR), slow)
    assert shop.rounds.attend(duty)
    assert shop.rounds.attend(duty)
    assert shop.done == ["lenta", "lenta"]


def test_one_that_was_done_between_the_two_looks_is_not_done_again(shop: Shop) -> None:
    log = shop.log

    class Late(MemoryDutyLog):
        """Another worker does it just before this one gets hold of it."""

        def hold(self, name: str):  # type: ignore[no-untyped-def]
            Rounds(log, shop.rounds.clock).attend(shop.mails)
            return log.hold(name)

    late = Rounds(Late(log.control), lambda: shop.now)
    assert not late.attend(shop.mails)
    assert shop.done == ["recordatorios"]


def test_by_hand_it_is_done_at_once_due_or_not(shop: Shop) -> None:
    shop.look()
    shop.now += HOUR
    done = shop.rounds.by_hand(shop.mails)
    assert (done.done_for, done.held) == (NINE, False)
    assert shop.done == ["recordatorios", "purga", "recordatorios"]
    assert shop.record.done_at == NINE + HOUR
    shop.now = NINE + DAY
    assert "recordatorios" in shop.look(), "its own hour comes all the same"


def test_by_hand_a_failure_is_told_and_one_that_waited_for_its_next_try_is_done(shop: Shop) -> None:
    shop.fault = Unavailable("El correo no responde. Intenta de nuevo.")
    shop.look()
    assert shop.rounds.by_hand(shop.mails).failing
    shop.fault = None
    assert not shop.rounds.by_hand(shop.mails).failing
    assert shop.look() == []


def test_one_that_was_cut_off_is_taken_up_again(shop: Shop) -> None:
    def cut_off() -> Mapping[str, int]:
        raise SystemExit

    with pytest.raises(SystemExit):
        shop.rounds.attend(Duty("recordatorios", shop.mails.schedule, cut_off))
    assert (shop.record.tries, shop.record.failing, shop.record.done_at) == (1, False, None)
    shop.now += 10 * SECOND
    assert "recordatorios" in shop.look()
