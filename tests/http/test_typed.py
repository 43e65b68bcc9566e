"""What people type as an amount, a number or a day: one way of reading each, in every form alike."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from horux_core.kernel.importe import TOPE
from horux_http.browser.formats import importe
from horux_http.browser.typed import AMOUNT, BALANCE, Mistyped, Writing, day, integer
from horux_http.fiscal.ajustes_form import COEFFICIENT

RATE = Writing("el tipo de cambio", "18.5432", decimals=6)
WRITINGS = [AMOUNT, BALANCE, COEFFICIENT, RATE, Writing("el límite", "2,000", decimals=0)]
ODD = [
    "5707,50", "1e5", "1_000", "\u0663", "NaN", "Infinity", "+5", "\uff11\uff12", "1,00", "1,0000", "12,34,567",
    "0,214", ",100", "1,,000", "1.", ".5", "1.234", "1 000", "1\u00a0000", "5 $", "$$5", "--5", "5-", "(5)", "5 MXN",
    "1.000,50", "9" * 16, "0x10", "5\n6", "\u00b2", "1\u2009000", "",
]  # fmt: skip
typed = st.text(st.sampled_from("0123456789,.$- \u00a0−eE_+\u0663\uff11N"), max_size=14)


@given(st.decimals(min_value=0, max_value=TOPE - 1, places=2))
def test_an_amount_as_we_write_it_is_read_as_it_was(amount: Decimal) -> None:
    for written in (importe(amount), f"${importe(amount)}", f" $ {amount:f}\u00a0"):
        assert AMOUNT.read(written, "x") == amount


@given(st.decimals(min_value=-(10**12) + 1, max_value=10**12 - 1, places=2))
def test_a_balance_may_be_below_zero_with_either_minus(amount: Decimal) -> None:
    for written in (importe(amount), importe(amount).replace("−", "-"), f"{amount:f}"):
        assert BALANCE.read(written, "x") == amount


@given(typed)
@example("1,234.5")
@example("−$ 7.00")
def test_what_is_read_is_what_its_digits_say(text: str) -> None:
    for writing in WRITINGS:
        try:
            found = writing.read(text, "x")
        except Mistyped:
            continue
        plain = text.translate(str.maketrans("−", "-", "$, \u00a0"))
        assert str(found) == str(Decimal(plain))
        assert plain.isascii()
        assert not ("," in text and writing.decimals > 2)
        assert found >= 0 or writing is BALANCE
        assert abs(found) < TOPE
        assert len(plain.partition(".")[2]) <= writing.decimals


@pytest.mark.parametrize("text", ODD)
def test_nothing_else_is_guessed_at(text: str) -> None:
    for writing in WRITINGS:
        if writing.decimals > 2 and text == "1.234":
            continue
        with pytest.raises(Mistyped, match=r"Escribe .+ así: ") as caught:
            writing.read(text, "campo")
        assert caught.value.facts == {"campo": "campo"}


def test_a_rate_has_no_commas_for_it_might_be_another_s_point() -> None:
    assert RATE.read("18.543", "x") == Decimal("18.543")
    with pytest.raises(Mistyped):
        RATE.read("18,543", "x")


def test_only_a_field_that_allows_it_is_below_zero() -> None:
    with pytest.raises(Mistyped, match=r"5707\.50"):
        AMOUNT.read("-5", "x")


def test_nothing_typed_is_none() -> None:
    assert AMOUNT.maybe(" \u00a0", "x") is None


@pytest.mark.parametrize("text", ["\u0663", "1_0", "+1", "-1", "1.0", " 1", "1e1", "", "12345"])
def test_a_number_has_only_its_digits(text: str) -> None:
    with pytest.raises(Mistyped, match="2026"):
        integer(text, "anio", 2026)


def test_a_day_is_written_in_one_way() -> None:
    assert day("2026-03-31") == date(2026, 3, 31)
    for text in ("20260331", "2026-W14-2", "2026-3-31", "2026-02-30", "\uff12026-03-31", "2026-03-31T00:00", ""):
        with pytest.raises(ValueError, match=r".*"):
            day(text)
