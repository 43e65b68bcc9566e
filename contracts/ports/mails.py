"""What every Mails promises; a subclass brings `mails`, the `deliveries` of the events that cause them, `put`,
and the `trail` beside them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.ports.outbox import SomebodyCame
from horux_core.audit.model import Deed
from horux_core.audit.ports import AuditTrail
from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId, TenantId, UserId
from horux_core.kernel.pages import CursorMalformed
from horux_core.notifications.errors import MailMissing, MailRefused, MailSettled, MailUndelivered
from horux_core.notifications.model import Envelope, MailState, Posted
from horux_core.notifications.ports import HELD, Mails
from horux_core.outbox.ports import Deliveries

ANA = "ana@cascabel.mx"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_deed() -> Deed:
    return Deed(uuid4(), None, ANA, None, None, "correo-reintentado", "POST", "/", "", {})


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=1)


def the_one(mails: Mails) -> Posted:
    (posted,) = mails.page(None, None, 10).items
    return posted


class MailsContract:
    @pytest.fixture
    def cause(self, put: Callable[[Event], None], deliveries: Deliveries) -> EventId:
        """An event that a worker is delivering."""
        put(SomebodyCame(UserId(uuid4()), "x", True))
        delivery = deliveries.claim(None, soon())
        assert delivery is not None
        return delivery.id

    @pytest.fixture
    def envelope(self, cause: EventId) -> Envelope:
        return Envelope(cause, "Welcome", ANA, TenantId(uuid4()))

    def test_shows_a_mail_from_its_first_try_on(self, mails: Mails, envelope: Envelope) -> None:
        assert mails.begin(envelope, AT)
        expected = Posted(
            envelope.id, "Welcome", ANA, envelope.tenant, MailState.PENDIENTE, 1, None, AT, None
        )  # fmt: skip
        assert the_one(mails) == expected

    def test_a_mail_that_was_sent_is_not_begun_again(self, mails: Mails, envelope: Envelope) -> None:
        mails.begin(envelope, AT)
        mails.sent(envelope, AT + timedelta(seconds=2))
        assert not mails.begin(envelope, AT + timedelta(hours=1))
        assert not mails.begin(replace(envelope, to=ANA.upper()), AT), "the case of an address tells nobody apart"
        posted = the_one(mails)
        assert (posted.state, posted.attempts, posted.sent_at) == (MailState.ENVIADO, 1, AT + timedelta(seconds=2))

    @pytest.mark.parametrize(
        "change", [{"kind": "Joined"}, {"to": "luis@cascabel.mx"}, {"cause": EventId(UUID(int=1))}], ids=str
    )
    def test_another_kind_address_or_cause_is_another_mail(
        self, mails: Mails, envelope: Envelope, change: dict[str, object]
    ) -> None:
        mails.begin(envelope, AT)
        mails.sent(envelope, AT)
        assert mails.begin(replace(envelope, **change), AT)  # type: ignore[arg-type]

    def test_counts_tries_and_keeps_why_the_last_one_failed(self, mails: Mails, envelope: Envelope) -> None:
        for error in ("sin red", "buzón lleno"):
            assert mails.begin(envelope, AT)
            mails.failed(envelope, error, AT, refused=False)
        posted = the_one(mails)
        assert (posted.state, posted.attempts, posted.last_error) == (MailState.PENDIENTE, 2, "buzón lleno")
        mails.begin(envelope, AT)
        mails.sent(envelope, AT)
        assert the_one(mails).last_error is None

    def test_a_mail_that_was_refused_is_dead_and_not_begun_again(self, mails: Mails, envelope: Envelope) -> None:
        mails.begin(envelope, AT)
        mails.failed(envelope, "no existe el buzón", AT, refused=True)
        with pytest.raises(MailRefused, match="no existe el buzón"):
            mails.begin(envelope, AT)
        posted = the_one(mails)
        assert (posted.state, posted.attempts) == (MailState.MUERTO, 1)

    def test_a_mail_whose_event_was_given_up_is_dead(
        self, mails: Mails, envelope: Envelope, deliveries: Deliveries
    ) -> None:
        mails.begin(envelope, AT)
        deliveries.failed(envelope.cause, "RuntimeError", soon())
        posted = the_one(mails)
        assert (posted.state, posted.last_error) == (MailState.PENDIENTE, "RuntimeError")
        deliveries.failed(envelope.cause, "RuntimeError: otra vez", None)
        posted = the_one(mails)
        assert (posted.state, posted.last_error) == (MailState.MUERTO, "RuntimeError: otra vez")

    def test_a_mail_whose_event_was_delivered_without_it_was_not_called_for(
        self, mails: Mails, envelope: Envelope, deliveries: Deliveries
    ) -> None:
        mails.begin(envelope, AT)
        deliveries.delivered(envelope.cause, AT)
        assert the_one(mails).state is MailState.DESCARTADO
        with pytest.raises(MailSettled):
            mails.again(envelope.id, a_deed())

    @pytest.mark.parametrize("refused", [True, False])
    def test_a_dead_mail_is_delivered_again_when_asked(
        self, mails: Mails, envelope: Envelope, deliveries: Deliveries, refused: bool
    ) -> None:
        mails.begin(envelope, AT)
        mails.failed(envelope, "no existe el buzón", AT, refused=refused)
        deliveries.failed(envelope.cause, "MailRefused", None)
        assert deliveries.claim(envelope.cause, soon()) is None
        mails.again(envelope.id, a_deed())
        assert the_one(mails).state is MailState.PENDIENTE
        delivery = deliveries.claim(envelope.cause, soon())
        assert delivery is not None
        assert delivery.attempts == 0
        assert mails.begin(envelope, AT)
        assert the_one(mails).attempts == 1

    def test_one_that_is_being_delivered_stays_its_worker_s(
        self, mails: Mails, envelope: Envelope, deliveries: Deliveries
    ) -> None:
        mails.begin(envelope, AT)
        mails.again(envelope.id, a_deed())
        assert deliveries.claim(envelope.cause, soon()) is None

    def test_knows_what_cannot_be_sent_again(self, mails: Mails, envelope: Envelope) -> None:
        with pytest.raises(MailMissing):
            mails.again(uuid4(), a_deed())
        mails.begin(envelope, AT)
        mails.sent(envelope, AT)
        with pytest.raises(MailSettled):
            mails.again(envelope.id, a_deed())

    def test_one_that_is_being_sent_is_nobody_else_s_for_a_while(self, mails: Mails, envelope: Envelope) -> None:
        assert mails.begin(envelope, AT)
        for at in (AT, AT + HELD - timedelta(seconds=1)):
            with pytest.raises(MailUndelivered):
                mails.begin(envelope, at)
        assert mails.begin(replace(envelope, to="luis@cascabel.mx"), AT)
        assert mails.page(None, None, 10).items[-1].attempts == 1, "who came second did not try"
        assert mails.begin(envelope, AT + HELD), "its sender died"
        with pytest.raises(MailUndelivered):
            mails.begin(envelope, AT + HELD)

    def test_one_that_was_dropped_is_anybody_s(self, mails: Mails, envelope: Envelope) -> None:
        mails.begin(envelope, AT)
        mails.dropped(envelope)
        assert the_one(mails).state is MailState.PENDIENTE
        assert mails.begin(envelope, AT)

    def test_one_that_is_asked_for_again_stays_with_who_sends_it(self, mails: Mails, envelope: Envelope) -> None:
        mails.begin(envelope, AT)
        mails.again(envelope.id, a_deed())
        with pytest.raises(MailUndelivered):
            mails.begin(envelope, AT)

    def test_of_many_who_begin_at_once_one_does(self, mails: Mails, envelope: Envelope) -> None:
        def begun(_: int) -> bool:
            try:
                return mails.begin(envelope, AT)
            except MailUndelivered:
                return False

        with ThreadPoolExecutor(6) as threads:
            assert sum(threads.map(begun, range(12))) == 1

    def test_asking_for_one_again_leaves_a_trace_and_only_when_it_is_of_use(
        self, mails: Mails, envelope: Envelope, trail: AuditTrail
    ) -> None:
        mails.begin(envelope, AT)
        deed = a_deed()
        mails.again(envelope.id, deed)
        mails.sent(envelope, AT)
        with pytest.raises(MailSettled):
            mails.again(envelope.id, a_deed())
        with pytest.raises(MailMissing):
            mails.again(uuid4(), a_deed())
        assert [entry.id for entry in trail.page(None, None, 10).items] == [deed.id]

    def test_lists_the_newest_first_a_page_at_a_time(self, mails: Mails, envelope: Envelope) -> None:
        each = [replace(envelope, to=f"{n}@cascabel.mx") for n in range(5)]
        for one in each:
            mails.begin(one, AT)
        mails.failed(each[1], "no existe", AT, refused=True)
        mails.failed(each[3], "no existe", AT, refused=True)
        first = mails.page(None, None, 3)
        second = mails.page(None, first.next_cursor, 3)
        found = [posted.to for posted in (*first.items, *second.items)]
        assert (found, second.next_cursor) == ([one.to for one in reversed(each)], None)
        dead = mails.page(MailState.MUERTO, None, 1)
        assert [posted.to for posted in dead.items] == [each[3].to]
        assert [posted.to for posted in mails.page(MailState.MUERTO, dead.next_cursor, 1).items] == [each[1].to]
        with pytest.raises(CursorMalformed):
            mails.page(None, "ayer", 3)
