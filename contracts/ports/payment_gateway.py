"""What every PaymentGateway promises; a subclass brings the `gateway` fixture.

One that works with links runs `LinkedGatewayContract` as well, and brings `provider`: what goes on at its other side.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Protocol
from uuid import uuid4

import pytest

from contracts.clients import a_subscription
from horux_core.billing.errors import AgreementRefused, AgreementUnknown, ChargeUnknown, ReceiptUnknown
from horux_core.billing.gateway import Agreement, Charge, ChargeState, Receipt, ReceiptState
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.billing.ports import PaymentGateway
from horux_core.kernel.ids import TenantId

REASON = "Horux360, plan Business"


class Provider(Protocol):
    """What payers, banks and the provider itself do."""

    def approve(self, reference: str) -> None:
        """The payer enters a card at the agreement's link, and the first charge is made."""

    def decline(self, reference: str, tries: int) -> None:
        """From now on the card is refused, and a charge is given up after so many tries."""

    def collect(self, reference: str) -> None:
        """A cycle begins: its charge is tried once."""

    def refund(self, reference: str, amount: Decimal) -> None:
        """So much of a payment is given back."""

    def dispute(self, reference: str) -> None:
        """The holder of the card says that the payment is not his."""


def new(amount: str = "500.00", frequency: Frequency = Frequency.MONTHLY) -> Subscription:
    subscription = a_subscription(TenantId(uuid4()), amount, f"pagos-{uuid4().hex[:12]}@cascabel.mx")
    return replace(subscription, frequency=frequency)


def agreed(gateway: PaymentGateway, subscription: Subscription) -> Agreement:
    agreement = gateway.open(subscription, REASON)
    assert agreement is not None
    return agreement


def only(charges: tuple[Charge, ...], state: ChargeState) -> Charge:
    (found,) = [charge for charge in charges if charge.state is state]
    return found


def first_receipt(gateway: PaymentGateway, reference: str) -> Receipt:
    payment = gateway.charges(reference)[0].payment
    assert payment is not None
    return gateway.receipt(payment)


class PaymentGatewayContract:
    def test_asked_again_it_gives_the_same(self, gateway: PaymentGateway) -> None:
        subscription = new()
        assert gateway.open(subscription, REASON) == gateway.open(subscription, REASON)

    def test_ends_what_it_opened_and_bears_doing_it_again(self, gateway: PaymentGateway) -> None:
        subscription = new()
        gateway.open(subscription, REASON)
        for _ in range(2):
            gateway.close(subscription)

    def test_ends_nothing_that_was_never_agreed(self, gateway: PaymentGateway) -> None:
        gateway.close(new())
        gateway.close(replace(new(), payer_email=None))
        gateway.close(new().linked("0123456789abcdef0123456789abcdef", None))

    def test_says_what_it_does_not_know(self, gateway: PaymentGateway) -> None:
        for reference in ("0123456789abcdef0123456789abcdef", "7000000000", "search", "", "..", "a/b", "ñ"):
            for ask in (gateway.agreement, gateway.pause, gateway.resume):
                with pytest.raises(AgreementUnknown):
                    ask(reference)
            with pytest.raises(ChargeUnknown):
                gateway.charge(reference)
            with pytest.raises(ReceiptUnknown):
                gateway.receipt(reference)

    def test_who_never_paid_has_paid_nothing(self, gateway: PaymentGateway) -> None:
        assert gateway.receipts(new()) == ()
        assert gateway.charges("0123456789abcdef0123456789abcdef") == ()


class LinkedGatewayContract:
    @pytest.mark.parametrize("frequency", Frequency)
    def test_opens_what_the_subscription_says(self, gateway: PaymentGateway, frequency: Frequency) -> None:
        subscription = new("1234.56", frequency)
        agreement = agreed(gateway, subscription)
        assert agreement.state is SubscriptionStatus.PENDING
        assert (agreement.amount, agreement.frequency) == (Decimal("1234.56"), frequency)
        assert agreement.subscription == subscription.id
        assert agreement.url is not None
        assert agreement.changed_at.utcoffset() is not None
        assert gateway.agreement(agreement.reference) == agreement

    def test_two_subscriptions_never_share_an_agreement(self, gateway: PaymentGateway) -> None:
        first = new()
        second = replace(new(), payer_email=first.payer_email)
        one, two = agreed(gateway, first), agreed(gateway, second)
        assert (one.reference, one.url) != (two.reference, two.url)
        assert agreed(gateway, first) == one
        gateway.close(first)
        assert gateway.agreement(two.reference) == two

    def test_gives_the_one_that_is_entered(self, gateway: PaymentGateway, provider: Provider) -> None:
        subscription = new()
        agreement = agreed(gateway, subscription)
        provider.approve(agreement.reference)
        linked = subscription.linked(agreement.reference, agreement.url)
        assert agreed(gateway, replace(linked, amount=Decimal("99.90"))).reference == agreement.reference

    def test_one_that_nobody_entered_is_made_anew_for_other_terms(self, gateway: PaymentGateway) -> None:
        subscription = new()
        old = agreed(gateway, subscription)
        again = agreed(gateway, replace(subscription, amount=Decimal("600.00")))
        assert again.amount == Decimal("600.00")
        assert gateway.agreement(old.reference).state is SubscriptionStatus.CANCELLED

    def test_another_payer_gets_another_once_the_former_s_is_ended(self, gateway: PaymentGateway) -> None:
        former = new()
        old = agreed(gateway, former)
        gateway.close(former)
        assert gateway.agreement(old.reference).state is SubscriptionStatus.CANCELLED
        changed = replace(former, payer_email=new().payer_email)
        again = agreed(gateway, changed)
        assert (again.reference == old.reference, again.state) == (False, SubscriptionStatus.PENDING)
        assert agreed(gateway, changed) == again

    def test_one_that_is_paused_is_made_anew(self, gateway: PaymentGateway, provider: Provider) -> None:
        subscription = new()
        old = agreed(gateway, subscription)
        provider.approve(old.reference)
        gateway.pause(old.reference)
        again = agreed(gateway, subscription)
        assert (again.reference == old.reference, again.state) == (False, SubscriptionStatus.PENDING)
        assert gateway.agreement(old.reference).state is SubscriptionStatus.CANCELLED

    @pytest.mark.parametrize("kept", [True, False])
    def test_ends_it_whether_its_reference_was_kept_or_not(self, gateway: PaymentGateway, kept: bool) -> None:
        subscription = new()
        agreement = agreed(gateway, subscription)
        gateway.close(subscription.linked(agreement.reference, agreement.url) if kept else subscription)
        assert gateway.agreement(agreement.reference).state is SubscriptionStatus.CANCELLED

    def test_ends_by_its_reference_what_has_no_payer_any_more(self, gateway: PaymentGateway) -> None:
        subscription = new()
        agreement = agreed(gateway, subscription)
        gateway.close(replace(subscription.linked(agreement.reference, None), payer_email=None))
        assert gateway.agreement(agreement.reference).state is SubscriptionStatus.CANCELLED

    def test_what_was_ended_is_not_given_again(self, gateway: PaymentGateway) -> None:
        subscription = new()
        ended = agreed(gateway, subscription)
        gateway.close(subscription)
        again = agreed(gateway, subscription.linked(ended.reference, ended.url))
        assert again.reference != ended.reference
        assert again.state is SubscriptionStatus.PENDING

    def test_pauses_and_resumes_what_is_entered(self, gateway: PaymentGateway, provider: Provider) -> None:
        reference = agreed(gateway, new()).reference
        provider.approve(reference)
        for _ in range(2):
            assert gateway.pause(reference).state is SubscriptionStatus.PAUSED
        assert gateway.agreement(reference).state is SubscriptionStatus.PAUSED
        for _ in range(2):
            assert gateway.resume(reference).state is SubscriptionStatus.AUTHORIZED

    def test_resumes_nothing_that_nobody_entered_or_that_ended(self, gateway: PaymentGateway) -> None:
        subscription = new()
        reference = agreed(gateway, subscription).reference
        with pytest.raises(AgreementRefused):
            gateway.resume(reference)
        gateway.close(subscription)
        for ask in (gateway.resume, gateway.pause):
            with pytest.raises(AgreementRefused):
                ask(reference)
        assert gateway.agreement(reference).state is SubscriptionStatus.CANCELLED

    def test_ends_one_that_is_paused(self, gateway: PaymentGateway, provider: Provider) -> None:
        subscription = new()
        reference = agreed(gateway, subscription).reference
        provider.approve(reference)
        gateway.pause(reference)
        gateway.close(subscription)
        assert gateway.agreement(reference).state is SubscriptionStatus.CANCELLED

    def test_tells_what_was_charged_and_paid(self, gateway: PaymentGateway, provider: Provider) -> None:
        subscription = new("499.99")
        agreement = agreed(gateway, subscription)
        assert gateway.charges(agreement.reference) == ()
        provider.approve(agreement.reference)
        charge = only(gateway.charges(agreement.reference), ChargeState.COLLECTED)
        assert (charge.agreement, charge.attempt, charge.next_attempt_at) == (agreement.reference, 1, None)
        assert gateway.charge(charge.reference) == charge
        receipt = first_receipt(gateway, agreement.reference)
        assert (receipt.state, receipt.reference) == (ReceiptState.APPROVED, charge.payment)
        assert (receipt.agreement, receipt.subscription) == (agreement.reference, subscription.id)
        assert (receipt.amount, receipt.refunded, receipt.currency) == (Decimal("499.99"), Decimal("0.00"), "MXN")
        assert (receipt.ours, receipt.validation, receipt.method) == (True, False, "credit_card")
        assert receipt.paid_at is not None
        assert receipt.due_on is not None
        assert gateway.receipts(subscription) == (receipt,)
        paid = gateway.agreement(agreement.reference)
        assert paid.state is SubscriptionStatus.AUTHORIZED
        assert agreement.changed_at <= paid.changed_at
        assert paid.next_charge_at is not None
        assert charge.due_on < paid.next_charge_at

    @pytest.mark.parametrize(("tries", "state"), [(4, ChargeState.RETRYING), (1, ChargeState.GIVEN_UP)])
    def test_tells_a_charge_that_failed_from_one_that_is_tried_again(
        self, gateway: PaymentGateway, provider: Provider, tries: int, state: ChargeState
    ) -> None:
        subscription = new()
        reference = agreed(gateway, subscription).reference
        provider.approve(reference)
        provider.decline(reference, tries)
        provider.collect(reference)
        charge = only(gateway.charges(reference), state)
        assert (charge.next_attempt_at is not None) == (state is ChargeState.RETRYING)
        assert charge.payment is not None
        receipt = gateway.receipt(charge.payment)
        assert (receipt.state, receipt.paid_at) == (ReceiptState.REJECTED, None)
        assert receipt.detail == "cc_rejected_other_reason"
        assert len(gateway.receipts(subscription)) == 2

    def test_gives_every_charge_and_payment_however_many(self, gateway: PaymentGateway, provider: Provider) -> None:
        subscription = new()
        reference = agreed(gateway, subscription).reference
        provider.approve(reference)
        for _ in range(102):
            provider.collect(reference)
        charges, receipts = gateway.charges(reference), gateway.receipts(subscription)
        assert len({charge.reference for charge in charges}) == len(charges) == 103
        assert {charge.payment for charge in charges} == {receipt.reference for receipt in receipts}
        assert [charge.due_on for charge in charges] == sorted(charge.due_on for charge in charges)
        assert len(receipts) == 103

    def test_tells_what_was_given_back(self, gateway: PaymentGateway, provider: Provider) -> None:
        reference = agreed(gateway, new("500.00")).reference
        provider.approve(reference)
        payment = first_receipt(gateway, reference).reference
        provider.refund(payment, Decimal("100.10"))
        part = gateway.receipt(payment)
        assert (part.state, part.amount, part.refunded) == (ReceiptState.APPROVED, Decimal("500.00"), Decimal("100.10"))
        provider.refund(payment, Decimal("399.90"))
        whole = gateway.receipt(payment)
        assert (whole.state, whole.refunded) == (ReceiptState.REFUNDED, Decimal("500.00"))
        assert gateway.charges(reference)[0].state is ChargeState.COLLECTED

    def test_tells_what_is_disputed(self, gateway: PaymentGateway, provider: Provider) -> None:
        reference = agreed(gateway, new()).reference
        provider.approve(reference)
        payment = first_receipt(gateway, reference).reference
        provider.dispute(payment)
        assert gateway.receipt(payment).state is ReceiptState.DISPUTED
