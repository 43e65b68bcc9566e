"""Whose turn it is when the provider is silent, and what was done by another meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NoReturn
from uuid import uuid4

import pytest

from contracts.clients import a_subscription
from horux_adapters.memory.ledger import MemoryLedger
from horux_core.billing.errors import GatewayUnavailable
from horux_core.billing.model import Subscription, SubscriptionStatus
from horux_core.billing.renewing import MANY, RemindExpiring, each_in_turn
from horux_core.billing.standing import BillingPolicy
from horux_core.kernel.ids import TenantId
from tests.core.billing.world import World

AUTHORIZED, PAUSED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PAUSED
SILENT = GatewayUnavailable("No responde.")


@dataclass
class Turns:
    """What happens at each, in order: None when it went well."""

    happens: list[Exception | None]
    done: int = 0

    def __call__(self, subscription: Subscription) -> None:
        self.done += 1
        fault = self.happens[self.done - 1]
        if fault is not None:
            raise fault

    @property
    def subscriptions(self) -> list[Subscription]:
        return [a_subscription(TenantId(uuid4())) for _ in self.happens]

    def raised(self) -> Exception:
        with pytest.raises(Exception) as found:  # noqa: PT011 whichever it is
            each_in_turn(self.subscriptions, self)
        return found.value


def unanswered(times: int) -> list[Exception | None]:
    return [GatewayUnavailable(f"No responde ({number}).") for number in range(times)]


class TestEachInTurn:
    def test_a_provider_that_is_silent_many_times_in_a_row_is_not_waited_for(self) -> None:
        turns = Turns(unanswered(MANY + 2))
        turns.raised()
        assert turns.done == MANY

    @pytest.mark.parametrize("between", [None, ValueError()])
    def test_after_anything_else_it_is_counted_anew(self, between: Exception | None) -> None:
        turns = Turns([*unanswered(MANY - 1), between, *unanswered(MANY - 1), None])
        turns.raised()
        assert turns.done == 2 * MANY

    @pytest.mark.parametrize("other_first", [True, False])
    def test_another_reason_is_told_before_a_silent_provider_s(self, other_first: bool) -> None:
        other = ValueError()
        happens: list[Exception | None] = [SILENT, other]
        assert Turns(happens[::-1] if other_first else happens).raised() is other

    def test_of_two_others_the_first_is_told(self) -> None:
        first = ValueError()
        assert Turns([first, ValueError()]).raised() is first

    def test_the_reason_names_its_subscription(self) -> None:
        turns = Turns([None, ValueError()])
        own = turns.subscriptions
        with pytest.raises(ValueError) as found:  # noqa: PT011
            each_in_turn(own, turns)
        assert found.value.__notes__ == [f"suscripción {own[1].id}"]


class TestExpiringWhileTheProviderIsSilent:
    def silent(self, world: World) -> None:
        def never(reference: object) -> NoReturn:
            raise GatewayUnavailable("No responde.")

        for name in ("agreement", "charges", "charge", "receipt", "receipts"):
            setattr(world.gateway, name, never)

    def charging(self, world: World, rfc: str) -> None:
        """A client whose card pays nothing any more, and about which the provider would have to be asked."""
        tenant = world.taken_in(rfc, "otro@ejemplo.mx")
        world.gateway.approve(world.linked(tenant).reference)
        world.hear()

    def many(self, world: World) -> None:
        for number in range(1, MANY + 1):
            self.charging(world, f"TPR84060{number}D98")

    def test_one_that_ended_is_active_no_longer_than_it_writes(self) -> None:
        world = World(BillingPolicy(honor_paid_period=True))
        self.many(world)
        world.wait(days=1)
        world.gateway.approve(world.reference)
        world.hear()
        world.ended_at_provider()
        world.hear()
        assert world.active
        world.wait(days=90)
        self.silent(world)
        with pytest.raises(GatewayUnavailable):
            world.expire()
        assert (world.writes, world.active) == (False, False)

    def test_one_that_is_not_charged_by_itself_is_closed(self) -> None:
        world = World()
        world.gateway.approve(world.reference)
        world.hear()
        world.gateway.pause(world.reference)
        world.hear()
        world.pay_by_hand()
        self.many(world)
        with world.ledger.transaction() as tx:
            tx.subscriptions.save(replace(world.subscription, created_at=world.now + timedelta(days=1)))
        world.wait(days=90)
        self.silent(world)
        with pytest.raises(GatewayUnavailable):
            world.expire()
        assert (world.status(), world.active) == (PAUSED, False)


class TestRemindedMeanwhile:
    @pytest.fixture
    def world(self) -> World:
        world = World()
        world.pay_by_hand()
        world.wait(days=28)
        world.events()
        return world

    def remind(self, world: World, meanwhile: Callable[[], object]) -> None:
        class Slow(MemoryLedger):
            """Something happens between the look at all and that at each."""

            def standing(self) -> list[Subscription]:
                found = super().standing()
                meanwhile()
                world.events()
                return found

        assert isinstance(world.ledger, MemoryLedger)
        RemindExpiring(Slow(world.ledger.control, world.ledger.outbox), world.clock)()

    def test_one_that_paid_is_not_reminded(self, world: World) -> None:
        self.remind(world, lambda: world.pay_by_hand(reference="SPEI 2"))
        assert (world.events(), world.subscription.reminded_of) == ([], None)

    def test_one_that_was_reminded_is_not_reminded_twice(self, world: World) -> None:
        self.remind(world, world.remind)
        assert world.events() == []

    def test_one_that_is_gone_is_let_be(self, world: World) -> None:
        def gone() -> None:
            with world.control.transaction() as tables:
                tables["subscriptions"].clear()

        self.remind(world, gone)
        assert world.events() == []
