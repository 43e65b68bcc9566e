from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from contracts.clients import NOW, OPERATOR, RFC
from contracts.ports.audit_trail import a_deed
from horux_adapters.transferencia.gateway import TransferenciaPaymentGateway
from horux_core.billing.errors import GatewayUnavailable, LinkUnavailable, PaymentMalformed, PaymentRepeated
from horux_core.billing.events import PaymentLinkIssued, PaymentReceived
from horux_core.billing.gateway import Agreement
from horux_core.billing.model import Frequency, PlanPrices, Subscription, SubscriptionStatus
from horux_core.identity.errors import ActionForbidden, EmailMalformed
from horux_core.identity.model import Actor, Role
from horux_core.kernel.ids import SessionId, UserId
from horux_core.plans.model import Plan
from horux_core.tenancy.errors import TenantMissing
from tests.core.billing.world import PRICE, World

AUTHORIZED, CANCELLED = SubscriptionStatus.AUTHORIZED, SubscriptionStatus.CANCELLED


@pytest.fixture
def world() -> World:
    return World()


def owner(world: World) -> Actor:
    return Actor(UserId(uuid4()), "ana@cascabel.mx", False, SessionId(uuid4()), world.tenant, Role.OWNER)


def deeds(world: World) -> list[tuple[str, dict[str, str]]]:
    return [(entry.action, entry.detail) for entry in world.trail.page(world.tenant, None, 50).items]


class TestPayByHand:
    def test_pays_a_cycle_authorises_and_is_audited(self, world: World) -> None:
        payment = world.pay_by_hand("499.90", "SPEI 1")
        s = world.subscription
        assert (s.status, s.current_period_end, world.active) == (AUTHORIZED, datetime(2026, 4, 1, 6, tzinfo=UTC), True)
        assert world.payments() == {None: payment}
        assert (payment.amount, payment.subscription, payment.reference) == (Decimal("499.90"), s.id, "SPEI 1")
        assert world.events() == [PaymentReceived(world.tenant, payment.id)]
        told = {"monto": "499.90", "fecha": NOW.isoformat(), "referencia": "SPEI 1"}
        assert deeds(world) == [("pago-a-mano", told)]

    def test_again_it_goes_on_where_the_first_ended(self, world: World) -> None:
        first = world.pay_by_hand(reference="SPEI 1")
        second = world.pay_by_hand(reference="SPEI 2")
        assert world.subscription.current_period_end == datetime(2026, 5, 1, 6, tzinfo=UTC)
        april = datetime(2026, 4, 1, 6, tzinfo=UTC)
        assert (first.due_on, second.due_on) == (datetime(2026, 3, 1, 6, tzinfo=UTC), april)

    @pytest.mark.parametrize(("begins", "ends"), [(31, [28, 31, 30, 31]), (30, [28, 30, 30, 30]), (28, [28] * 4)])
    def test_one_that_began_at_the_end_of_a_month_ends_at_the_end_of_each(
        self, world: World, begins: int, ends: list[int]
    ) -> None:
        world.now = datetime(2027, 1, begins, 18, tzinfo=UTC)
        found = []
        for number in range(4):
            world.pay_by_hand(reference=f"SPEI {number}")
            assert world.subscription.current_period_end is not None
            found.append(world.subscription.current_period_end.day)
        assert found == ends

    def test_the_same_twice_is_refused(self, world: World) -> None:
        world.pay_by_hand()
        with pytest.raises(PaymentRepeated):
            world.pay_by_hand(reference="  SPEI   1 ")
        with pytest.raises(PaymentRepeated):
            world.pay_by_hand(reference="spei 1")
        world.wait(hours=1)
        with pytest.raises(PaymentRepeated):
            world.pay_by_hand()
        assert len(world.events()) == 1
        world.pay_by_hand("500.01")

    def test_one_that_only_read_writes_again(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear()
        world.wait(days=1)
        world.gateway.pause(world.reference)
        world.hear()
        assert not world.writes
        world.pay_by_hand()
        world.reconcile()
        assert (world.status(), world.writes, world.active) == (AUTHORIZED, True, True)

    def test_after_one_that_was_cancelled_a_new_one_begins(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear()
        world.ended_at_provider()
        world.hear()
        old = world.subscription
        world.wait(days=1)
        world.pay_by_hand()
        new = world.subscription
        assert (new.id == old.id, new.status, new.amount, new.payer_email) == (
            False,
            AUTHORIZED,
            PRICE,
            old.payer_email,
        )
        assert (new.mp_preapproval_id, new.current_period_start) == (None, datetime(2026, 3, 2, 6, tzinfo=UTC))
        world.hear()
        assert (world.subscription, world.active) == (new, True)
        kept = world.ledger.subscription(old.id)
        assert kept is not None
        assert kept.status is CANCELLED

    @pytest.mark.parametrize(
        ("amount", "ago", "reference"),
        [
            ("0.00", timedelta(), "SPEI"),
            ("-1.00", timedelta(), "SPEI"),
            ("1.001", timedelta(), "SPEI"),
            ("NaN", timedelta(), "SPEI"),
            ("100000000.00", timedelta(), "SPEI"),
            ("1.00", -timedelta(days=2), "SPEI"),
            ("1.00", timedelta(days=400), "SPEI"),
            ("1.00", timedelta(), " "),
            ("1.00", timedelta(), "x" * 101),
            ("1.00", timedelta(), "SPEI\x00"),
        ],
    )
    def test_what_cannot_be_is_refused(self, world: World, amount: str, ago: timedelta, reference: str) -> None:
        with pytest.raises(PaymentMalformed):
            world.by_hand(OPERATOR, RFC, Decimal(amount), NOW - ago, reference)
        assert world.payments() == {}

    def test_is_the_operator_s_alone(self, world: World) -> None:
        with pytest.raises(ActionForbidden):
            world.by_hand(owner(world), RFC, PRICE, NOW, "SPEI")
        with pytest.raises(TenantMissing):
            world.by_hand(OPERATOR, "TPR840604D98", PRICE, NOW, "SPEI")


class TestIssuePaymentLink:
    def test_gives_the_link_and_has_it_sent(self, world: World) -> None:
        linked = world.issue(OPERATOR, RFC)
        assert linked.payment_link == world.gateway.agreement(linked.mp_preapproval_id or "").url
        assert world.subscription == linked
        assert world.events() == [PaymentLinkIssued(world.tenant, linked.id)]
        assert deeds(world)[0][0] == "liga-de-pago"

    def test_asked_again_it_is_the_same(self, world: World) -> None:
        assert world.issue(OPERATOR, RFC) == world.issue(OPERATOR, RFC)

    def test_what_nobody_pays_yet_takes_today_s_price_and_payer(self, world: World) -> None:
        world.prices.set(PlanPrices(Plan.BUSINESS, Decimal("700.00"), None), a_deed())
        linked = world.issue(OPERATOR, RFC, "otra@cascabel.mx")
        assert (linked.amount, linked.payer_email) == (Decimal("700.00"), "otra@cascabel.mx")
        assert world.gateway.agreement(linked.mp_preapproval_id or "").amount == Decimal("700.00")
        world.gateway.approve(linked.mp_preapproval_id or "")
        world.hear()
        assert (world.status(), world.oddities()) == (AUTHORIZED, {})

    def test_what_is_paid_keeps_its_price(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear()
        world.prices.set(PlanPrices(Plan.BUSINESS, Decimal("700.00"), None), a_deed())
        linked = world.issue(OPERATOR, RFC)
        assert (linked.amount, linked.status, linked.mp_preapproval_id) == (PRICE, AUTHORIZED, world.reference)

    def test_yearly_takes_the_year_s_price(self, world: World) -> None:
        with world.ledger.transaction() as tx:
            tx.subscriptions.save(replace(world.subscription, frequency=Frequency.YEARLY))
        assert world.issue(OPERATOR, RFC).amount == PRICE * 10

    def test_after_one_that_was_cancelled_a_new_one_begins(self, world: World) -> None:
        world.gateway.approve(world.reference)
        world.hear()
        world.ended_at_provider()
        world.hear()
        old = world.subscription
        linked = world.issue(OPERATOR, RFC)
        assert linked.id != old.id
        assert linked.mp_preapproval_id != old.mp_preapproval_id
        assert (world.status(), world.active) == (SubscriptionStatus.PENDING, True)

    def test_without_a_payer_or_a_price_there_is_none(self, world: World) -> None:
        world.taken_in("TPR840604D98", None)
        with pytest.raises(LinkUnavailable):
            world.issue(OPERATOR, "TPR840604D98")
        assert world.issue(OPERATOR, "TPR840604D98", "pagos@tpr.mx").payment_link
        world.prices.set(PlanPrices(Plan.BUSINESS, None, None), a_deed())
        free = world.taken_in("ROEM691011EZ4")
        with world.ledger.transaction() as tx:
            tx.subscriptions.save(replace(world.of(free), amount=Decimal("0.00")))
        with pytest.raises(LinkUnavailable):
            world.issue(OPERATOR, "ROEM691011EZ4")
        with pytest.raises(EmailMalformed):
            world.issue(OPERATOR, RFC, "no es un correo")

    def test_what_the_payer_did_meanwhile_is_not_lost(self, world: World) -> None:
        """The notice of its card comes before the provider's answer to us."""
        opened = world.gateway.open

        def and_paid_at_once(subscription: Subscription, reason: str) -> Agreement | None:
            agreement = opened(subscription, reason)
            assert agreement is not None
            world.gateway.approve(agreement.reference)
            world.hear()
            return agreement

        world.gateway.open = and_paid_at_once  # type: ignore[method-assign]
        assert world.issue(OPERATOR, RFC).status is AUTHORIZED
        assert world.status() is AUTHORIZED

    def test_a_provider_that_does_not_answer_leaves_it_to_be_asked_again(self, world: World) -> None:
        opened = world.gateway.open

        def silent(subscription: Subscription, reason: str) -> Agreement | None:
            opened(subscription, reason)
            raise GatewayUnavailable("No responde.")

        world.gateway.open = silent  # type: ignore[method-assign]
        with pytest.raises(GatewayUnavailable):
            world.issue(OPERATOR, RFC)
        assert world.events() == []
        world.gateway.open = opened  # type: ignore[method-assign]
        assert world.issue(OPERATOR, RFC).mp_preapproval_id == world.reference

    def test_is_the_operator_s_alone(self, world: World) -> None:
        with pytest.raises(ActionForbidden):
            world.issue(owner(world), RFC)

    def test_where_there_are_no_links_the_bank_s_details_are_sent(self, world: World) -> None:
        issue = replace(world.issue, gateway=TransferenciaPaymentGateway())
        assert issue(OPERATOR, RFC).id == world.subscription.id
        assert world.events() == [PaymentLinkIssued(world.tenant, world.subscription.id)]
