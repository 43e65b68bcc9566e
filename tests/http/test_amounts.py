"""Amounts in a body: text of plain digits or a number, and no other writing that a decimal could be read from."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.routes import CLIENT
from horux_http.amounts import AmountMalformed, require_plain
from tests.http.whole import Whole, whole

ODD = ["\u0663", "1_000", "1e2", " 5 ", "5\n", "+5", ".5", "5.", "1,000.00", "", "--1", "NaN", "Infinity", "9" * 21]
NEW = {"rfc": "ROEM691011EZ4", "nombre": "x", "plan": "starter", "adminEmail": "r@x.mx", "adminNombre": "x"}
YEAR, FILED = "/api/configuracion/fiscal?anio=2026", {"presentadaEn": "2026-02-17", "monto": "1.00"}
PLACES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("operator", "PUT", "/api/plans/starter/prices", "monthly", {"monthly": None, "yearly": "1.00"}),
    ("operator", "POST", "/api/tenants", "amount", NEW),
    ("operator", "POST", f"/api/tenants/{CLIENT}/payment-link", "amount", {"payerEmail": "a@b.mx"}),
    (
        "operator",
        "POST",
        f"/api/tenants/{CLIENT}/payments/manual",
        "amount",
        {"paidAt": "2026-03-01", "reference": "x"},
    ),
    ("owner", "PATCH", YEAR, "ptu", {}),
    ("owner", "PATCH", YEAR, "apertura.saldoAFavor", {"apertura": {"periodo": "2026-01"}}),
    ("owner", "PUT", "/api/declaraciones/iva/2026/1", "saldoSolicitado", FILED),
]


class Line(msgspec.Struct):
    amount: Decimal
    note: str | None = None


class Bill(msgspec.Struct, rename="camel"):
    own_lines: list[Line | None]
    rates: dict[str, Decimal] = {}


def written(sent: object) -> str | None:
    """Where what is wrong with a bill is."""
    try:
        require_plain(sent, msgspec.convert(sent, Bill))
    except AmountMalformed as error:
        return str(error.facts["campo"])
    return None


@given(st.text(st.sampled_from("0123456789.-+eE_ \u0663\uff11NaIfinty"), max_size=8))
@example("1_0")
@example("\uff11")
def test_whatever_a_decimal_can_be_read_from_is_taken_when_it_is_plain_and_only_then(text: str) -> None:
    try:
        read = Line(Decimal(text))
    except ArithmeticError:
        return
    plain = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is not None
    try:
        require_plain({"amount": text}, read)
    except AmountMalformed:
        assert not plain
    else:
        assert plain


@given(st.decimals(-(10**20) + 1, 10**20 - 1, places=2))
def test_every_amount_written_plainly_is_taken(amount: Decimal) -> None:
    assert written({"ownLines": [{"amount": f"{amount:f}"}]}) is None


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        ({"ownLines": [None, {"amount": "1e2"}]}, "ownLines[1].amount"),
        ({"ownLines": [{"amount": 1e2, "note": "1e2"}], "rates": {"a": "1.0", "b": " 1"}}, "rates.b"),
        ({"ownLines": [{"amount": 5, "note": "1_0"}], "otro": "1_0"}, None),
    ],
)
def test_finds_it_however_deep_and_takes_nothing_else_for_an_amount(sent: object, where: str | None) -> None:
    assert written(sent) == where


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        yield built


@pytest.mark.parametrize(("who", "method", "path", "member", "rest"), PLACES)
def test_no_route_takes_another_writing(
    product: Whole, who: str, method: str, path: str, member: str, rest: dict[str, Any]
) -> None:
    credential = product.credential(who)
    for text in ODD:
        body = {**rest, member: text}
        if "." in member:
            outer, inner = member.split(".")
            body = {outer: {**rest[outer], inner: text}}
        answer = product.http.request(method, path, json=body, headers=credential)
        told = answer.json()
        if text in ("", "--1", "1,000.00"):
            assert (answer.status_code, told["errors"][0]["campo"]) == (400, member), text
        else:
            assert (answer.status_code, told["code"], told["campo"]) == (422, "amount-malformed", member), text
            assert "1600.00" in told["message"]


def test_who_may_not_ask_is_told_that_and_nothing_of_the_amount(product: Whole) -> None:
    body = {"monthly": "1e2", "yearly": None}
    for who, status in (("visor", 403), ("anonymous", 401)):
        headers = product.credential(who)
        assert product.http.put("/api/plans/starter/prices", json=body, headers=headers).status_code == status


@pytest.mark.parametrize(("sent", "shown"), [("1600", "1600.00"), ("0.50", "0.50"), (1600, "1600.00"), (9.5, "9.50")])
def test_plain_text_and_numbers_are_taken(product: Whole, sent: object, shown: str) -> None:
    answer = product.http.put(
        "/api/plans/starter/prices", json={"monthly": sent, "yearly": None}, headers=product.credential("operator")
    )
    assert (answer.status_code, answer.json()["monthly"]) == (200, shown)
