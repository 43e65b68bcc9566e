"""Every history of a subscription against SPEC 2.11 told in other words."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.clients import OPERATOR, RFC
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.standing import BillingPolicy
from tests.core.billing.world import World

MEXICO = ZoneInfo("America/Mexico_City")


class Histories(RuleBasedStateMachine):
    """A client's histories, day by day. The oracle keeps what a bookkeeper would: what was paid, who charges."""

    @initialize(
        grace=st.sampled_from([0, 10]),
        bound=st.sampled_from([None, 0, 15]),
        honours=st.booleans(),
        hours=st.sampled_from([0, 18]),
    )
    def begin(self, grace: int, bound: int | None, honours: bool, hours: int) -> None:
        """At noon, or as a day begins in Mexico, which is when the provider says that charges are due."""
        self.grace, self.bound, self.honours = grace, bound, honours
        self.world = World(BillingPolicy(grace, bound, honours))
        self.world.wait(hours=hours)
        self.paid_from, self.paid_to, self.tried_on = None, None, self.today
        self.entered, self.failed = None, None
        self.word, self.card = "pending", "none"
        self.trying = self.former_tried = False
        self.counter = 0

    paid_from: date | None
    paid_to: date | None
    entered: date | None
    failed: date | None
    word: str
    card: str

    @property
    def today(self) -> date:
        return self.world.now.astimezone(MEXICO).date()

    @precondition(lambda self: self.card == "none" and self.word != "cancelled")
    @rule()
    def enters_a_card_and_is_charged(self) -> None:
        self.world.gateway.approve(self.world.reference)
        self.card, self.word, self.trying, self.entered = "charging", "authorized", False, self.today
        self._paid(self.today)
        self._heard()

    @precondition(lambda self: self.card == "none" and self.word != "cancelled")
    @rule()
    def enters_a_card_that_is_charged_later(self) -> None:
        known = self.world.gateway.agreement(self.world.reference)
        entered = replace(known, state=SubscriptionStatus.AUTHORIZED, changed_at=self.world.now)
        self.world.gateway.agreements[self.world.reference] = entered
        self.card, self.entered = "charging", self.today
        if not self._over():
            self.word = "authorized"
        self._heard()

    @precondition(lambda self: self.card == "charging" and not self.trying)
    @rule()
    def is_charged(self) -> None:
        self.world.gateway.declined.clear()
        self.world.gateway.collect(self.world.reference)
        self._paid(self.today)
        self.word = "authorized"
        self._heard()

    @precondition(lambda self: self.card == "charging" and not (self.trying or self.former_tried))
    @rule()
    def is_refused_and_tried_again(self) -> None:
        self.world.gateway.decline(self.world.reference, 4)
        self.world.gateway.collect(self.world.reference)
        self.trying, self.tried_on = True, self.today
        self._heard()

    @precondition(lambda self: self.trying)
    @rule()
    def is_given_up_on(self) -> None:
        self.world.gave_up()
        self.trying = False
        covered = self.paid_to is not None and self.paid_to > self.tried_on
        if not covered and self.word in ("pending", "authorized"):
            self.word = "paused"
        self.failed = max(self.failed or self.tried_on, self.tried_on)
        self._heard()

    @precondition(lambda self: self.former_tried)
    @rule()
    def is_given_up_on_by_an_agreement_of_old(self) -> None:
        self.world.gave_up()
        self.former_tried = False
        self._heard()

    @precondition(lambda self: self.card in ("paused", "ended") or (self.card, self.word) == ("charging", "paused"))
    @rule()
    def is_sent_another_link(self) -> None:
        if self.word == "cancelled":
            self._anew()
            self.word = "pending"
        linked = self.world.issue(OPERATOR, RFC)
        assert linked.mp_preapproval_id not in (None, self.world.reference)
        self.world.reference = linked.mp_preapproval_id or ""
        self._without_card("none")
        self._heard()

    @precondition(lambda self: self.card == "charging")
    @rule()
    def is_paused_by_the_provider(self) -> None:
        self.world.gateway.pause(self.world.reference)
        self.card, self.word = "paused", "paused"
        self._heard()

    @precondition(lambda self: self.card == "paused")
    @rule()
    def is_resumed(self) -> None:
        self.world.gateway.resume(self.world.reference)
        self.card = "charging"
        owes = self.failed is not None and (self.paid_to is None or self.paid_to <= self.failed)
        if not owes and not self._over():
            self.word = "authorized"
        self._heard()

    @precondition(lambda self: self.card != "ended")
    @rule()
    def ends_its_agreement(self) -> None:
        self.world.ended_at_provider()
        self.word = self.word if self.card == "none" else "cancelled"
        self.card = "ended"
        self._heard()

    @rule()
    def pays_by_transfer(self) -> None:
        self.counter += 1
        before = self.world.subscription
        if self.word == "cancelled":
            self._anew()
            self._without_card("ended")
        self.world.pay_by_hand(reference=f"SPEI {self.counter}")
        assert (self.world.subscription.id != before.id) is (self.word == "cancelled")
        grace = timedelta(self.grace if self.word == "authorized" else 0)
        going_on = self.paid_to is not None and self.paid_to + grace > self.today
        begins = self.paid_to if going_on and self.paid_to is not None else self.today
        self.word = "authorized"
        self._paid(begins)

    @rule(days=st.integers(1, 45))
    def days_pass_and_the_duties_run(self, days: int) -> None:
        for _ in range(days):
            self.world.wait(days=1)
            self.world.expire()
            self._expired()
        assert self.world.active is self.world.writes

    @rule(days=st.integers(1, 45))
    def days_pass_and_nothing_runs(self, days: int) -> None:
        self.world.wait(days=days)

    @precondition(lambda self: self.paid_to is not None and self.today < self.paid_to)
    @rule()
    def the_last_paid_day_passes(self) -> None:
        if self.paid_to is not None:
            self.world.wait(days=(self.paid_to - self.today).days)

    @invariant()
    def writes_exactly_when_it_may(self) -> None:
        if hasattr(self, "world"):
            assert self.world.writes is self._may_write(), (self.word, self.card, self.paid_to, self.today)

    @invariant()
    def the_status_is_the_one_told(self) -> None:
        if hasattr(self, "world"):
            assert self.world.subscription.status.value == self.word

    def _may_write(self) -> bool:
        match self.word:
            case "pending":
                return self.card == "charging" or not self._waited_too_long()
            case "authorized":
                return self.card == "charging" or not self._over()
            case "cancelled":
                return self.honours and self.paid_to is not None and self.today < self.paid_to
            case _:
                return False

    def _expired(self) -> None:
        """Nobody paid in time: neither by transfer, nor by a card that is being tried, or was entered just now."""
        tried = self.card == "charging" and self.trying
        over = (self.word == "authorized" and self._over()) or (self.word == "pending" and self._waited_too_long())
        if over and not tried:
            self.word = "paused"

    def _waited_too_long(self) -> bool:
        since = self.world.subscription.created_at if self.paid_to is None else begun(self.paid_to)
        return self.bound is not None and since + timedelta(self.bound) <= self.world.now

    def _over(self) -> bool:
        """The days of grace after what is paid, and after the card was entered: resuming it gives no more."""
        known = [each for each in (self.paid_to, self.entered) if each is not None]
        return bool(known) and max(known) + timedelta(self.grace) <= self.today

    def _paid(self, begins: date) -> None:
        month = begins.month % 12 + 1
        year = begins.year + (begins.month == 12)
        last = begins.day == monthrange(begins.year, begins.month)[1]
        goes_on = last and self.paid_from is not None and begins == self.paid_to
        day = max(begins.day, self.paid_from.day) if goes_on and self.paid_from else begins.day
        ends = date(year, month, min(day, monthrange(year, month)[1]))
        if self.paid_to is None or ends > self.paid_to:
            self.paid_from, self.paid_to = begins, ends

    def _anew(self) -> None:
        """On another day a new subscription is begun, to which belongs what is left where that is honoured."""
        self.world.wait(days=1)
        if not (self.honours and self.paid_to is not None and self.today < self.paid_to):
            self.paid_from, self.paid_to = None, None

    def _without_card(self, card: str) -> None:
        self.card, self.entered, self.failed = card, None, None
        self.former_tried, self.trying = self.former_tried or self.trying, False

    def _heard(self) -> None:
        self.world.hear()


def begun(day: date) -> datetime:
    return datetime.combine(day, time(), MEXICO)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
