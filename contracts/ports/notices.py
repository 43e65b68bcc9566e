"""What every Notices promises; a subclass brings `stores`, empty: the notices, the outbox and the trail beside them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from contracts.clients import OPERATOR
from horux_core.audit.model import Deed
from horux_core.audit.ports import AuditTrail
from horux_core.billing.errors import NoticeMissing, NoticeUseless
from horux_core.billing.events import NoticeTaken
from horux_core.billing.gateway import Verdict
from horux_core.billing.notices import NoticeState, TakenNotice
from horux_core.billing.ports import Notices
from horux_core.identity.deeds import deed
from horux_core.kernel.pages import CursorMalformed
from horux_core.outbox.ports import Deliveries

NOON = datetime(2026, 3, 1, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)
WAITING = NoticeState.PENDIENTE
ENDINGS = (NoticeState.PROCESADO, NoticeState.SIN_DUENO, NoticeState.MUERTO)


def a_notice(state: NoticeState = WAITING, received_at: datetime = NOON) -> TakenNotice:
    verdict = Verdict.SIGNATURE_MISMATCH if state is NoticeState.RECHAZADO else Verdict.OK
    return TakenNotice(
        uuid4(), received_at, verdict, "payment", "130456789012", "data.id=130456789012&type=payment",
        (("x-signature", "ts=1,v1=ab"), ("x-request-id", "r-1")), b'{"data": {"id": "\xff\x00"}}', "203.0.113.7", state,
        delivery=str(uuid4()) if verdict.genuine else None, ended_at=None if state is WAITING else received_at,
    )  # fmt: skip


def retried(notice: UUID) -> Deed:
    return deed(OPERATOR, None, "aviso-reintentado", "POST", f"/api/admin/webhooks/{notice}/retry")


@dataclass(frozen=True)
class Stores:
    notices: Notices
    deliveries: Deliveries
    trail: AuditTrail

    def told(self) -> list[UUID]:
        """The notices a worker was told of since the last time."""
        found, now = [], datetime.now(UTC) + HOUR
        while (delivery := self.deliveries.claim(None, now)) is not None:
            assert isinstance(delivery.event, NoticeTaken)
            self.deliveries.delivered(delivery.id, now)
            found.append(delivery.event.notice)
        return found

    def kept(self, notice: TakenNotice) -> TakenNotice | None:
        return next((each for each in self.notices.page(None, None, 500).items if each.id == notice.id), None)


class NoticesContract:
    def test_gives_one_back_as_it_came(self, stores: Stores) -> None:
        notice = a_notice()
        stores.notices.take(notice)
        assert stores.kept(notice) == notice
        assert stores.told() == [notice.id]

    def test_one_of_which_nothing_comes_is_kept_and_no_worker_told(self, stores: Stores) -> None:
        notice = replace(a_notice(NoticeState.IGNORADO), topic=None, reference=None)
        stores.notices.take(notice)
        assert stores.kept(notice) == notice
        assert stores.told() == []

    def test_one_that_came_before_is_kept_no_more_whatever_became_of_it(self, stores: Stores) -> None:
        first = a_notice()
        again = replace(a_notice(), id=uuid4(), delivery=first.delivery)
        stores.notices.take(first)
        stores.notices.take(again)
        assert stores.told() == [first.id]
        stores.notices.end(first.id, NoticeState.PROCESADO, NOON, None)
        stores.notices.take(again)
        stores.notices.take(replace(a_notice(NoticeState.IGNORADO), delivery=first.delivery))
        assert [notice.id for notice in stores.notices.page(None, None, 9).items] == [first.id]
        assert stores.told() == []
        stores.notices.take(replace(again, delivery="otra"))
        assert stores.told() == [again.id]

    def test_of_the_same_that_come_at_once_one_is_kept(self, stores: Stores) -> None:
        at_once, sent = Barrier(4), a_notice()

        def take(_: int) -> None:
            at_once.wait(30)
            stores.notices.take(replace(sent, id=uuid4()))

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(take, range(4)))
        (kept,) = stores.notices.page(None, None, 9).items
        assert stores.told() == [kept.id]

    def test_counts_each_try_of_one_that_waits(self, stores: Stores) -> None:
        notice = a_notice()
        stores.notices.take(notice)
        for n in (1, 2):
            begun = stores.notices.begin(notice.id)
            assert begun == replace(notice, attempts=n, last_error=None if n == 1 else "sin red")
            stores.notices.failed(notice.id, "sin red")
        assert stores.kept(notice) == replace(notice, attempts=2, last_error="sin red")
        assert stores.notices.begin(uuid4()) is None

    @pytest.mark.parametrize("state", ENDINGS)
    def test_one_that_ended_is_not_begun_again_nor_ended_otherwise(self, stores: Stores, state: NoticeState) -> None:
        notice = a_notice()
        stores.notices.take(notice)
        stores.notices.end(notice.id, state, NOON + HOUR, "por algo")
        stores.notices.end(notice.id, NoticeState.MUERTO, NOON, None)
        stores.notices.failed(notice.id, "otra cosa")
        assert stores.notices.begin(notice.id) is None
        assert stores.kept(notice) == replace(notice, state=state, ended_at=NOON + HOUR, last_error="por algo")

    @pytest.mark.parametrize("state", [WAITING, *ENDINGS])
    def test_lets_one_wait_anew_and_tells_a_worker_and_the_trail(self, stores: Stores, state: NoticeState) -> None:
        notice = a_notice()
        stores.notices.take(notice)
        stores.notices.begin(notice.id)
        if state is not WAITING:
            stores.notices.end(notice.id, state, NOON, "por algo")
        stores.told()
        done = retried(notice.id)
        stores.notices.again(notice.id, done)
        kept = stores.kept(notice)
        assert kept is not None
        assert (kept.state, kept.attempts, kept.ended_at) == (WAITING, 0, None)
        assert stores.told() == [notice.id]
        assert done.id in {entry.id for entry in stores.trail.page(None, None, 9).items}

    @pytest.mark.parametrize("state", [NoticeState.IGNORADO, NoticeState.RECHAZADO])
    def test_one_that_never_was_to_be_processed_never_is(self, stores: Stores, state: NoticeState) -> None:
        notice = a_notice(state)
        stores.notices.take(notice)
        done = retried(notice.id)
        with pytest.raises(NoticeUseless):
            stores.notices.again(notice.id, done)
        with pytest.raises(NoticeMissing):
            stores.notices.again(uuid4(), done)
        assert stores.kept(notice) == notice
        assert stores.told() == []
        assert done.id not in {entry.id for entry in stores.trail.page(None, None, 9).items}

    def test_keeps_so_many_refused_ones_and_no_more(self, stores: Stores) -> None:
        early = a_notice(NoticeState.RECHAZADO, NOON - HOUR)
        refused = [a_notice(NoticeState.RECHAZADO, NOON + timedelta(minutes=n)) for n in range(4)]
        stores.notices.take(a_notice(NoticeState.IGNORADO))
        stores.notices.refuse(early, NOON - 2 * HOUR, 3)
        for notice in refused:
            stores.notices.refuse(notice, NOON, 3)
        assert [stores.kept(notice) is not None for notice in (early, *refused)] == [True, True, True, True, False]
        assert stores.kept(refused[0]) == refused[0]
        assert stores.told() == []

    def test_shows_the_last_first_a_page_at_a_time(self, stores: Stores) -> None:
        notices = [a_notice(NoticeState.RECHAZADO if n % 2 else WAITING, NOON - n * HOUR) for n in range(5)]
        for notice in notices:
            stores.notices.take(notice)
        first = stores.notices.page(None, None, 3)
        rest = stores.notices.page(None, first.next_cursor, 3)
        assert [*first.items, *rest.items] == notices[::-1]
        assert (len(first.items), rest.next_cursor) == (3, None)
        refused = stores.notices.page(NoticeState.RECHAZADO, None, 1)
        assert refused.items == (notices[3],)
        assert stores.notices.page(NoticeState.RECHAZADO, refused.next_cursor, 1).items == (notices[1],)
        with pytest.raises(CursorMalformed):
            stores.notices.page(None, "x", 3)
