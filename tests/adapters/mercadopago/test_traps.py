"""What integrators get wrong with this provider, each with the stand-in or with answers made for it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from contracts.ports.payment_gateway import REASON, agreed, first_receipt, new
from horux_adapters.mercadopago.client import MercadoPagoClient
from horux_adapters.mercadopago.gateway import MercadoPagoPaymentGateway
from horux_core.billing.errors import AgreementRefused, GatewayUnavailable
from horux_core.billing.gateway import ReceiptState
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from tests.adapters.mercadopago.canned import Canned, canned
from tests.adapters.mercadopago.conftest import BACK
from tests.adapters.mercadopago.standin import TOKEN, Standin
from tests.system.waiting import until

DATE = "2026-11-25T08:00:00.412-04:00"
ID = "2c9f4b1e8d7a4c63b5e0a1f2d3c4b5a6"


def sent(provider: Standin, method: str) -> list[Any]:
    return [request for request in provider.shows()["requests"] if request["method"] == method]


def loses_the_answer(provider: Standin, subscription: Subscription) -> None:
    """The provider makes the agreement after we stopped waiting for it."""
    provider.tell("fail", path="/preapproval/search", times=1)
    provider.tell("fail", path="/preapproval", times=1, sleep=0.4)
    impatient = MercadoPagoPaymentGateway(MercadoPagoClient(TOKEN, provider.url, read=0.1), BACK)
    with pytest.raises(GatewayUnavailable):
        impatient.open(subscription, REASON)
    until("el proveedor hizo el acuerdo", lambda: provider.shows()["preapprovals"], seconds=10)


class TestOpening:
    def test_finds_what_a_lost_answer_left_instead_of_making_another(
        self, gateway: MercadoPagoPaymentGateway, provider: Standin
    ) -> None:
        subscription = new()
        loses_the_answer(provider, subscription)
        agreement = agreed(gateway, subscription)
        assert len(sent(provider, "POST")) == 1
        assert list(provider.shows()["preapprovals"]) == [agreement.reference]
        assert agreement.next_charge_at is not None

    def test_closing_ends_what_a_lost_answer_left(self, gateway: MercadoPagoPaymentGateway, provider: Standin) -> None:
        subscription = new()
        loses_the_answer(provider, subscription)
        gateway.close(subscription)
        (left,) = provider.shows()["preapprovals"].values()
        assert left["status"] == "cancelled"

    def test_finds_it_among_many_of_the_same_payer(self, gateway: MercadoPagoPaymentGateway, provider: Standin) -> None:
        subscription = new()
        first = agreed(gateway, subscription)
        for _ in range(60):
            agreed(gateway, replace(new(), payer_email=subscription.payer_email))
        assert agreed(gateway, subscription) == first

    def test_prefers_the_one_that_is_entered(self, gateway: MercadoPagoPaymentGateway, provider: Standin) -> None:
        subscription = new()
        entered = agreed(gateway, subscription)
        provider.approve(entered.reference)
        body = json.dumps(
            {
                "reason": REASON,
                "external_reference": str(subscription.id),
                "payer_email": subscription.payer_email,
                "back_url": BACK,
                "auto_recurring": {
                    "frequency": 1,
                    "frequency_type": "months",
                    "transaction_amount": 500.0,
                    "currency_id": "MXN",
                },
            }
        ).encode()
        with urlopen(Request(f"{provider.url}/preapproval", body, {"Authorization": f"Bearer {TOKEN}"}), timeout=9):
            assert agreed(gateway, subscription).reference == entered.reference
        gateway.close(subscription)
        assert {a["status"] for a in provider.shows()["preapprovals"].values()} == {"cancelled"}

    @pytest.mark.parametrize(("frequency", "months"), [(Frequency.MONTHLY, 1), (Frequency.YEARLY, 12)])
    def test_asks_in_months_pesos_and_our_own_id(
        self, gateway: MercadoPagoPaymentGateway, provider: Standin, frequency: Frequency, months: int
    ) -> None:
        subscription = new("1160.10", frequency)
        agreed(gateway, subscription)
        (request,) = sent(provider, "POST")
        assert json.loads(request["body"]) == {
            "reason": REASON,
            "external_reference": str(subscription.id),
            "payer_email": subscription.payer_email,
            "back_url": BACK,
            "auto_recurring": {
                "frequency": months,
                "frequency_type": "months",
                "transaction_amount": 1160.1,
                "currency_id": "MXN",
            },
            "status": "pending",
        }
        assert request["headers"]["x-idempotency-key"] == f"{subscription.id}-0"

    def test_its_link_opens_although_the_provider_spoils_it(
        self, gateway: MercadoPagoPaymentGateway, provider: Standin
    ) -> None:
        provider.tell("set", activation_bug=True)
        url = agreed(gateway, new()).url
        assert url is not None
        with urlopen(url, timeout=10) as page:
            assert page.status == 200

    def test_says_why_the_provider_does_not_want_it(self, gateway: MercadoPagoPaymentGateway) -> None:
        with pytest.raises(AgreementRefused, match="menor que el mínimo"):
            gateway.open(new("1.00"), REASON)
        with pytest.raises(AgreementRefused):
            gateway.open(replace(new(), payer_email=None), REASON)


class TestPayments:
    def test_are_told_apart_from_the_card_that_was_tried(
        self, gateway: MercadoPagoPaymentGateway, provider: Standin
    ) -> None:
        subscription = new()
        provider.approve(agreed(gateway, subscription).reference)
        receipts = [gateway.receipt(reference) for reference in provider.shows()["payments"]]
        assert [(r.validation, r.state) for r in receipts] == [
            (True, ReceiptState.APPROVED),
            (False, ReceiptState.APPROVED),
        ]
        assert gateway.receipts(subscription) == (receipts[1],)

    def test_are_found_without_metadata(self, gateway: MercadoPagoPaymentGateway, provider: Standin) -> None:
        provider.tell("set", metadata=False)
        agreement = agreed(gateway, new())
        provider.approve(agreement.reference)
        assert first_receipt(gateway, agreement.reference).agreement == agreement.reference

    def test_that_name_nothing_but_our_id_are_still_the_subscription_s(
        self, gateway: MercadoPagoPaymentGateway, provider: Standin
    ) -> None:
        subscription = new()
        agreed(gateway, subscription)
        body = json.dumps({"transaction_amount": 500.0, "external_reference": str(subscription.id)}).encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "x-idempotency-key": "1"}
        with urlopen(Request(f"{provider.url}/v1/payments", body, headers), timeout=10) as answer:
            reference = str(json.load(answer)["id"])
        receipt = gateway.receipt(reference)
        assert (receipt.agreement, receipt.subscription, receipt.ours) == (None, subscription.id, True)
        assert gateway.receipts(subscription) == (receipt,)

    def test_no_page_is_longer_than_the_provider_gives(
        self, gateway: MercadoPagoPaymentGateway, provider: Standin
    ) -> None:
        subscription = new()
        reference = agreed(gateway, subscription).reference
        provider.approve(reference)
        assert len(gateway.charges(reference)) == len(gateway.receipts(subscription)) == 1
        searches = [r["path"] for r in sent(provider, "GET") if "/search" in r["path"]]
        assert [path.partition("?")[0] for path in searches] == [
            "/preapproval/search",
            "/authorized_payments/search",
            "/v1/payments/search",
            "/preapproval/search",
        ]
        assert all("limit=50" in path for path in searches)


def document(status: str = "authorized", **more: Any) -> dict[str, Any]:
    terms = {"frequency": 1, "frequency_type": "months", "transaction_amount": 500.0}
    return {"id": ID, "status": status, "auto_recurring": terms, "last_modified": DATE, "payer_email": "", **more}


def payment(reference: int = 13, **more: Any) -> dict[str, Any]:
    return {"id": reference, "status": "approved", "transaction_amount": 500, "date_created": DATE, **more}


class TestAnswers:
    @pytest.fixture
    def told(self) -> Iterator[Canned]:
        with canned() as told:
            told.answers["GET /preapproval/search"] = (200, {"results": []})
            yield told

    @pytest.fixture
    def gateway(self, told: Canned) -> MercadoPagoPaymentGateway:
        return MercadoPagoPaymentGateway(MercadoPagoClient(TOKEN, told.url), BACK)

    def test_a_yes_that_changed_nothing_is_no_yes(self, told: Canned, gateway: MercadoPagoPaymentGateway) -> None:
        told.answers[f"PUT /preapproval/{ID}"] = (200, document("cancelled"))
        told.answers[f"GET /preapproval/{ID}"] = (200, document("authorized"))
        with pytest.raises(GatewayUnavailable):
            gateway.close(new().linked(ID, None))
        with pytest.raises(GatewayUnavailable):
            gateway.pause(ID)

    def test_a_no_to_ending_is_tried_again_and_never_taken_for_the_end(
        self, told: Canned, gateway: MercadoPagoPaymentGateway
    ) -> None:
        told.answers[f"PUT /preapproval/{ID}"] = (400, {"message": "no"})
        told.answers[f"GET /preapproval/{ID}"] = (200, document("authorized"))
        with pytest.raises(GatewayUnavailable):
            gateway.close(new().linked(ID, None))

    def test_what_another_seller_has_is_not_touched(self, told: Canned, gateway: MercadoPagoPaymentGateway) -> None:
        told.answers[f"GET /preapproval/{ID}"] = (400, {"message": "... not valid for callerId ..."})
        gateway.close(new().linked(ID, None))
        assert told.count("PUT") == 0

    @pytest.mark.parametrize("thin", [{}, {"external_reference": None}, {"external_reference": ""}])
    def test_a_row_that_does_not_say_whose_it_is_is_read(
        self, told: Canned, gateway: MercadoPagoPaymentGateway, thin: dict[str, Any]
    ) -> None:
        subscription = new()
        told.answers["GET /preapproval/search"] = (200, {"results": [{"id": ID, **thin}]})
        told.answers[f"GET /preapproval/{ID}"] = (200, document("pending", external_reference=str(subscription.id)))
        assert agreed(gateway, subscription).reference == ID
        told.answers[f"GET /preapproval/{ID}"] = (200, document("pending", external_reference=str(uuid4())))
        told.answers["POST /preapproval"] = (200, document("pending", id="f" * 32))
        assert agreed(gateway, subscription).reference == "f" * 32

    def test_a_payment_that_names_nothing_is_found_by_its_invoice(
        self, told: Canned, gateway: MercadoPagoPaymentGateway
    ) -> None:
        rows = [
            {"id": 7, "preapproval_id": "otro", "payment": {"id": 14}, "debit_date": DATE},
            {"id": 8, "preapproval_id": ID, "payment": {"id": 13}, "debit_date": DATE},
        ]
        told.answers["GET /v1/payments/13"] = (200, payment())
        told.answers["GET /authorized_payments/search"] = (200, {"results": rows})
        assert gateway.receipt("13").agreement == ID
        told.answers["GET /v1/payments/13"] = (200, payment(metadata={"preapproval_id": "f" * 32}))
        assert gateway.receipt("13").agreement == "f" * 32

    def test_a_tried_card_belongs_to_nothing_and_nothing_is_looked_up(
        self, told: Canned, gateway: MercadoPagoPaymentGateway
    ) -> None:
        told.answers["GET /v1/payments/13"] = (200, payment(operation_type="card_validation"))
        assert gateway.receipt("13").validation
        assert not any(path.startswith("/authorized_payments") for _, path, _, _ in told.asked)

    def test_what_has_no_payer_is_not_searched_for(self, told: Canned, gateway: MercadoPagoPaymentGateway) -> None:
        told.answers[f"GET /preapproval/{ID}"] = (200, document("cancelled"))
        gateway.close(replace(new().linked(ID, None), payer_email=None))
        assert [path for _, path, _, _ in told.asked] == [f"/preapproval/{ID}"]

    def test_charges_and_payments_come_in_order(self, told: Canned, gateway: MercadoPagoPaymentGateway) -> None:
        subscription = new()
        days = [f"2026-{month}-25T08:00:00.000-04:00" for month in ("12", "10", "11")]
        charges = [{"id": n, "preapproval_id": ID, "debit_date": day} for n, day in enumerate(days)]
        own = {"external_reference": str(subscription.id)}
        payments = [payment(n, date_last_updated=day, **own) for n, day in enumerate(days)]
        told.answers["GET /authorized_payments/search"] = (200, {"results": charges})
        told.answers["GET /v1/payments/search"] = (200, {"results": payments})
        assert [charge.reference for charge in gateway.charges(ID)] == ["1", "2", "0"]
        assert [receipt.reference for receipt in gateway.receipts(subscription)] == ["1", "2", "0"]

    def test_who_collects_is_asked_once_and_compared(self, told: Canned, gateway: MercadoPagoPaymentGateway) -> None:
        told.answers["GET /users/me"] = (200, {"id": 500000001})
        told.answers["GET /authorized_payments/search"] = (200, {"results": []})
        for collector, ours in ((500000001, True), (500000002, False), (None, False)):
            told.answers["GET /v1/payments/13"] = (200, payment(collector_id=collector))
            assert gateway.receipt("13").ours is ours
        assert sum(path.startswith("/users/me") for _, path, _, _ in told.asked) == 1

    def test_who_collects_is_not_guessed(self, told: Canned, gateway: MercadoPagoPaymentGateway) -> None:
        told.answers["GET /v1/payments/13"] = (200, payment(collector_id=500000001, metadata={"preapproval_id": ID}))
        assert not gateway.receipt("13").ours
        told.answers["GET /preapproval/search"] = (200, {"results": [document(collector_id=500000001)]})
        assert gateway.receipt("13").ours

    def test_a_search_that_filters_nothing_gives_only_what_is_the_subscription_s(
        self, told: Canned, gateway: MercadoPagoPaymentGateway
    ) -> None:
        subscription = new()
        mine = payment(13, external_reference=str(subscription.id))
        rows = [mine, payment(14, external_reference=str(uuid4())), payment(15)]
        told.answers["GET /v1/payments/search"] = (200, {"results": rows})
        assert [receipt.reference for receipt in gateway.receipts(subscription)] == ["13"]

    def test_one_made_anew_bears_another_key(self, told: Canned, gateway: MercadoPagoPaymentGateway) -> None:
        subscription = replace(new().linked(ID, None), amount=Decimal("500.00"))
        told.answers[f"GET /preapproval/{ID}"] = (200, document("cancelled"))
        told.answers["POST /preapproval"] = (201, document("pending", id="f" * 32))
        assert agreed(gateway, subscription).state is SubscriptionStatus.PENDING
        (key,) = [headers["x-idempotency-key"] for method, _, _, headers in told.asked if method == "POST"]
        assert key == f"{subscription.id}-1"
