import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.kernel.pages import CursorMalformed, numbered


@given(st.integers(0, 10**18 - 1))
def test_a_number_is_read_back(number: int) -> None:
    assert numbered(str(number)) == number


def test_no_cursor_is_the_start() -> None:
    assert numbered(None) is None


@pytest.mark.parametrize("cursor", ["", "-1", "1.0", "1e3", "x", "١٢", "²", " 1", "1" * 19])
def test_refuses_what_no_page_gave(cursor: str) -> None:
    with pytest.raises(CursorMalformed, match="nextCursor"):
        numbered(cursor)


@given(st.text(max_size=30))
def test_whatever_is_sent_is_a_place_or_refused(cursor: str) -> None:
    try:
        found = numbered(cursor)
    except CursorMalformed:
        return
    assert found is not None
    assert 0 <= found < 2**63
