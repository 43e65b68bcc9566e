from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.kernel.importe import CENTAVO, centavos, diezmilesimos, pesos

D = Decimal
amounts = st.decimals(-(10**12), 10**12, places=6, allow_nan=False)


@pytest.mark.parametrize(
    ("exact", "cents"), [("1.005", "1.01"), ("1.004999", "1.00"), ("-1.005", "-1.01"), ("2.675", "2.68"), ("0", "0.00")]
)
def test_half_a_cent_goes_away_from_zero(exact: str, cents: str) -> None:
    assert str(centavos(D(exact))) == cents


@pytest.mark.parametrize(
    ("amount", "whole"),
    [("100.50", "100"), ("100.51", "101"), ("100.01", "100"), ("100.99", "101"), ("5706.67", "5707")],
)
def test_up_to_fifty_cents_are_not_paid(amount: str, whole: str) -> None:
    """CFF 20."""
    assert str(pesos(D(amount))) == whole


@pytest.mark.parametrize(("factor", "cut"), [("1.05679", "1.0567"), ("0.99999", "0.9999"), ("1", "1.0000")])
def test_a_factor_is_cut_and_not_rounded(factor: str, cut: str) -> None:
    """CFF 17-A."""
    assert str(diezmilesimos(D(factor))) == cut


@given(amounts)
def test_rounding_moves_half_a_unit_at_most_and_once(amount: Decimal) -> None:
    assert abs(centavos(amount) - amount) <= CENTAVO / 2
    assert centavos(centavos(amount)) == centavos(amount)
    assert abs(pesos(amount) - amount) <= D("0.5")
    assert centavos(-amount) == -centavos(amount)


@given(st.decimals(0, 10**6, places=9))
def test_a_cut_factor_is_never_more(factor: Decimal) -> None:
    assert 0 <= factor - diezmilesimos(factor) < D("0.0001")
