"""What has ended is let go of when it is old enough, and what is still needed never is."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.ports.notices import a_notice
from horux_adapters.memory.bygones import MemoryBygones
from horux_adapters.memory.identity import MemoryThrottle
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.mails import MemoryMails
from horux_adapters.memory.notices import MemoryNotices
from horux_adapters.memory.outbox import MemoryOutbox
from horux_core.billing.notices import NoticeState
from horux_core.identity.errors import SessionExpired
from horux_core.identity.events import ResetAsked
from horux_core.identity.granting import SignedIn
from horux_core.jobs.model import Job
from horux_core.kernel.ids import EventId, JobId, TenantId
from horux_core.notifications.model import Envelope
from horux_core.operations import purging
from horux_core.operations.purging import PurgeBygones
from tests.core.identity.world import REFRESH, World

DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    world = World()
    world.user("ana@ejemplo.mx")
    return world


def purged(world: World) -> dict[str, int]:
    return PurgeBygones(MemoryBygones(world.control), lambda: world.now)()


def refused(world: World, token: str) -> bool:
    try:
        world.refresh(token)
    except SessionExpired:
        return True
    return False


def renewed(world: World, first: SignedIn, days: int) -> SignedIn:
    """The session, kept awake each day for so long."""
    for _ in range(days):
        world.now += DAY
        first = world.refresh(first.refresh_token)
    return first


def test_a_token_stolen_at_the_end_of_its_life_still_ends_the_session(world: World) -> None:
    first = world.enter()
    last = renewed(world, first, REFRESH.days)
    purged(world)
    assert refused(world, first.refresh_token)
    assert refused(world, last.refresh_token), "the copy was known for what it is"


def test_a_session_is_gone_thirty_days_after_its_end_and_its_tokens_with_it(world: World) -> None:
    world.enter()
    world.now += REFRESH + timedelta(days=30)
    assert purged(world)["sessions"] == 0
    world.now += timedelta(seconds=1)
    assert purged(world) == {
        "refresh_tokens": 1,
        "sessions": 1,
        "events": 0,
        "jobs": 0,
        "notices": 0,
        "mails": 0,
        "login_failures": 0,
    }
    assert (world.control.tables["sessions"], world.control.tables["refresh_tokens"]) == ({}, {})


def test_a_session_in_use_stays_though_its_first_tokens_go(world: World) -> None:
    last = renewed(world, world.enter(), 2 * REFRESH.days + 2)
    assert purged(world)["refresh_tokens"] > 0
    assert not refused(world, last.refresh_token)


def test_an_ended_job_is_shown_for_ninety_days(world: World) -> None:
    jobs = MemoryJobs(world.control, lambda: world.now)
    for end in (True, False):
        job = Job(JobId(uuid4()), TenantId(uuid4()), "carga", {}, None, world.now)
        jobs.put(job)
        with jobs.begin(job.id) as begun:
            assert begun is not None
            if end:
                jobs.finish(begun, {})
    world.now += timedelta(days=90)
    assert purged(world)["jobs"] == 0
    world.now += timedelta(seconds=1)
    assert purged(world)["jobs"] == 1
    assert len(jobs.recent(10)) == 1


def test_a_notice_is_shown_for_ninety_days_and_one_that_was_given_up_for_ever(world: World) -> None:
    notices = MemoryNotices(world.control, lambda tables: MemoryOutbox(tables, lambda: world.now))
    for state in (NoticeState.PROCESADO, NoticeState.RECHAZADO, NoticeState.MUERTO, NoticeState.PENDIENTE):
        notices.take(a_notice(state, world.now))
    world.now += timedelta(days=90)
    assert purged(world)["notices"] == 0
    world.now += timedelta(seconds=1)
    assert purged(world)["notices"] == 2
    left = [notice.state for notice in notices.page(None, None, 9).items]
    assert left == [NoticeState.PENDIENTE, NoticeState.MUERTO]


def test_a_mail_is_shown_for_ninety_days_and_one_that_waits_for_ever(world: World) -> None:
    with world.control.transaction() as tables:
        MemoryOutbox(tables, lambda: world.now).put(ResetAsked("ana@ejemplo.mx"))
        (waiting,) = tables["outbox"]
    mails, owed = MemoryMails(world.control), Envelope(waiting, "ResetPassword", "ana@ejemplo.mx", None)
    sent = replace(owed, cause=EventId(uuid4()))
    for envelope in (owed, sent):
        mails.begin(envelope, world.now)
    mails.sent(sent, world.now)
    world.now += timedelta(days=90)
    assert purged(world)["mails"] == 0
    world.now += timedelta(seconds=1)
    assert purged(world)["mails"] == 1
    assert [mail.id for mail in mails.page(None, None, 9).items] == [owed.id]


def test_a_failure_to_enter_is_gone_a_day_after_it_counts_no_more(world: World) -> None:
    MemoryThrottle(world.control).failed("ana", world.now)
    world.now += timedelta(hours=25)
    assert purged(world)["login_failures"] == 0
    world.now += timedelta(seconds=1)
    assert purged(world)["login_failures"] == 1


def test_takes_many_in_batches_and_leaves_the_rest_for_the_next_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "_BATCH", 2)
    monkeypatch.setattr(purging, "_BATCHES", 3)
    for _ in range(11):
        world.enter()
    world.now += timedelta(days=365)
    counts = [(now["refresh_tokens"], now["sessions"]) for now in (purged(world), purged(world), purged(world))]
    assert counts == [(6, 6), (5, 5), (0, 0)]
