"""What clients pay, over HTTP: the operator's side and the client's own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from httpx import Response

from horux_core.billing.errors import PaymentMalformed
from horux_core.billing.model import Flaw, Unmatched
from horux_core.kernel.clock import dia_fiscal
from horux_http.billing.wire import ManualPayment
from tests.http.whole import CLIENT, Whole, whole

WHERE = f"/api/tenants/{CLIENT}"
TODAY = dia_fiscal(datetime.now(UTC)).isoformat()
SPEI = {"amount": "999.00", "paidAt": TODAY, "reference": "SPEI 8846120"}
SUBSCRIPTION = {
    "plan", "status", "amount", "frequency", "currentPeriodStart", "currentPeriodEnd", "nextBillingDate", "overdue",
    "mpPreapprovalId", "paymentLink",
}  # fmt: skip
PAYMENT = {"id", "mpPaymentId", "amount", "status", "paymentMethod", "paidAt", "reference", "refunded", "flaw"}


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Whole]:
    with whole(tmp_path) as built:
        yield built


class Asking:
    """Somebody who asks, in one session."""

    def __init__(self, product: Whole, who: str) -> None:
        self._http, self._headers = product.http, product.credential(who)

    def __call__(self, method: str, path: str, body: Any = None) -> Response:
        return self._http.request(method, path, json=body, headers=self._headers)

    def told(self, path: str) -> Any:
        answer = self("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def operator(product: Whole) -> Asking:
    return Asking(product, "operator")


@pytest.fixture
def owner(product: Whole) -> Asking:
    return Asking(product, "owner")


def refusal(answer: Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_the_operator_sets_prices_that_all_read(operator: Asking, owner: Asking) -> None:
    before = {each["plan"]: each for each in owner.told("/api/plans")["items"]}
    assert list(before) == ["starter", "business", "professional", "enterprise"]
    assert {(each["monthly"], each["yearly"]) for each in before.values()} == {(None, None)}
    set_now = operator("PUT", "/api/plans/business/prices", {"monthly": "999", "yearly": 9990.5})
    assert set_now.status_code == 200
    after = {each["plan"]: each for each in owner.told("/api/plans/")["items"]}
    assert after["business"] == {**before["business"], "monthly": "999.00", "yearly": "9990.50"} == set_now.json()
    assert after["starter"] == before["starter"]
    operator("PUT", "/api/plans/business/prices", {"monthly": None, "yearly": "9990.00"})
    assert owner.told("/api/plans")["items"][1]["monthly"] is None


@pytest.mark.parametrize(
    ("plan", "body", "status"),
    [
        ("gold", {"monthly": "1.00", "yearly": "1.00"}, 422),
        ("starter", {"monthly": "-1.00", "yearly": "1.00"}, 422),
        ("starter", {"monthly": "0", "yearly": "1.00"}, 422),
        ("starter", {"monthly": "1.001", "yearly": "1.00"}, 422),
        ("starter", {"monthly": "NaN", "yearly": "1.00"}, 422),
        ("starter", {"monthly": "mucho", "yearly": "1.00"}, 400),
        ("starter", {"monthly": "1.00"}, 400),
        ("starter", {"monthly": "1.00", "yearly": "1.00", "weekly": "1.00"}, 400),
    ],
)
def test_refuses_prices_that_are_none(operator: Asking, plan: str, body: dict[str, Any], status: int) -> None:
    before = operator.told("/api/plans")
    assert operator("PUT", f"/api/plans/{plan}/prices", body).status_code == status
    assert operator.told("/api/plans") == before


NEW = {"rfc": "ROEM691011EZ4", "nombre": "x", "plan": "business", "adminEmail": "r@x.mx", "adminNombre": "x"}


def test_shows_what_a_new_client_is_to_pay(product: Whole, operator: Asking) -> None:
    paying = {**NEW, "payerEmail": "pagos@x.mx", "amount": "500.00", "frequency": "yearly"}
    assert operator("POST", "/api/tenants", paying).status_code == 201
    (link,) = product.horux.gateways.links().standing.values()
    assert operator.told("/api/tenants/ROEM691011EZ4/subscription") == {
        "plan": "business",
        "status": "pending",
        "amount": "500.00",
        "frequency": "yearly",
        "currentPeriodStart": None,
        "currentPeriodEnd": None,
        "nextBillingDate": None,
        "overdue": False,
        "mpPreapprovalId": link.reference,
        "paymentLink": link.url,
    }


def test_a_new_client_pays_its_plans_price(operator: Asking) -> None:
    operator("PUT", "/api/plans/business/prices", {"monthly": "999.00", "yearly": "9990.00"})
    answer = operator("POST", "/api/tenants", {**NEW, "payerEmail": "pagos@x.mx", "frequency": "yearly"})
    assert (answer.status_code, answer.json()["advertencias"]) == (201, [])
    paid = operator.told("/api/tenants/ROEM691011EZ4/subscription")
    assert (paid["status"], paid["amount"], paid["frequency"]) == ("pending", "9990.00", "yearly")
    assert paid["paymentLink"] == answer.json()["paymentLink"] != ""


def test_a_link_needs_a_price_and_a_payer(operator: Asking, owner: Asking) -> None:
    link = f"{WHERE}/payment-link"
    assert refusal(operator("POST", link, {"payerEmail": "pagos@x.mx"})) == (409, "payment-link-unavailable")
    operator("PUT", "/api/plans/enterprise/prices", {"monthly": "4999.00", "yearly": None})
    assert refusal(operator("POST", link)) == (409, "payment-link-unavailable")
    assert refusal(operator("POST", link, {"payerEmail": "no es un correo"}))[0] == 422
    assert refusal(operator("POST", link, {"correo": "x"}))[0] == 400
    issued = operator("POST", link, {"payerEmail": "pagos@x.mx"})
    assert issued.status_code == 200
    assert issued.json()["amount"] == "4999.00"
    assert issued.json()["paymentLink"]
    assert operator("POST", link).json() == issued.json()
    assert owner.told("/api/suscripcion") == issued.json() == operator.told(f"{WHERE}/subscription")
    assert operator("POST", "/api/tenants/XAXX010101000/payment-link").status_code == 404


def test_what_was_paid_by_hand_is_seen_by_both(operator: Asking, owner: Asking) -> None:
    noted = operator("POST", f"{WHERE}/payments/manual", SPEI)
    assert noted.status_code == 201
    payment = noted.json()
    assert payment.keys() == PAYMENT
    assert (payment["mpPaymentId"], payment["amount"], payment["status"]) == (None, "999.00", "approved")
    assert (payment["paymentMethod"], payment["reference"]) == ("transferencia", "SPEI 8846120")
    assert dia_fiscal(datetime.fromisoformat(payment["paidAt"])).isoformat() == TODAY
    page = {"items": [payment], "nextCursor": None}
    assert owner.told("/api/suscripcion/pagos") == page == operator.told(f"{WHERE}/payments")
    mine = owner.told("/api/suscripcion")
    assert mine.keys() == SUBSCRIPTION
    assert (mine["status"], mine["overdue"]) == ("authorized", False)
    assert mine["currentPeriodStart"] == payment["paidAt"]
    assert mine["nextBillingDate"] == mine["currentPeriodEnd"] > mine["currentPeriodStart"]
    deed = owner.told("/api/auditoria")["items"][0]
    assert (deed["action"], deed["detail"]["monto"]) == ("pago-a-mano", "999.00")


def test_what_was_given_back_or_does_not_count_is_seen(product: Whole, operator: Asking) -> None:
    operator("POST", f"{WHERE}/payments/manual", SPEI)
    ledger = product.horux.gateways.ledger()
    (shown,) = operator.told(f"{WHERE}/payments")["items"]
    assert (shown["refunded"], shown["flaw"]) == ("0.00", None)
    with ledger.transaction() as tx:
        paid = ledger.payment(UUID(shown["id"]))
        tx.payments.put(replace(paid, refunded=Decimal("100.1"), flaw=Flaw.AMOUNT))
    (shown,) = operator.told(f"{WHERE}/payments")["items"]
    assert (shown["refunded"], shown["flaw"]) == ("100.10", "monto-distinto")


def test_what_somebody_has_to_look_at_is_paged_for_the_operator(product: Whole, operator: Asking) -> None:
    where, seen = "/api/admin/pagos-por-revisar", datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert operator.told(where) == {"items": [], "nextCursor": None}
    for number in range(3):
        with product.horux.gateways.ledger().transaction() as tx:
            tx.aside.put(Unmatched("payment", f"800{number}", "pago-sin-periodo", seen))
    first = operator.told(f"{where}?limit=2")
    rest = operator.told(f"{where}?limit=2&cursor={first['nextCursor']}")
    assert [each["reference"] for each in first["items"] + rest["items"]] == ["8002", "8001", "8000"]
    assert rest["nextCursor"] is None
    assert first["items"][0] == {
        "topic": "payment",
        "reference": "8002",
        "why": "pago-sin-periodo",
        "seenAt": "2026-03-01T12:00:00Z",
    }
    assert operator("GET", f"{where}?cursor=!").status_code == 422
    assert operator("GET", f"{where}?limit=0").status_code == 400


def test_the_operator_may_name_the_amount_of_a_link(operator: Asking) -> None:
    link = f"{WHERE}/payment-link"
    issued = operator("POST", link, {"payerEmail": "pagos@x.mx", "amount": "450"})
    assert (issued.status_code, issued.json()["amount"]) == (200, "450.00")
    operator("PUT", "/api/plans/enterprise/prices", {"monthly": "4999.00", "yearly": None})
    assert operator("POST", link).json()["amount"] == "450.00"
    assert refusal(operator("POST", link, {"amount": "-1"})) == (422, "price-invalid")


def test_pages_what_was_paid(operator: Asking) -> None:
    for number in range(3):
        assert operator("POST", f"{WHERE}/payments/manual", {**SPEI, "reference": f"SPEI {number}"}).status_code == 201
    first = operator.told(f"{WHERE}/payments?limit=2")
    rest = operator.told(f"{WHERE}/payments?limit=2&cursor={first['nextCursor']}")
    assert [each["reference"] for each in first["items"] + rest["items"]] == ["SPEI 2", "SPEI 1", "SPEI 0"]
    assert rest["nextCursor"] is None
    assert operator("GET", f"{WHERE}/payments?cursor=!").status_code == 422
    assert operator("GET", f"{WHERE}/payments?limit=0").status_code == 400


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"amount": "0"}, (422, "payment-malformed")),
        ({"amount": "-1.00"}, (422, "payment-malformed")),
        ({"amount": "1.001"}, (422, "payment-malformed")),
        ({"amount": "Infinity"}, (422, "amount-malformed")),
        ({"paidAt": "ayer"}, (422, "payment-malformed")),
        ({"paidAt": f"{datetime.now(UTC):%G-W%V-%u}"}, (422, "payment-malformed")),
        ({"paidAt": f"{datetime.now(UTC):%Y%m%d}"}, (422, "payment-malformed")),
        ({"paidAt": "2026-02-30"}, (422, "payment-malformed")),
        ({"paidAt": "0001-01-01T00:00:00+14:00"}, (422, "payment-malformed")),
        ({"paidAt": (datetime.now(UTC) + timedelta(days=3)).isoformat()}, (422, "payment-malformed")),
        ({"reference": " "}, (422, "payment-malformed")),
        ({"reference": None}, (400, "solicitud-invalida")),
        ({"monto": "1.00"}, (400, "solicitud-invalida")),
    ],
)
def test_notes_no_payment_that_cannot_be(operator: Asking, change: dict[str, Any], refused: tuple[int, str]) -> None:
    before = operator.told(f"{WHERE}/subscription")
    assert refusal(operator("POST", f"{WHERE}/payments/manual", {**SPEI, **change})) == refused
    assert operator.told(f"{WHERE}/payments")["items"] == []
    assert operator.told(f"{WHERE}/subscription") == before


def test_notes_a_payment_once(operator: Asking) -> None:
    assert operator("POST", f"{WHERE}/payments/manual", SPEI).status_code == 201
    assert refusal(operator("POST", f"{WHERE}/payments/manual", SPEI)) == (409, "payment-repeated")
    assert len(operator.told(f"{WHERE}/payments")["items"]) == 1


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-31", datetime(2026, 3, 31, 6, 0, tzinfo=UTC)),
        ("2026-03-31T23:30:00", datetime(2026, 4, 1, 5, 30, tzinfo=UTC)),
        ("2026-03-31T23:30:00Z", datetime(2026, 3, 31, 23, 30, tzinfo=UTC)),
        ("2026-03-31T23:30:00-06:00", datetime(2026, 4, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_a_day_and_a_moment_without_a_zone_are_mexicos(written: str, moment: datetime) -> None:
    assert ManualPayment(SPEI["amount"], written, "x").moment() == moment  # type: ignore[arg-type]


def test_what_is_no_moment_is_refused() -> None:
    with pytest.raises(PaymentMalformed):
        ManualPayment(SPEI["amount"], "31/03/2026", "x").moment()  # type: ignore[arg-type]
