"""The state machine: each transition by example."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clients import NOW, a_subscription
from horux_core.billing.errors import TransitionRefused
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.billing.periods import cycle
from horux_core.billing.standing import (
    BillingPolicy,
    authorize,
    cancel,
    expire,
    extend,
    pause,
    pay_by_hand,
    read_only_at,
    read_only_since,
    writable,
)
from horux_core.kernel.ids import TenantId

PENDING, AUTHORIZED = SubscriptionStatus.PENDING, SubscriptionStatus.AUTHORIZED
PAUSED, CANCELLED = SubscriptionStatus.PAUSED, SubscriptionStatus.CANCELLED
MEXICO = ZoneInfo("America/Mexico_City")
TENANT = TenantId(uuid4())
USUAL = BillingPolicy()


def standing(status: SubscriptionStatus, end: datetime | None = None) -> Subscription:
    return replace(a_subscription(TENANT, status=status), current_period_end=end)


def day(year: int, month: int, of_month: int) -> datetime:
    return datetime(year, month, of_month, tzinfo=MEXICO).astimezone(UTC)


class TestTransitions:
    @pytest.mark.parametrize("status", [PENDING, AUTHORIZED, PAUSED])
    def test_what_stands_may_become_anything(self, status: SubscriptionStatus) -> None:
        for change, after in ((authorize, AUTHORIZED), (pause, PAUSED), (cancel, CANCELLED)):
            assert change(standing(status)).status is after
        assert pay_by_hand(standing(status), NOW, NOW, USUAL).status is AUTHORIZED

    def test_cancelled_is_final(self) -> None:
        for change in (
            authorize,
            pause,
            cancel,
            lambda s: pay_by_hand(s, NOW, NOW, USUAL),
            lambda s: expire(s, NOW, USUAL),
        ):
            with pytest.raises(TransitionRefused):
                change(standing(CANCELLED, NOW - timedelta(days=99)))
        assert extend(standing(CANCELLED), NOW).status is CANCELLED

    def test_nothing_expires_before_its_time(self) -> None:
        ended = standing(AUTHORIZED, NOW - timedelta(days=10))
        assert expire(ended, NOW, USUAL).status is PAUSED
        early = NOW - timedelta(microseconds=1)
        for subscription in (ended, standing(AUTHORIZED), standing(PENDING), standing(PAUSED, NOW)):
            with pytest.raises(TransitionRefused):
                expire(subscription, early, USUAL)

    def test_a_payment_by_hand_goes_on_where_the_paid_time_ends(self) -> None:
        going_on = pay_by_hand(standing(AUTHORIZED, day(2026, 2, 20)), NOW, NOW, USUAL)
        assert (going_on.current_period_start, going_on.current_period_end) == (day(2026, 2, 20), day(2026, 3, 20))

    def test_after_an_interruption_it_begins_when_it_was_paid(self) -> None:
        again = pay_by_hand(standing(PAUSED, day(2026, 1, 20)), NOW, NOW, USUAL)
        assert (again.current_period_start, again.current_period_end) == (day(2026, 3, 1), day(2026, 4, 1))
        soon = pay_by_hand(standing(PAUSED, day(2026, 2, 25)), NOW, NOW, USUAL)
        assert (soon.current_period_start, soon.current_period_end) == (day(2026, 3, 1), day(2026, 4, 1))
        ahead = pay_by_hand(standing(PAUSED, day(2026, 3, 20)), NOW, NOW, USUAL)
        assert ahead.current_period_end == day(2026, 4, 20)
        late = pay_by_hand(standing(AUTHORIZED, day(2026, 2, 1)), NOW, NOW, USUAL)
        assert (late.current_period_end, late.status) == (day(2026, 4, 1), AUTHORIZED)

    def test_an_older_payment_that_is_caught_up_on_opens_nothing(self) -> None:
        older = pay_by_hand(standing(PAUSED, day(2025, 10, 1)), NOW - timedelta(days=120), NOW, USUAL)
        assert (older.current_period_end, older.status) == (day(2025, 12, 1), PAUSED)
        now = pay_by_hand(older, NOW, NOW, USUAL)
        assert (now.current_period_end, now.status) == (day(2026, 4, 1), AUTHORIZED)

    def test_it_says_when_it_only_reads(self) -> None:
        end = day(2026, 4, 1)
        assert read_only_at(standing(AUTHORIZED, end), USUAL) == day(2026, 4, 11)
        assert read_only_at(standing(PENDING), USUAL) is None
        assert read_only_at(standing(PENDING), BillingPolicy(pending_grace_days=3)) == NOW + timedelta(days=3)
        assert read_only_at(standing(PENDING, end), BillingPolicy(pending_grace_days=3)) == day(2026, 4, 4)
        assert read_only_at(standing(PAUSED, end), USUAL) is None


class TestPeriods:
    @pytest.mark.parametrize(
        ("begins", "frequency", "ends"),
        [
            (day(2026, 1, 31), Frequency.MONTHLY, day(2026, 2, 28)),
            (day(2028, 1, 31), Frequency.MONTHLY, day(2028, 2, 29)),
            (day(2026, 12, 15), Frequency.MONTHLY, day(2027, 1, 15)),
            (day(2028, 2, 29), Frequency.YEARLY, day(2029, 2, 28)),
            (day(2026, 3, 1), Frequency.YEARLY, day(2027, 3, 1)),
        ],
    )
    def test_to_the_same_day_one_cycle_on(self, begins: datetime, frequency: Frequency, ends: datetime) -> None:
        assert cycle(begins, frequency).end == ends

    def test_one_that_began_at_the_end_of_a_month_is_charged_for_to_the_end_of_the_next(self) -> None:
        february = extend(standing(AUTHORIZED), day(2026, 1, 31))
        assert february.current_period_end == day(2026, 2, 28)
        assert extend(february, day(2026, 2, 28)).current_period_end == day(2026, 3, 31)
        unknown = standing(AUTHORIZED, day(2026, 2, 28))
        assert extend(unknown, day(2026, 2, 28)).current_period_end == day(2026, 3, 28)

    def test_days_are_mexico_s(self) -> None:
        assert cycle(datetime(2026, 3, 1, 5, 59, tzinfo=UTC), Frequency.MONTHLY).start == day(2026, 2, 28)

    @given(st.lists(st.dates(date(2026, 1, 1), date(2030, 1, 1)), min_size=1), st.sampled_from(Frequency))
    def test_paid_in_any_order_it_ends_the_same_and_never_earlier(self, due: list[date], each: Frequency) -> None:
        moments = [day(d.year, d.month, d.day) for d in due]
        one = two = replace(a_subscription(TENANT), frequency=each)
        for moment in moments:
            before = one.current_period_end
            one = extend(one, moment)
            assert one.current_period_end is not None
            assert before is None or before <= one.current_period_end
        for moment in reversed(moments):
            two = extend(two, moment)
        assert one.current_period_end == two.current_period_end


class TestWriting:
    def test_without_a_subscription_nobody_writes(self) -> None:
        assert not writable(None, NOW, USUAL)

    @pytest.mark.parametrize(("status", "writes"), [(PENDING, True), (AUTHORIZED, True), (PAUSED, False)])
    def test_the_status_decides(self, status: SubscriptionStatus, writes: bool) -> None:
        assert writable(standing(status), NOW, USUAL) is writes

    def test_a_cancelled_one_writes_to_the_end_of_what_was_paid_only_where_that_is_honoured(self) -> None:
        cancelled, honouring = standing(CANCELLED, NOW), BillingPolicy(honor_paid_period=True)
        before = NOW - timedelta(microseconds=1)
        assert writable(cancelled, before, honouring)
        assert not writable(cancelled, NOW, honouring)
        assert not writable(cancelled, before, USUAL)
        assert not writable(standing(CANCELLED), before, honouring)


class TestReadOnlySince:
    def test_a_period_nobody_renewed_ends_with_its_grace(self) -> None:
        ended = NOW - timedelta(days=30)
        for status in (AUTHORIZED, PAUSED):
            assert read_only_since(standing(status, ended), NOW, USUAL) == ended + USUAL.grace

    def test_a_pause_of_a_card_s_agreement_is_told_by_itself(self) -> None:
        stopped, end = NOW - timedelta(days=3), NOW + timedelta(days=20)
        paused = replace(standing(PAUSED, end), agreement_state=PAUSED, agreement_changed_at=stopped, entered_at=NOW)
        assert read_only_since(paused, NOW, USUAL) == stopped
        assert read_only_since(replace(paused, current_period_end=NOW - timedelta(days=60)), NOW, USUAL) == stopped

    def test_without_a_card_the_calendar_was_first(self) -> None:
        ended = NOW - timedelta(days=30)
        paused = replace(standing(PAUSED, ended), agreement_state=PAUSED, agreement_changed_at=NOW)
        assert read_only_since(paused, NOW, USUAL) == ended + USUAL.grace

    def test_a_cancellation_counts_from_its_day_or_from_what_was_paid(self) -> None:
        stopped, end = NOW - timedelta(days=9), NOW - timedelta(days=2)
        cancelled = replace(standing(CANCELLED, end), agreement_state=CANCELLED, agreement_changed_at=stopped)
        assert read_only_since(cancelled, NOW, USUAL) == stopped
        assert read_only_since(cancelled, NOW, BillingPolicy(honor_paid_period=True)) == end

    def test_nothing_is_told_where_nothing_is_known(self) -> None:
        assert read_only_since(None, NOW, USUAL) is None
        for unknown in (
            standing(PAUSED),
            standing(PAUSED, NOW + timedelta(days=5)),
            standing(CANCELLED, NOW - timedelta(days=40)),
            replace(standing(PAUSED, NOW - timedelta(days=40)), failed_on=NOW - timedelta(days=40)),
        ):
            assert read_only_since(unknown, NOW, USUAL) is None
