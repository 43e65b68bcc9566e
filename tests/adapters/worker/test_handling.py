"""What a worker does when things go wrong: try again, give up, and tell nobody what must not be told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_adapters.worker.handling import Handling
from horux_core.billing.errors import NoticeUnmatched
from horux_core.jobs.errors import JobTaken
from horux_core.jobs.model import TRIES, Job, JobState
from horux_core.kernel.errors import Conflict, HoruxError, Unavailable
from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId, JobId, TenantId
from horux_core.notifications.errors import MailRefused

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
TENANT = TenantId(uuid4())
SECRET = "postgresql://horux:Qx7v-secreta@db/horux360"


@dataclass(frozen=True, slots=True)
class SomethingHappened(Event):
    what: str


class Full(Conflict):
    code = "esta-lleno"
    title = "Está lleno"


@dataclass
class Shop:
    """A worker over memory: what it is to do, and a clock that is moved."""

    now: datetime = START
    control: MemoryDatabase = field(default_factory=MemoryDatabase)
    done: list[object] = field(default_factory=list)
    idents: list[EventId] = field(default_factory=list)
    fault: Exception | None = None

    def __post_init__(self) -> None:
        self.deliveries, self.jobs = MemoryDeliveries(self.control), MemoryJobs(self.control, lambda: self.now)
        reactions: dict[type[Event], Callable[[Event, EventId], None]] = {SomethingHappened: self.react}
        self.ordered = Ordered(self)
        kinds: dict[str, Callable[[Job], None]] = {"carga": self.act, "ordenada": self.ordered}
        self.handling = Handling(self.deliveries, self.jobs, reactions, kinds, lambda: self.now)

    def react(self, event: Event, ident: EventId) -> None:
        self.idents.append(ident)
        self.act(event)

    def act(self, on: object) -> None:
        if self.fault is not None:
            raise self.fault
        self.done.append(on)

    def put(self, event: Event) -> None:
        with self.control.transaction() as tables:
            MemoryOutbox(tables, lambda: self.now).put(event)

    def job(self, kind: str = "carga") -> JobId:
        job = Job(JobId(uuid4()), TENANT, kind, {}, None, START)
        self.jobs.put(job)
        return job.id

    def ran(self, job: JobId) -> Job:
        self.handling.run(job)
        return self.jobs.get(TENANT, job)

    def waits(self) -> list[timedelta]:
        """The pauses after each failure, until nobody tries any more."""
        found = []
        while self.handling.deliver():
            failed_at = self.now
            while not self.deliveries.overdue(self.now + timedelta(seconds=10)) and self.now - failed_at < 4 * HOUR:
                self.now += timedelta(seconds=10)
            found.append(self.now - failed_at)
        return found


@dataclass
class Ordered:
    """Work that leaves things in order when it is given up, unless something is wrong with that too."""

    shop: Shop
    disorder: Exception | None = None

    def __call__(self, job: Job) -> None:
        self.shop.act(job)

    def give_up(self, job: Job, reason: HoruxError) -> None:
        if self.disorder is not None:
            raise self.disorder
        self.shop.jobs.fail(job, str(reason), {"code": reason.code, "en": "orden"})


HOUR = timedelta(hours=1)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with capture_logs():
        yield Shop()


class TestEvents:
    def test_hands_each_on_once(self, shop: Shop) -> None:
        shop.put(SomethingHappened("uno"))
        assert shop.handling.deliver()
        assert not shop.handling.deliver()
        assert shop.done == [SomethingHappened("uno")]

    def test_has_nothing_to_do_without_any(self, shop: Shop) -> None:
        assert not shop.handling.deliver()

    def test_tries_again_later_and_later_and_gives_up_after_twelve_times(self, shop: Shop) -> None:
        shop.put(SomethingHappened("uno"))
        shop.fault = Unavailable("El correo no responde.")
        waits = shop.waits()
        assert len(waits) == 12
        assert waits[:4] == [timedelta(seconds=10 * 2**n) for n in range(4)]
        assert max(waits[:-1]) == 2 * HOUR
        assert waits[-1] >= 4 * HOUR, "dead: nobody tries it any more"
        shop.fault = None
        assert not shop.handling.deliver()

    def test_is_tried_again_under_the_same_id(self, shop: Shop) -> None:
        shop.put(SomethingHappened("uno"))
        shop.fault = Unavailable("El correo no responde.")
        assert len(shop.waits()) == len(shop.idents)
        assert len(set(shop.idents)) == 1

    def test_a_mail_that_was_refused_for_good_is_not_tried_again(self, shop: Shop) -> None:
        shop.put(SomethingHappened("uno"))
        shop.fault = MailRefused("El servidor dijo: 550 5.1.1 No existe.")
        assert len(shop.waits()) == 1

    def test_one_that_failed_does_not_hold_up_the_next(self, shop: Shop) -> None:
        shop.put(SomethingHappened("uno"))
        shop.fault = RuntimeError("x")
        shop.handling.deliver()
        shop.fault = None
        shop.now += timedelta(seconds=1)
        shop.put(SomethingHappened("dos"))
        assert shop.handling.deliver()
        assert shop.done == [SomethingHappened("dos")]
        shop.now += timedelta(seconds=10)
        assert shop.handling.deliver()
        assert shop.done[1:] == [SomethingHappened("uno")]

    @pytest.mark.parametrize(
        ("fault", "kept"),
        [
            (ConnectionError(f"could not connect to {SECRET}"), "ConnectionError"),
            (Full("La cuenta está llena. Borra algo."), "Full: La cuenta está llena. Borra algo."),
        ],
    )
    def test_keeps_our_own_words_of_a_failure_and_no_driver_s(self, shop: Shop, fault: Exception, kept: str) -> None:
        shop.put(SomethingHappened("uno"))
        shop.fault = fault
        shop.handling.deliver()
        shop.now += HOUR
        delivery = shop.deliveries.claim(None, shop.now)
        assert delivery is not None
        assert (delivery.attempts, delivery.last_error) == (1, kept)

    @pytest.mark.parametrize(
        ("fault", "level", "trace"),
        [
            (Unavailable("El proveedor no responde."), "warning", False),
            (NoticeUnmatched(), "warning", False),
            (MailRefused("550"), "error", False),
            (ConnectionError(SECRET), "error", True),
        ],
    )
    def test_what_was_foreseen_is_one_line_and_anything_else_has_its_trace(
        self, shop: Shop, fault: Exception, level: str, trace: bool
    ) -> None:
        shop.put(SomethingHappened("uno"))
        shop.fault = fault
        with capture_logs() as logs:
            shop.handling.deliver()
        (line,) = logs
        assert (line["event"], line["log_level"], line["exc_info"]) == ("evento no entregado", level, trace)
        assert (line["event_name"], line["attempts"]) == ("SomethingHappened", 1)
        assert line["why"].startswith(type(fault).__name__)
        assert "secreta" not in line["why"]

    def test_an_event_nobody_reacts_to_is_a_failure_and_not_the_end(self, shop: Shop) -> None:
        @dataclass(frozen=True, slots=True)
        class Forgotten(Event): ...

        shop.put(Forgotten())
        assert shop.handling.deliver()
        assert not shop.handling.deliver()


class TestJobs:
    def test_one_that_is_put_off_is_one_line(self, shop: Shop) -> None:
        job = shop.job()
        shop.fault = Unavailable("La base no responde.")
        with capture_logs() as logs:
            shop.handling.run(job)
        (line,) = [log for log in logs if log["event"] == "trabajo pospuesto"]
        assert (line["why"], line.get("exc_info")) == ("Unavailable: La base no responde.", None)

    def test_one_that_cannot_be_done_now_is_left_to_be_taken_up_again(self, shop: Shop) -> None:
        job = shop.job()
        shop.fault = Unavailable("La base no responde.")
        assert not shop.handling.run(job)
        assert shop.jobs.get(TENANT, job).state is JobState.PROCESANDO
        assert shop.jobs.lost(shop.now + HOUR) == (job,)
        shop.fault = None
        assert shop.handling.run(job)
        assert [done.id for done in shop.done if isinstance(done, Job)] == [job]

    def test_one_that_is_refused_tells_its_owner_why(self, shop: Shop) -> None:
        shop.fault = Full("La cuenta está llena. Borra algo.")
        ended = shop.ran(shop.job())
        assert (ended.state, ended.error) == (JobState.FALLIDO, "La cuenta está llena. Borra algo.")
        assert ended.outcome == {"code": "esta-lleno", "detail": "La cuenta está llena. Borra algo."}

    @pytest.mark.parametrize("fault", [ConnectionError(SECRET), KeyError(SECRET)])
    def test_one_that_breaks_tells_its_owner_nothing_of_what_broke(self, shop: Shop, fault: Exception) -> None:
        shop.fault = fault
        ended = shop.ran(shop.job())
        assert ended.state is JobState.FALLIDO
        assert "secreta" not in f"{ended.error}{ended.outcome}"
        assert ended.outcome is not None
        assert ended.outcome["code"] == "job-broken"

    def test_one_of_a_kind_nobody_knows_fails(self, shop: Shop) -> None:
        assert shop.ran(shop.job("brujeria")).state is JobState.FALLIDO

    def test_one_that_has_ended_or_is_another_s_is_not_run(self, shop: Shop) -> None:
        job, taken = shop.job(), shop.job()
        with shop.jobs.begin(job) as begun:
            assert begun is not None
            shop.jobs.finish(begun, {})
        assert not shop.handling.run(job)
        assert not shop.handling.run(JobId(uuid4()))
        with shop.jobs.begin(taken):
            assert not shop.handling.run(taken)
        assert shop.done == []

    def test_one_that_never_gets_on_is_given_up_after_twenty_tries(self, shop: Shop) -> None:
        job = shop.job()
        shop.fault = Unavailable("La base no responde.")
        for _ in range(TRIES):
            assert not shop.handling.run(job)
        assert shop.handling.run(job)
        ended = shop.jobs.get(TENANT, job)
        assert ended.state is JobState.FALLIDO
        assert "muchas veces" in str(ended.error)

    def test_one_that_another_took_up_meanwhile_is_left_to_it(self, shop: Shop) -> None:
        job = shop.job()
        shop.fault = JobTaken()
        assert not shop.handling.run(job)
        assert shop.jobs.get(TENANT, job).state is JobState.PROCESANDO


class TestGivingUp:
    def test_is_left_to_the_work_itself(self, shop: Shop) -> None:
        shop.fault = Full("La cuenta está llena. Borra algo.")
        assert shop.ran(shop.job("ordenada")).outcome == {"code": "esta-lleno", "en": "orden"}

    @pytest.mark.parametrize("disorder", [KeyError(SECRET), Full("Tampoco así."), Unavailable("La base no responde.")])
    def test_after_twenty_tries_ends_the_job_even_when_that_fails_too(self, shop: Shop, disorder: Exception) -> None:
        job = shop.job("ordenada")
        shop.fault = Unavailable("La base no responde.")
        for _ in range(TRIES):
            assert not shop.handling.run(job)
        shop.ordered.disorder = disorder
        shop.handling.run(job)
        ended = shop.jobs.get(TENANT, job)
        assert ended.state is JobState.FALLIDO
        assert dict(ended.outcome or {})["code"] == "job-exhausted"
        assert shop.jobs.lost(shop.now + HOUR) == ()

    def test_that_breaks_ends_the_job_with_what_it_was_given_up_for(self, shop: Shop) -> None:
        shop.fault, shop.ordered.disorder = Full("La cuenta está llena. Borra algo."), KeyError(SECRET)
        ended = shop.ran(shop.job("ordenada"))
        assert (ended.state, dict(ended.outcome or {})["code"]) == (JobState.FALLIDO, "esta-lleno")
        assert "secreta" not in f"{ended.error}{ended.outcome}"

    def test_that_cannot_be_done_now_is_tried_again(self, shop: Shop) -> None:
        job = shop.job("ordenada")
        shop.fault, shop.ordered.disorder = Full("La cuenta está llena."), Unavailable("La base no responde.")
        assert not shop.handling.run(job)
        assert shop.jobs.get(TENANT, job).state is JobState.PROCESANDO
        shop.ordered.disorder = None
        assert shop.ran(job).outcome == {"code": "esta-lleno", "en": "orden"}
