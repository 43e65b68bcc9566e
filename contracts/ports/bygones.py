"""What every Bygones promises; a subclass brings `stores`: what keeps, and what lets go of it, over one database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.ports.directory import NOW, a_token, entered
from contracts.ports.jobs import a_job
from contracts.ports.notices import NOON, a_notice
from contracts.ports.outbox import SomebodyCame
from horux_core.billing.notices import NoticeState
from horux_core.billing.ports import Notices
from horux_core.identity.model import RefreshToken, Session
from horux_core.identity.ports import Directory, Throttle
from horux_core.jobs.errors import JobMissing
from horux_core.jobs.model import Job
from horux_core.jobs.ports import Jobs
from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId, TenantId, UserId
from horux_core.notifications.model import Envelope
from horux_core.notifications.ports import Mails
from horux_core.operations.ports import Bygones
from horux_core.outbox.ports import Deliveries

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@dataclass(frozen=True)
class Stores:
    bygones: Bygones
    directory: Directory
    jobs: Jobs
    deliveries: Deliveries
    throttle: Throttle
    notices: Notices
    mails: Mails
    put: Callable[[Event], None]
    tenant: TenantId

    def session(self) -> tuple[Session, RefreshToken]:
        """One with a token, that ends in thirty days."""
        _, session = entered(self.directory)
        token = a_token(session)
        with self.directory.transaction() as tx:
            tx.sessions.put_token(token)
        return session, token

    def knows(self, session: Session) -> bool:
        with self.directory.transaction() as tx:
            return tx.sessions.lock(session.id) is not None

    def knows_token(self, token: RefreshToken) -> bool:
        with self.directory.transaction() as tx:
            return tx.sessions.lock_token(token.token_hash) is not None

    def job(self, end: Callable[[Job], None] | None) -> Job:
        job = a_job(self.tenant)
        self.jobs.put(job)
        if end is not None:
            with self.jobs.begin(job.id) as mine:
                assert mine is not None
                end(mine)
        return job


class BygonesContract:
    def test_lets_go_of_tokens_that_expired_before_and_of_no_other(self, stores: Stores) -> None:
        session, token = stores.session()
        assert stores.bygones.refresh_tokens(token.expires_at, 10) == 0
        assert stores.knows_token(token)
        assert stores.bygones.refresh_tokens(token.expires_at + SECOND, 10) == 1
        assert not stores.knows_token(token)
        assert stores.knows(session)

    def test_lets_go_of_sessions_that_expired_before_and_hold_no_token(self, stores: Stores) -> None:
        session, token = stores.session()
        late = session.expires_at + SECOND
        assert stores.bygones.sessions(late, 10) == 0
        assert stores.knows_token(token)
        stores.bygones.refresh_tokens(late, 10)
        assert stores.bygones.sessions(session.expires_at, 10) == 0
        assert stores.bygones.sessions(late, 10) == 1
        assert not stores.knows(session)

    def test_takes_so_many_at_a_time_the_oldest_first(self, stores: Stores) -> None:
        _, session = entered(stores.directory)
        tokens = [RefreshToken(uuid4().hex, session.id, NOW + n * HOUR) for n in (2, 0, 1)]
        with stores.directory.transaction() as tx:
            for token in tokens:
                tx.sessions.put_token(token)
        late = NOW + 9 * HOUR
        assert stores.bygones.refresh_tokens(late, 2) == 2
        assert [stores.knows_token(token) for token in tokens] == [True, False, False]
        assert stores.bygones.refresh_tokens(late, 2) == 1
        assert stores.bygones.refresh_tokens(late, 2) == 0

    def test_lets_go_of_events_that_were_delivered_before(self, stores: Stores) -> None:
        now = datetime.now(UTC) + SECOND
        for _ in range(3):
            stores.put(SomebodyCame(UserId(uuid4()), "x", False))
        done, dead = stores.deliveries.claim(None, now), stores.deliveries.claim(None, now)
        assert done is not None
        assert dead is not None
        stores.deliveries.delivered(done.id, now)
        stores.deliveries.failed(dead.id, "imposible", None)
        assert stores.bygones.events(now, 10) == 0
        assert stores.bygones.events(now + 99 * HOUR, 10) == 1
        assert stores.deliveries.claim(None, now) is not None, "the one that waits is there"
        stores.deliveries.failed(dead.id, "otra vez", now)
        assert stores.deliveries.claim(dead.id, now) is not None, "so is the one that was given up"

    def test_lets_go_of_jobs_that_ended_before_and_of_no_open_one(self, stores: Stores) -> None:
        now = datetime.now(UTC)
        ended = [
            stores.job(lambda mine: stores.jobs.finish(mine, {})),
            stores.job(lambda mine: stores.jobs.fail(mine, "no", {})),
        ]
        waiting, begun = stores.job(None), stores.job(lambda _: None)
        assert stores.bygones.jobs(now - HOUR, 10) == 0
        assert stores.bygones.jobs(now + HOUR, 10) == 2
        for job in ended:
            with pytest.raises(JobMissing):
                stores.jobs.get(stores.tenant, job.id)
        assert {waiting.id, begun.id} == {job.id for job in stores.jobs.recent(10)}

    def test_lets_go_of_notices_that_ended_before_and_of_none_that_waits_or_was_given_up(self, stores: Stores) -> None:
        ended = [a_notice(state) for state in NoticeState]
        for notice in ended:
            stores.notices.take(notice)
        late = a_notice(NoticeState.PROCESADO, NOON + SECOND)
        stores.notices.take(late)
        assert stores.bygones.notices(NOON, 10) == 0
        assert stores.bygones.notices(NOON + SECOND, 3) == 3
        assert stores.bygones.notices(NOON + SECOND, 10) == 1
        left = {notice.state for notice in stores.notices.page(None, None, 500).items if notice.id != late.id}
        assert left == {NoticeState.PENDIENTE, NoticeState.MUERTO}

    def test_lets_go_of_mails_that_ended_before_and_of_none_while_one_of_its_event_waits(self, stores: Stores) -> None:
        now = datetime.now(UTC) + SECOND
        for _ in range(2):
            stores.put(SomebodyCame(UserId(uuid4()), "x", False))
        alone, waiting = stores.deliveries.claim(None, now), stores.deliveries.claim(None, now)
        assert alone is not None
        assert waiting is not None
        sent, refused, called_off, told, owed = (
            Envelope(cause, "Joined", f"{n}@cascabel.mx", None)
            for n, cause in enumerate((alone.id, alone.id, EventId(uuid4()), waiting.id, waiting.id))
        )
        for envelope in (sent, refused, called_off, told, owed):
            stores.mails.begin(envelope, NOW)
        for envelope in (sent, told):
            stores.mails.sent(envelope, NOW + SECOND)
        stores.mails.failed(refused, "no existe", NOW + 2 * SECOND, refused=True)
        stores.mails.failed(owed, "sin red", NOW, refused=False)
        assert stores.bygones.mails(NOW + SECOND, 10) == 1, "what was called off ended when it was begun"
        assert stores.bygones.mails(NOW + 3 * SECOND, 1) == 1
        assert {mail.to for mail in stores.mails.page(None, None, 9).items} == {refused.to, told.to, owed.to}
        assert stores.bygones.mails(NOW + 99 * HOUR, 10) == 1
        assert {mail.to for mail in stores.mails.page(None, None, 9).items} == {told.to, owed.to}
        stores.deliveries.failed(waiting.id, "imposible", None)
        assert stores.bygones.mails(NOW + 99 * HOUR, 10) == 0, "an operator may still ask for the one that is owed"
        stores.mails.sent(owed, NOW)
        assert stores.bygones.mails(NOW + 99 * HOUR, 10) == 2

    def test_lets_go_of_failures_of_before(self, stores: Stores) -> None:
        for _ in range(10):
            stores.throttle.failed("ana", NOW)
        assert stores.bygones.login_failures(NOW, 10) == 0
        assert stores.throttle.wait("ana", NOW) > 0
        assert stores.bygones.login_failures(NOW + SECOND, 10) == 1
        assert stores.throttle.wait("ana", NOW) == 0
