import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_core.kernel.rfc import GENERICOS, Rfc, RfcMalformed, digito, normalizado
from tests.samples import shared


def vectors() -> list[dict[str, Any]]:
    found: dict[str, Any] = json.loads(shared("domain", "rfc_vectores.json").read_text(encoding="utf-8"))
    return list(found["vectores"])


rfcs = st.builds(
    lambda letters, day, homoclave, last: f"{letters}{day:%y%m%d}{homoclave}{last}",
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZÑ&", min_size=3, max_size=4),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=2),
    st.sampled_from("0123456789A"),
)


def test_the_law_s_vectors_hold() -> None:
    judged = [vector for vector in vectors() if "rfc" in vector]
    assert len(judged) > 30
    for vector in judged:
        try:
            rfc = Rfc(vector["rfc"])
        except RfcMalformed:
            assert not vector["forma_valida"], vector
            continue
        assert vector["forma_valida"], vector
        assert rfc.moral is (vector["tipo"] == "moral"), vector
        assert digito(rfc) == vector["digito_calculado"], vector
        assert rfc.digito_coincide is (vector["digito_ok"] or rfc in GENERICOS), vector
        assert str(rfc.sexto_digito) == vector["sexto_digito"], vector


def test_is_written_in_one_way() -> None:
    for vector in vectors():
        if "entrada" in vector:
            assert Rfc(vector["entrada"]) == normalizado(vector["entrada"]) == vector["normalizado"]
    assert Rfc("oN\u0303o120726rx3") == "OÑO120726RX3", "ñ written as two characters is the same letter"


@given(rfcs, st.sampled_from(["", " ", "-", "_", "\t"]), st.booleans())
def test_noise_and_case_change_nothing(rfc: str, noise: str, lower: bool) -> None:
    written = noise.join(rfc.lower() if lower else rfc)
    assert Rfc(written) == rfc
    assert Rfc(Rfc(written)) == rfc


@given(rfcs, st.sampled_from("0123456789A"))
def test_one_digit_alone_agrees(rfc: str, other: str) -> None:
    right = Rfc(rfc[:-1] + digito(rfc))
    assert right.digito_coincide
    assert Rfc(rfc[:-1] + other).digito_coincide is (other == right[-1] or rfc[:-1] + other in GENERICOS)


@given(st.text(max_size=20))
def test_whatever_is_written_is_an_rfc_or_refused(text: str) -> None:
    try:
        rfc = Rfc(text)
    except RfcMalformed:
        return
    assert len(rfc) == (12 if rfc.moral else 13)
    assert rfc.isupper()


def test_the_generic_ones_need_no_digit() -> None:
    assert all(Rfc(rfc).generico and Rfc(rfc).digito_coincide for rfc in GENERICOS)
    assert not Rfc("CAS2408138W2").generico


@pytest.mark.parametrize("odd", ["ＣＡＳ2408138W2", "CAS٢٤٠٨١٣8W2", "CAS2408138W2\n1", "CÁS2408138W2"])
def test_letters_and_digits_of_other_alphabets_are_none(odd: str) -> None:
    with pytest.raises(RfcMalformed):
        Rfc(odd)
