"""Which format an Accept header gets."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.exceptions import HTTPException

from horux_http.accepting import preferred

JSON, XLSX = "application/json", "application/vnd.sheet"


def chosen(accept: str) -> str:
    return preferred(accept, (JSON, XLSX))


@pytest.mark.parametrize(
    ("accept", "format_"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/html", JSON),
        (f"{XLSX}, {JSON}", XLSX),
        (f"{JSON}, {XLSX}", JSON),
        (f"*/*, {XLSX}", XLSX),
        (f"{XLSX};q=0.5, */*;q=0.6", JSON),
        (f"{JSON};q=0, */*", XLSX),
        (f"{XLSX};q=0, */*", JSON),
        (f"{XLSX};q=0, text/html", JSON),
        (f"application/*;q=0.1, {XLSX};Q=0.2", XLSX),
        (f"{XLSX};q={'9' * 400}, {JSON};q=0.1", JSON),
        (f"{XLSX};q=1e9, {JSON};q=0.1", JSON),
        (f"{XLSX};q=٠.٩, {JSON};q=0.1", JSON),
        (f"{XLSX.upper()};level=1;q=0.9, {JSON};q=0.8", XLSX),
    ],
)
def test_the_best_liked_of_those_that_are_wanted(accept: str, format_: str) -> None:
    assert chosen(accept) == format_


@pytest.mark.parametrize(
    "accept",
    [
        "*/*;q=0",
        f"{XLSX};q=-1, {JSON};q=.5, */*;q=0.1",
        f"{JSON};q=0",
        f"{JSON};q=0.000, text/html",
        f"{JSON};q=inf",
    ],
)
def test_who_refuses_all_there_is_gets_none(accept: str) -> None:
    with pytest.raises(HTTPException) as refused:
        chosen(accept)
    assert refused.value.status_code == 406


pieces = st.sampled_from([JSON, XLSX, "*/*", "application/*", ";", "q=", ",", "1", "0", ".5", "é", " "])


@given(st.lists(pieces).map("".join) | st.text())
def test_no_header_brings_it_down(accept: str) -> None:
    with suppress(HTTPException):
        assert chosen(accept) in (JSON, XLSX)
