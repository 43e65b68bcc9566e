"""The provider's documents, from the shared samples read where they lie, and such as they never should be."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from horux_adapters.mercadopago import reading
from horux_core.billing.errors import GatewayUnavailable
from horux_core.billing.gateway import ChargeState, ReceiptState
from horux_core.billing.model import Frequency, SubscriptionStatus
from tests.samples import shared

ID = "2c9f4b1e8d7a4c63b5e0a1f2d3c4b5a6"
ACCOUNT = "500000001"


def sample(kind: str, name: str, **changes: Any) -> dict[str, Any]:
    found = json.loads(shared("domain", "mercadopago", f"{kind}.json").read_text(encoding="utf-8"))[name]
    return {**found, **changes}


class TestAgreements:
    @pytest.mark.parametrize(
        ("name", "state", "frequency", "amount"),
        [
            ("pending", "pending", Frequency.MONTHLY, "499.00"),
            ("authorized_not_yet_charged", "authorized", Frequency.MONTHLY, "499.00"),
            ("authorized_in_retries", "authorized", Frequency.MONTHLY, "499.00"),
            ("paused", "paused", Frequency.MONTHLY, "499.00"),
            ("cancelled", "cancelled", Frequency.MONTHLY, "499.00"),
            ("yearly_with_trial_pending", "pending", Frequency.YEARLY, "4990.00"),
        ],
    )
    def test_are_read_in_our_words(self, name: str, state: str, frequency: Frequency, amount: str) -> None:
        agreement = reading.agreement(sample("preapproval", name))
        assert (agreement.reference, agreement.state) == (ID, state)
        assert (agreement.frequency, agreement.amount) == (frequency, Decimal(amount))
        assert agreement.subscription is None

    def test_keep_moments_in_utc_and_amounts_exact(self) -> None:
        terms = {"frequency": 1, "frequency_type": "months", "transaction_amount": 1160.1, "currency_id": "MXN"}
        uuid = "0d9f4b1e-8d7a-4c63-b5e0-a1f2d3c4b5a6"
        agreement = reading.agreement(sample("preapproval", "paused", auto_recurring=terms, external_reference=uuid))
        assert agreement.changed_at == datetime(2026, 11, 25, 12, 3, 40, 120_000, UTC)
        assert agreement.changed_at.tzinfo is UTC
        assert agreement.next_charge_at == datetime(2027, 1, 25, 12, 0, tzinfo=UTC)
        assert str(agreement.amount) == "1160.10"
        assert str(agreement.subscription) == uuid

    @pytest.mark.parametrize(
        ("word", "state"),
        [
            ("canceled", SubscriptionStatus.CANCELLED),
            ("finished", SubscriptionStatus.PENDING),
            (None, SubscriptionStatus.PENDING),
            (["authorized"], SubscriptionStatus.PENDING),
        ],
    )
    def test_of_a_state_not_known_neither_pay_nor_end(self, word: object, state: SubscriptionStatus) -> None:
        assert reading.agreement(sample("preapproval", "paused", status=word)).state is state

    @pytest.mark.parametrize(
        ("link", "shown"),
        [
            ("https://mp.mx/c?preapproval_id=1&activation=true", "https://mp.mx/c?preapproval_id=1"),
            ("https://mp.mx/c?activation=true&preapproval_id=1#x", "https://mp.mx/c?preapproval_id=1#x"),
            ("https://mp.mx/c?activation&a=%26b&c=1+2", "https://mp.mx/c?a=%26b&c=1+2"),
            ("https://mp.mx/c?reactivation=true", "https://mp.mx/c?reactivation=true"),
            ("", None),
            (None, None),
        ],
    )
    def test_show_a_link_that_opens(self, link: str | None, shown: str | None) -> None:
        assert reading.agreement(sample("preapproval", "pending", init_point=link)).url == shown

    def test_need_little_more_than_an_id_an_amount_and_a_date(self) -> None:
        least = {"id": 7, "auto_recurring": {"transaction_amount": 5}, "date_created": "2026-11-25T08:00:00.412-04:00"}
        agreement = reading.agreement(least)
        assert (agreement.reference, agreement.url, agreement.frequency) == ("7", None, None)
        assert agreement.changed_at == datetime(2026, 11, 25, 12, 0, 0, 412_000, UTC)
        assert agreement.next_charge_at is None

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("id", None),
            ("id", True),
            ("auto_recurring", None),
            ("auto_recurring", {"transaction_amount": float("nan")}),
            ("auto_recurring", {"transaction_amount": float("inf")}),
            ("auto_recurring", {"transaction_amount": 1e40}),
            ("auto_recurring", {"transaction_amount": "mucho"}),
            ("date_created", "2026-11-25T08:00:00"),
            ("date_created", "ayer"),
        ],
    )
    def test_that_are_none_are_refused(self, name: str, value: object) -> None:
        with pytest.raises(GatewayUnavailable):
            reading.agreement({**sample("preapproval", "pending", last_modified=None), name: value})


class TestCharges:
    @pytest.mark.parametrize(
        ("name", "state", "payment", "attempt"),
        [
            ("scheduled", ChargeState.SCHEDULED, None, 0),
            ("processed_approved", ChargeState.COLLECTED, "130456789012", 1),
            ("waiting", ChargeState.WAITING, "130456789012", 1),
            ("recycling", ChargeState.RETRYING, "130456789012", 2),
            ("processed_after_last_rejection", ChargeState.GIVEN_UP, "130456789021", 4),
        ],
    )
    def test_are_read_by_what_became_of_the_payment(
        self, name: str, state: ChargeState, payment: str | None, attempt: int
    ) -> None:
        charge = reading.charge(sample("authorized_payment", name))
        assert (charge.reference, charge.agreement) == ("7034567890", ID)
        assert (charge.state, charge.payment, charge.attempt) == (state, payment, attempt)
        assert charge.due_on == datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
        again = datetime(2026, 12, 28, 12, 0, tzinfo=UTC) if state is ChargeState.RETRYING else None
        assert charge.next_attempt_at == again

    @pytest.mark.parametrize(
        ("status", "payment", "state"),
        [
            ("processed", {"status": "refunded"}, ChargeState.COLLECTED),
            ("processed", {"status": "charged_back"}, ChargeState.COLLECTED),
            ("processed", {"status": "cancelled"}, ChargeState.GIVEN_UP),
            ("processed", {"status": "in_process"}, ChargeState.WAITING),
            ("processed", {}, ChargeState.WAITING),
            ("processed", None, ChargeState.WAITING),
            ("waiting_for_gateway", {"status": "in_process"}, ChargeState.WAITING),
            ("cancelled", {}, ChargeState.CANCELLED),
            ("otra cosa", {"status": "approved"}, ChargeState.WAITING),
            (None, {"status": "approved"}, ChargeState.WAITING),
        ],
    )
    def test_are_collected_only_when_paid(self, status: str | None, payment: object, state: ChargeState) -> None:
        assert reading.charge(sample("authorized_payment", "waiting", status=status, payment=payment)).state is state


def read(name: str, **changes: Any) -> Any:
    doc = sample("payment", name, **changes)
    return reading.receipt(doc, reading.named_agreement(doc), ACCOUNT)


class TestReceipts:
    @pytest.mark.parametrize(
        ("name", "state", "detail", "refunded"),
        [
            ("recurring_approved", ReceiptState.APPROVED, "accredited", "0.00"),
            ("in_process", ReceiptState.PENDING, "pending_contingency", "0.00"),
            ("rejected_funds", ReceiptState.REJECTED, "cc_rejected_insufficient_amount", "0.00"),
            ("cancelled", ReceiptState.REJECTED, "expired", "0.00"),
            ("partially_refunded", ReceiptState.APPROVED, "partially_refunded", "100.00"),
            ("refunded", ReceiptState.REFUNDED, "refunded", "499.00"),
            ("charged_back", ReceiptState.DISPUTED, "in_process", "0.00"),
            ("charged_back_lost", ReceiptState.DISPUTED, "settled", "0.00"),
            ("charged_back_won", ReceiptState.DISPUTED, "reimbursed", "0.00"),
        ],
    )
    def test_are_read_in_our_words(self, name: str, state: ReceiptState, detail: str, refunded: str) -> None:
        receipt = read(name)
        assert (receipt.reference, receipt.agreement) == ("130456789012", ID)
        assert (receipt.state, receipt.detail) == (state, detail)
        assert (receipt.amount, receipt.refunded, receipt.currency) == (Decimal("499.00"), Decimal(refunded), "MXN")
        assert (receipt.ours, receipt.validation, receipt.method) == (True, False, "credit_card")
        assert receipt.changed_at == datetime(2026, 12, 25, 13, 4, 3, tzinfo=UTC)

    @pytest.mark.parametrize("word", ["authorized", "pending", "in_mediation", "novedad", None, 7])
    def test_undecided_or_unknown_wait(self, word: object) -> None:
        assert read("recurring_approved", status=word).state is ReceiptState.PENDING

    def test_say_when_and_for_which_day(self) -> None:
        paid = read("recurring_approved")
        assert paid.paid_at == datetime(2026, 12, 25, 13, 4, 3, tzinfo=UTC)
        assert paid.due_on == datetime(2026, 12, 25, 6, 0, tzinfo=UTC)
        assert read("rejected_funds").paid_at is None
        assert read("recurring_approved", point_of_interaction=None).due_on is None
        assert (
            read("recurring_approved", point_of_interaction={"transaction_data": {"billing_date": "x"}}).due_on is None
        )

    def test_say_by_what_means(self) -> None:
        assert read("recurring_approved", payment_type_id="account_money").method == "account_money"
        assert read("recurring_approved", payment_type_id=None).method == "master"

    def test_a_tried_card_is_no_payment(self) -> None:
        tried = read("card_validation_ignore_me")
        assert (tried.validation, tried.agreement, tried.amount) == (True, None, Decimal("0.00"))
        assert read("card_validation_ignore_me", transaction_amount=1.5).validation
        assert read("recurring_approved", transaction_amount=0).validation
        assert not read("recurring_approved", operation_type="regular_payment").validation

    def test_of_another_account_are_not_ours(self) -> None:
        assert read("recurring_approved", collector_id=ACCOUNT).ours
        assert not read("recurring_approved", collector_id=500000002).ours
        assert not read("recurring_approved", collector_id=None).ours
        doc = sample("payment", "recurring_approved")
        assert not reading.receipt({**doc, "collector_id": None}, None, None).ours
        assert not reading.receipt(doc, None, None).ours

    @pytest.mark.parametrize(
        ("changes", "named"),
        [
            ({}, ID),
            ({"metadata": {}}, ID),
            ({"metadata": None, "point_of_interaction": {"type": "SUBSCRIPTIONS"}}, None),
            (
                {"metadata": {}, "point_of_interaction": {"type": "X", "transaction_data": {"subscription_id": ID}}},
                None,
            ),
            ({"metadata": {"preapproval_id": "otro"}}, "otro"),
            ({"metadata": {"preapproval_id": ""}}, ID),
        ],
    )
    def test_name_their_agreement_in_one_of_two_places(self, changes: Mapping[str, Any], named: str | None) -> None:
        assert reading.named_agreement(sample("payment", "recurring_approved", **changes)) == named
