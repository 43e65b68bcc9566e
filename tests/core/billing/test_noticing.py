"""Notices behind the door: followed by asking the provider, and changing nothing twice."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.clients import OPERATOR
from horux_core.billing.errors import GatewayUnavailable, NoticeMissing, NoticeUseless, TransitionRefused
from horux_core.billing.events import NoticeTaken, PaymentReceived
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.notices import NoticeState
from horux_core.billing.noticing import (
    TRIES,
    UNMATCHED_TRIES,
    ListNotices,
    ProcessNotice,
    RetryNotice,
)
from horux_core.billing.settling import Topic
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Actor
from horux_core.kernel.ids import EventId
from tests.avisos import WORDS, Aviso, an_aviso
from tests.core.billing.doorstep import House

OTHER_RFC = "TPR840604D98"
AUTHORIZED, PENDING = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PENDING


@pytest.fixture
def house() -> House:
    return House()


class TestFollowing:
    def test_asks_the_provider_about_each_kind(self, house: House) -> None:
        payment = house.paid()
        (charge,) = house.world.gateway.invoices
        news = [("agreement", house.world.reference), ("charge", charge), ("payment", payment)]
        for topic, reference in news:
            house.take(house.about(topic, reference))
        house.work()
        assert house.asked == [(Topic(topic), reference) for topic, reference in news]
        assert {notice.state for notice in house.kept()} == {NoticeState.PROCESADO}
        assert (house.world.status(), house.world.payments().keys()) == (AUTHORIZED, {payment})

    def test_what_the_body_claims_is_not_believed(self, house: House) -> None:
        house.take(
            an_aviso(house.world.reference, house.world.now, topic=WORDS["agreement"], more={"status": "authorized"})
        )
        house.work()
        assert (house.one.state, house.world.status(), house.world.payments()) == (NoticeState.PROCESADO, PENDING, {})

    def test_the_same_again_and_again_changes_nothing_twice(self, house: House) -> None:
        reference = house.paid()
        for _ in range(5):
            house.take(house.about("payment", reference))
            house.work()
        (payment,) = house.world.payments().values()
        assert payment.counts
        assert len([event for event in house.others if isinstance(event, PaymentReceived)]) == 1
        assert [notice.state for notice in house.kept()] == [NoticeState.PROCESADO] * 5

    def test_an_event_delivered_twice_asks_once(self, house: House) -> None:
        house.take(house.about("payment", house.paid()))
        for _ in range(2):
            house.process(NoticeTaken(house.one.id), EventId(uuid4()))
        assert (len(house.asked), house.one.attempts) == (1, 1)
        house.process(NoticeTaken(uuid4()), EventId(uuid4()))

    def test_what_is_another_clients_changes_that_client_and_no_other(self, house: House) -> None:
        other = house.world.taken_in(OTHER_RFC)
        theirs = house.world.linked(other).reference
        house.world.gateway.approve(theirs)
        (payment,) = [each.reference for each in house.world.gateway.payments.values() if not each.validation]
        house.take(an_aviso(payment, house.world.now, more={"external_reference": str(house.world.subscription.id)}))
        house.take(house.about("agreement", theirs))
        house.work()
        assert house.world.of(other).status is AUTHORIZED
        assert house.world.payments(other).keys() == {payment}
        assert (house.world.status(), house.world.payments()) == (PENDING, {})

    def test_what_is_nobodys_is_asked_for_some_minutes_and_left_for_an_admin(self, house: House) -> None:
        payment = house.paid()
        receipt = house.world.gateway.payments[payment]
        house.world.gateway.payments[payment] = replace(receipt, agreement=None, subscription=None)
        house.take(house.about("payment", payment))
        house.work()
        assert (house.one.state, house.one.attempts) == (NoticeState.PENDIENTE, 1)
        assert house.one.last_error
        house.tried_until_still()
        assert (house.one.state, len(house.asked)) == (NoticeState.SIN_DUENO, UNMATCHED_TRIES)
        assert house.one.last_error
        assert (house.world.payments(), house.world.status()) == ({}, PENDING)

    def test_what_becomes_known_a_little_later_is_taken_in(self, house: House) -> None:
        payment = house.paid()
        receipt = house.world.gateway.payments.pop(payment)
        house.take(house.about("payment", payment))
        for _ in range(3):
            house.work()
            assert (house.one.state, house.world.payments()) == (NoticeState.PENDIENTE, {})
            house.world.wait(minutes=5)
        assert house.one.last_error
        house.world.gateway.payments[payment] = receipt
        house.work()
        assert (house.one.state, house.one.attempts, house.one.last_error) == (NoticeState.PROCESADO, 4, None)
        assert house.world.payments().keys() == {payment}

    @pytest.mark.parametrize("fault", [None, GatewayUnavailable("No responde."), ZeroDivisionError()])
    def test_what_never_comes_to_an_end_is_given_up_in_view_of_an_admin(
        self, house: House, fault: Exception | None
    ) -> None:
        house.fault = fault
        house.take(house.about("payment", "no-existe"))
        house.tried_until_still()
        assert (house.one.state, len(house.asked)) == (NoticeState.MUERTO, TRIES)
        foreseen = not isinstance(fault, ZeroDivisionError)
        assert house.one.attempts == (TRIES if foreseen else TRIES + 1)
        assert house.one.last_error
        assert house.deliveries.overdue(house.world.now + timedelta(days=9)) == ()

    def test_what_is_of_no_use_is_given_up_at_once(self, house: House) -> None:
        house.fault = TransitionRefused("No se puede.")
        house.take(house.about("payment", "1"))
        house.work()
        assert (house.one.state, house.one.last_error, len(house.asked)) == (NoticeState.MUERTO, "No se puede.", 1)

    def test_a_topic_that_is_followed_no_more_is_left_alone(self, house: House) -> None:
        house.take(house.about("payment", house.paid()))
        ProcessNotice(house.notices, house.settle, {}, house.world.clock)(NoticeTaken(house.one.id), EventId(uuid4()))
        assert (house.one.state, house.asked) == (NoticeState.IGNORADO, [])


class TestOperators:
    def test_one_that_was_given_up_is_run_again(self, house: House) -> None:
        payment = house.paid()
        receipt = house.world.gateway.payments.pop(payment)
        house.take(house.about("payment", payment))
        house.tried_until_still()
        house.world.gateway.payments[payment] = receipt
        RetryNotice(house.notices)(OPERATOR, house.one.id)
        house.work()
        assert (house.one.state, house.one.attempts, house.one.last_error) == (NoticeState.PROCESADO, 1, None)
        assert house.world.payments().keys() == {payment}
        (entry,) = house.world.trail.page(None, None, 9).items
        assert (entry.action, entry.email, entry.tenant) == ("aviso-reintentado", OPERATOR.email, None)
        assert str(house.one.id) in entry.path

    def test_one_that_is_not_the_providers_is_not_run(self, house: House) -> None:
        house.take(Aviso("data.id=1&type=payment", (), b""))
        with pytest.raises(NoticeUseless):
            RetryNotice(house.notices)(OPERATOR, house.one.id)
        with pytest.raises(NoticeMissing):
            RetryNotice(house.notices)(OPERATOR, uuid4())
        house.tried_until_still()
        assert house.asked == []

    def test_are_shown_those_of_a_state(self, house: House) -> None:
        house.take(house.about("payment", house.paid()))
        house.take(Aviso("", (), b""))
        shown = ListNotices(house.notices)
        assert [notice.state for notice in shown(OPERATOR).items] == [NoticeState.RECHAZADO, NoticeState.PENDIENTE]
        assert [notice.state for notice in shown(OPERATOR, NoticeState.PENDIENTE).items] == [NoticeState.PENDIENTE]
        assert len(shown(OPERATOR, limit=-5).items) == 1

    @pytest.mark.parametrize("who", [Actor(None, "ana@cascabel.mx", False, None)])
    def test_nobody_else_sees_or_runs_any(self, house: House, who: Actor) -> None:
        house.take(house.about("payment", "1"))
        with pytest.raises(ActionForbidden):
            ListNotices(house.notices)(who)
        with pytest.raises(ActionForbidden):
            RetryNotice(house.notices)(who, house.one.id)
