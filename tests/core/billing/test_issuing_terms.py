"""For how much a link is, and for whom there is none any more."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, NoReturn

import pytest

from contracts.clients import OPERATOR, RFC
from horux_adapters.memory.billing import MemorySubscriptions
from horux_core.billing.errors import GatewayUnavailable, LinkUnavailable, PriceInvalid
from horux_core.billing.gateway import Agreement
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.billing.settling import Topic
from horux_core.tenancy.errors import TenantMissing
from tests.core.billing.test_issuing import DEARER, Opened, dearer, kept, on_opening
from tests.core.billing.world import PRICE, World

CANCELLED = SubscriptionStatus.CANCELLED


@pytest.fixture
def world() -> World:
    return World()


class TestItsAmount:
    def test_one_agreed_with_the_client_is_kept(self, world: World) -> None:
        kept(world, amount=Decimal("300.00"), listed=False)
        assert world.issue(OPERATOR, RFC).amount == Decimal("300.00")

    def test_one_of_the_list_is_kept_once_it_was_paid(self, world: World) -> None:
        world.pay_by_hand()
        dearer(world)
        assert world.issue(OPERATOR, RFC).amount == PRICE

    def test_one_of_the_list_is_kept_once_a_card_was_entered(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear([(Topic.AGREEMENT, world.reference)])
        dearer(world)
        on_opening(world, silent)
        with pytest.raises(GatewayUnavailable):
            world.issue(OPERATOR, RFC)
        assert world.subscription.amount == PRICE

    def test_one_of_the_list_is_kept_once_it_was_paid_though_no_card_was_heard_of(self, world: World) -> None:
        kept(world, current_period_start=world.now, current_period_end=world.now + timedelta(days=30))
        dearer(world)
        assert world.issue(OPERATOR, RFC).amount == PRICE

    def test_that_of_a_card_whose_frequency_nobody_understands_is_per_the_known_one(self, world: World) -> None:
        def is_entered(opened: Opened, subscription: Subscription, reason: str) -> Agreement | None:
            world.gateway.approve(world.reference)
            return replace(world.gateway.agreement(world.reference), frequency=None)

        on_opening(world, is_entered)
        assert world.issue(OPERATOR, RFC).frequency is Frequency.MONTHLY

    def test_one_that_is_none_takes_the_list_s_and_follows_it(self, world: World) -> None:
        kept(world, amount=Decimal("0.00"), listed=False)
        assert world.issue(OPERATOR, RFC).amount == PRICE
        dearer(world)
        assert world.issue(OPERATOR, RFC).amount == DEARER

    def test_the_operator_may_name_one(self, world: World) -> None:
        linked = world.issue(OPERATOR, RFC, amount=Decimal("450"))
        assert str(linked.amount) == "450.00"
        assert world.gateway.agreement(linked.mp_preapproval_id or "").amount == Decimal("450.00")
        assert world.issue(OPERATOR, RFC).amount == Decimal("450.00")

    @pytest.mark.parametrize("amount", ["0", "-1", "1.001", "NaN", "100000000"])
    def test_one_that_cannot_be_is_refused(self, world: World, amount: str) -> None:
        with pytest.raises(PriceInvalid):
            world.issue(OPERATOR, RFC, amount=Decimal(amount))

    def test_that_of_a_card_which_is_charged_already_is_not_changed(self, world: World) -> None:
        world.gateway.approve(world.reference)
        with pytest.raises(LinkUnavailable):
            world.issue(OPERATOR, RFC, amount=Decimal("450.00"))
        assert world.subscription.amount == PRICE

    @pytest.mark.parametrize(("listed", "amount"), [(True, DEARER), (False, PRICE)])
    def test_after_one_that_was_cancelled_it_is_of_the_same_kind(
        self, world: World, listed: bool, amount: Decimal
    ) -> None:
        kept(world, status=CANCELLED, listed=listed)
        dearer(world)
        assert world.issue(OPERATOR, RFC).amount == amount


class TestOneThatWasCancelled:
    @pytest.fixture(autouse=True)
    def ended(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear()
        world.wait(hours=1)
        world.ended_at_provider()
        world.hear()
        assert not world.active

    def test_its_agreement_is_not_asked_about(self, world: World) -> None:
        def never(reference: str) -> NoReturn:
            raise AssertionError(reference)

        world.gateway.agreement = never  # type: ignore[method-assign]
        assert world.issue(OPERATOR, RFC).payment_link

    def test_the_client_writes_though_the_provider_does_not_answer(self, world: World) -> None:
        on_opening(world, silent)
        with pytest.raises(GatewayUnavailable):
            world.issue(OPERATOR, RFC)
        assert (world.writes, world.active) == (True, True)


class TestAPayer:
    def test_named_for_a_link_that_had_none_changes_no_link(self, world: World) -> None:
        kept(world, payer_email=None)
        linked = world.issue(OPERATOR, RFC, "buena@cascabel.mx")
        assert (linked.mp_preapproval_id, linked.payer_email) == (world.reference, "buena@cascabel.mx")


def silent(_opened: Opened, _subscription: Subscription, _reason: str) -> NoReturn:
    raise GatewayUnavailable("No responde.")


class TestAClientThatLeaves:
    def leaving(self, world: World) -> None:
        with world.registry.transaction() as tx:
            tx.tenants.save(tx.tenants.lock(world.tenant).closing())

    def test_gets_no_link(self, world: World) -> None:
        def leaves(opened: Opened, subscription: Subscription, reason: str) -> Agreement | None:
            self.leaving(world)
            return opened(subscription, reason)

        on_opening(world, leaves)
        with pytest.raises(TenantMissing):
            world.issue(OPERATOR, RFC)
        assert {a.state for a in world.gateway.agreements.values()} == {CANCELLED}
        assert (world.events(), world.subscription.mp_preapproval_id) == ([], world.reference)

    def test_s_link_is_ended_though_the_provider_does_not_find_it_yet(self, world: World) -> None:
        def leaves(opened: Opened, subscription: Subscription, reason: str) -> Agreement | None:
            self.leaving(world)
            world.gateway.agreements.clear()
            made = opened(subscription, reason)
            assert made is not None
            world.gateway.agreements[made.reference] = replace(made, subscription=None)
            return made

        on_opening(world, leaves)
        with pytest.raises(TenantMissing):
            world.issue(OPERATOR, RFC)
        assert {a.state for a in world.gateway.agreements.values()} == {CANCELLED}

    def test_loses_none_and_begins_no_new_subscription(self, world: World) -> None:
        found = world.registry.get(world.tenant)

        class Stale:
            """Looked the client up just before it left."""

            def find(self, rfc: object) -> object:
                return found

        self.leaving(world)
        stale: Any = Stale()
        with pytest.raises(TenantMissing):
            replace(world.issue, registry=stale)(OPERATOR, RFC, "buena@cascabel.mx")
        assert world.subscription.mp_preapproval_id == world.reference
        MemorySubscriptions(world.control).cancel(world.tenant)
        with pytest.raises(TenantMissing):
            replace(world.by_hand, registry=stale)(OPERATOR, RFC, PRICE, world.now, "SPEI")
        assert (world.status(), world.payments()) == (CANCELLED, {})

    def test_while_the_former_link_is_ended_it_gets_no_new_terms(self, world: World) -> None:
        closed = world.gateway.close

        def leaves(subscription: Subscription) -> None:
            closed(subscription)
            self.leaving(world)

        world.gateway.close = leaves  # type: ignore[method-assign]
        with pytest.raises(TenantMissing):
            world.issue(OPERATOR, RFC, "buena@cascabel.mx")
        assert world.subscription.payer_email == "pagos@cascabel.mx"
