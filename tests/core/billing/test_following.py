from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from contracts.clients import NOW
from horux_core.billing.events import SubscriptionCancelled, SubscriptionPaused
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.settling import Topic
from tests.core.billing.world import World, paid

AUTHORIZED, PAUSED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PAUSED
CANCELLED, PENDING = SubscriptionStatus.CANCELLED, SubscriptionStatus.PENDING


@pytest.fixture
def world() -> World:
    return World()


class TestAgreements:
    def test_one_that_has_a_card_authorises_and_pays_nothing(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear([(Topic.AGREEMENT, world.reference)])
        assert (world.status(), world.subscription.current_period_end) == (AUTHORIZED, None)
        assert (world.payments(), world.events()) == ({}, [])

    @pytest.mark.parametrize(("state", "event"), [(PAUSED, SubscriptionPaused), (CANCELLED, SubscriptionCancelled)])
    def test_what_the_provider_ended_only_reads_and_is_told_once(
        self, world: World, state: SubscriptionStatus, event: type
    ) -> None:
        paid(world)
        world.hear()
        world.events()
        world.wait(days=1)
        end = world.ended_at_provider if state is CANCELLED else lambda: world.gateway.pause(world.reference)
        end()
        world.hear()
        world.hear()
        assert (world.status(), world.writes, world.active) == (state, False, False)
        assert world.events() == [event(world.tenant, world.subscription.id, *([False] if state is PAUSED else []))]

    def test_resumed_there_it_writes_again(self, world: World) -> None:
        paid(world)
        world.hear()
        world.wait(days=1)
        world.gateway.pause(world.reference)
        world.hear()
        world.wait(days=1)
        world.gateway.resume(world.reference)
        world.hear()
        assert (world.status(), world.writes, world.active) == (AUTHORIZED, True, True)

    def test_pausing_and_resuming_opens_nothing_that_was_given_up_on(self, world: World) -> None:
        world.gateway.decline(world.reference, 1)
        world.gateway.approve(world.reference)
        world.hear()
        assert (world.status(), world.payments().keys() != set()) == (PAUSED, True)
        for _ in range(3):
            world.wait(hours=1)
            world.gateway.pause(world.reference)
            world.hear()
            world.gateway.resume(world.reference)
            world.hear()
            assert (world.status(), world.writes) == (PAUSED, False)
        world.gateway.declined.clear()
        world.wait(days=31)
        world.gateway.collect(world.reference)
        world.hear()
        assert (world.status(), world.writes) == (AUTHORIZED, True)

    def test_resumed_after_what_was_paid_has_ended_it_waits_for_the_charge(self, world: World) -> None:
        paid(world)
        world.hear()
        world.gateway.pause(world.reference)
        world.hear()
        world.wait(days=60)
        world.gateway.resume(world.reference)
        world.hear()
        assert (world.status(), world.writes) == (PAUSED, False)
        world.gateway.collect(world.reference)
        world.hear()
        assert (world.status(), world.writes) == (AUTHORIZED, True)

    def test_a_card_that_is_never_charged_writes_for_the_days_of_grace_however_often_it_is_resumed(
        self, world: World
    ) -> None:
        world.gateway.approve(world.reference)
        world.gateway.invoices.clear()
        world.gateway.payments.clear()
        for _ in range(3):
            world.hear([(Topic.AGREEMENT, world.reference)])
            world.expire()
            assert world.writes
            world.wait(days=3)
            world.gateway.pause(world.reference)
            world.hear([(Topic.AGREEMENT, world.reference)])
            world.gateway.resume(world.reference)
        world.wait(days=1)
        world.hear([(Topic.AGREEMENT, world.reference)])
        world.expire()
        assert (world.status(), world.writes) == (PAUSED, False)

    def test_ended_before_its_card_was_heard_of_it_is_ended_all_the_same(self, world: World) -> None:
        paid(world)
        world.ended_at_provider()
        world.hear([(Topic.AGREEMENT, world.reference)])
        assert (world.status(), world.writes) == (CANCELLED, False)

    def test_one_that_is_not_its_own_ends_and_pauses_nothing(self, world: World) -> None:
        paid(world)
        with world.ledger.transaction() as tx:
            tx.subscriptions.save(world.subscription.unlinked())
        for end in (lambda: world.gateway.pause(world.reference), world.ended_at_provider):
            end()
            world.hear([(Topic.AGREEMENT, world.reference)])
            assert (world.status(), world.subscription.mp_preapproval_id) == (PENDING, None)

    def test_older_news_change_nothing(self, world: World) -> None:
        paid(world)
        old = world.gateway.agreement(world.reference)
        world.wait(days=1)
        world.gateway.pause(world.reference)
        world.hear()
        world.gateway.agreements[world.reference] = old
        world.hear([(Topic.AGREEMENT, world.reference)])
        assert world.status() is PAUSED

    def test_cancelled_is_final(self, world: World) -> None:
        paid(world)
        world.hear()
        standing = world.gateway.agreement(world.reference)
        world.ended_at_provider()
        world.hear()
        world.gateway.agreements[world.reference] = replace(
            standing, state=AUTHORIZED, changed_at=NOW + timedelta(days=9)
        )
        world.hear([(Topic.AGREEMENT, world.reference)])
        assert world.status() is CANCELLED
        assert world.oddities() == {world.reference: "acuerdo-vigente-de-suscripcion-cancelada"}

    def test_a_state_nobody_knows_ends_nothing(self, world: World) -> None:
        paid(world)
        world.hear()
        agreement = world.gateway.agreement(world.reference)
        world.gateway.agreements[world.reference] = replace(
            agreement, state=PENDING, changed_at=NOW + timedelta(days=1)
        )
        world.hear([(Topic.AGREEMENT, world.reference)])
        assert world.status() is AUTHORIZED
        assert world.subscription.charges_itself

    @pytest.mark.parametrize("changed", [{"amount": Decimal("1.00")}, {"frequency": None}])
    def test_one_on_other_terms_never_activates_and_is_shown(self, world: World, changed: dict[str, object]) -> None:
        paid(world)
        agreement = world.gateway.agreement(world.reference)
        world.gateway.agreements[world.reference] = replace(agreement, **changed)  # type: ignore[arg-type]
        world.hear([(Topic.AGREEMENT, world.reference)])
        assert world.status() is PENDING
        assert world.oddities() == {world.reference: "acuerdo-por-otro-monto"}

    def test_one_whose_reference_was_never_kept_is_known_by_its_subscription(self, world: World) -> None:
        other = world.taken_in("TPR840604D98", "otro@ejemplo.mx")
        agreement = world.gateway.open(world.of(other), "Horux360")
        assert agreement is not None
        world.gateway.approve(agreement.reference)
        world.hear([(Topic.AGREEMENT, agreement.reference)])
        assert world.of(other).mp_preapproval_id == agreement.reference
        assert world.of(other).status is AUTHORIZED
        assert world.status() is PENDING

    def test_an_earlier_one_that_was_replaced_ends_nothing(self, world: World) -> None:
        dearer = replace(world.subscription, amount=Decimal("600.00"))
        again = world.gateway.open(dearer, "Horux360")
        assert again is not None
        with world.ledger.transaction() as tx:
            tx.subscriptions.save(dearer.linked(again.reference, again.url))
        world.hear()
        assert world.status() is PENDING
        assert world.subscription.mp_preapproval_id == again.reference

    def test_a_second_one_that_charges_too_is_shown(self, world: World) -> None:
        paid(world)
        world.hear()
        second = replace(world.gateway.agreement(world.reference), reference="acuerdo-otro")
        world.gateway.agreements["acuerdo-otro"] = second
        world.hear([(Topic.AGREEMENT, "acuerdo-otro")])
        assert world.subscription.mp_preapproval_id == world.reference
        assert world.oddities() == {"acuerdo-otro": "dos-acuerdos-vigentes"}

    def test_one_entered_by_another_link_takes_the_place_of_one_that_nobody_entered(self, world: World) -> None:
        second = replace(world.gateway.agreement(world.reference), reference="acuerdo-otro", state=AUTHORIZED)
        world.gateway.agreements["acuerdo-otro"] = second
        world.hear([(Topic.AGREEMENT, "acuerdo-otro")])
        assert (world.subscription.mp_preapproval_id, world.status()) == ("acuerdo-otro", AUTHORIZED)

    def test_though_the_other_changed_later(self, world: World) -> None:
        second = replace(world.gateway.agreement(world.reference), reference="acuerdo-otro", state=AUTHORIZED)
        world.gateway.agreements["acuerdo-otro"] = second
        first = world.gateway.agreement(world.reference)
        world.gateway.agreements[world.reference] = replace(first, changed_at=NOW + timedelta(days=1))
        world.hear()
        assert (world.subscription.mp_preapproval_id, world.status()) == ("acuerdo-otro", AUTHORIZED)

    @pytest.mark.parametrize("topic", [Topic.CHARGE, Topic.PAYMENT])
    def test_ended_before_its_card_was_heard_of_news_of_what_it_charged_end_it_too(
        self, world: World, topic: Topic
    ) -> None:
        payment = paid(world)
        (charge,) = world.gateway.invoices
        world.ended_at_provider()
        world.hear([(topic, payment if topic is Topic.PAYMENT else charge)])
        assert (world.status(), world.writes) == (CANCELLED, False)

    def test_one_that_fits_again_need_be_looked_at_no_more(self, world: World) -> None:
        paid(world)
        fits = world.gateway.agreement(world.reference)
        world.gateway.agreements[world.reference] = replace(fits, amount=Decimal("1.00"))
        world.hear()
        assert world.oddities() == {world.reference: "acuerdo-por-otro-monto"}
        world.gateway.agreements[world.reference] = fits
        world.hear()
        assert (world.oddities(), world.status()) == ({}, AUTHORIZED)

    def test_of_a_client_that_is_being_let_go_it_opens_nothing(self, world: World) -> None:
        paid(world)
        with world.registry.transaction() as tx:
            tx.tenants.save(tx.tenants.lock(world.tenant).closing())
        world.hear()
        assert (world.status(), world.active) == (AUTHORIZED, False)
