import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_adapters.postgres.naming import database_name, retired_name, role_name
from horux_core.kernel.rfc import Rfc

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÑ&"
# Few of them, so that two drawn together differ in Ñ, &, N and A alone as often as possible.
CLOSE = "NÑ&A"
DAYS = st.integers(0, 36_000).map(lambda n: f"{date(2000, 1, 1) + timedelta(n):%y%m%d}")
HOMOCLAVES = st.from_regex(r"[A-Z0-9]{2}[0-9A]", fullmatch=True)


def rfcs(letters: str) -> st.SearchStrategy[str]:
    heads = st.text(letters, min_size=3, max_size=4)
    return st.builds(lambda head, day, tail: Rfc(head + day + tail), heads, DAYS, HOMOCLAVES)


def undone(name: str) -> str:
    return name.removeprefix("horux_").replace("_n", "ñ").replace("_a", "&").upper()


def test_keeps_the_design_s_examples() -> None:
    assert database_name("CAS2408138W2") == "horux_cas2408138w2"


def test_tells_enie_and_ampersand_from_the_letters_they_look_like() -> None:
    names = {database_name(f"{c}AB010101AAA") for c in "NÑA&"}
    assert len(names) == 4


@given(rfcs(LETTERS))
def test_gives_the_rfc_back_from_the_name(rfc: str) -> None:
    assert undone(database_name(rfc)) == rfc


@given(st.tuples(rfcs(CLOSE), rfcs(CLOSE)))
def test_never_gives_two_rfcs_one_name(pair: tuple[str, str]) -> None:
    one, other = pair
    assert (database_name(one) == database_name(other)) == (one == other)


@given(rfcs(LETTERS), st.from_regex(r"[0-9]{8,24}", fullmatch=True))
def test_names_are_safe_identifiers(rfc: str, stamp: str) -> None:
    for name in (database_name(rfc), retired_name(rfc, stamp)):
        assert re.fullmatch(r"[a-z0-9_]{1,63}", name)


@given(st.tuples(rfcs(CLOSE), rfcs(CLOSE)), st.tuples(*[st.from_regex(r"[0-9]{1,3}", fullmatch=True)] * 2))
def test_never_gives_two_retired_databases_one_name(pair: tuple[str, str], stamps: tuple[str, str]) -> None:
    same = (pair[0], stamps[0]) == (pair[1], stamps[1])
    assert (retired_name(pair[0], stamps[0]) == retired_name(pair[1], stamps[1])) == same


@pytest.mark.parametrize("stamp", ["", "2024_1", "2024a", "١٢", "1" * 25])
def test_refuses_a_stamp_that_is_not_digits(stamp: str) -> None:
    with pytest.raises(ValueError, match="dígitos"):
        retired_name("AAA010101AAA", stamp)


def test_names_a_role_by_the_tenant_s_id() -> None:
    assert role_name(UUID(int=10)) == "horux_t_" + "0" * 31 + "a"
