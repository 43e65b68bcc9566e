"""For how much a link is, and for whom there is none any more."""

from dataclasses import replace
from decimal import Decimal

import pytest

from contracts.clients import OPERATOR, RFC
from horux_adapters.memory.billing import MemorySubscriptions
from horux_core.billing.errors import LinkUnavailable, PriceInvalid
from horux_core.billing.gateway import Agreement
from horux_core.billing.model import Subscription, SubscriptionStatus
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

    def test_loses_none_and_begins_no_new_subscription(self, world: World) -> None:
        found = world.registry.get(world.tenant)

        class Stale:
            """Looked the client up just before it left."""

            def find(self, rfc: object) -> object:
                return found

        self.leaving(world)
        stale = replace(world.issue.billing, registry=Stale())  # type: ignore[arg-type]
        with pytest.raises(TenantMissing):
            replace(world.issue, billing=stale)(OPERATOR, RFC, "buena@cascabel.mx")
        assert world.subscription.mp_preapproval_id == world.reference
        MemorySubscriptions(world.control).cancel(world.tenant)
        with pytest.raises(TenantMissing):
            replace(world.by_hand, billing=stale)(OPERATOR, RFC, PRICE, world.now, "SPEI")
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
