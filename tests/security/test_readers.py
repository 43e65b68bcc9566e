"""Readers of strangers' files never fail in a way that was not foreseen: a reduced proof, whole with PROOF=full."""

from dataclasses import replace
from itertools import count
from random import Random
from typing import Any

import pytest

from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.outcome import Outcome
from horux_core.identity.errors import TokenInvalid
from horux_core.kernel.errors import HoruxError
from tests.carga import Carga
from tests.paquetes import Paqueteria
from tests.security.feeding import FULL, SEED, fed
from tests.security.mutations import BLIND, COLUMNS, changed, cut
from tests.security.readers import Reader, readers, zips

READERS = {reader.name: reader for reader in readers()}
COUNT, SECONDS = (2_000, 60) if FULL else (300, 0)
STORED = 400 if FULL else 40


@pytest.mark.parametrize("name", READERS)
def test_whatever_is_read_ends_with_a_value_or_a_refusal(name: str) -> None:
    """Soon, the same each time, and in the room there is."""
    found = fed(READERS[name], COUNT, SECONDS)
    print(f"{name}: {found.read} leídos, {found.accepted} aceptados, semilla {SEED}")
    assert found.wrong == {}


def test_no_cut_of_a_cfdi_is_taken_for_a_shorter_one() -> None:
    by = Random(SEED)
    for whole in READERS["CFDI"].seeds:
        read_cfdi(whole)
        for _ in range(200 if FULL else 5):
            with pytest.raises(CfdiRejected):
                read_cfdi(cut(whole.rstrip()[:-1], by))


def test_no_changed_credential_is_taken() -> None:
    by, tokens = Random(SEED), READERS["credencial"]
    for _ in range(COUNT):
        content = changed(tokens.seeds[:1], tokens.ways, by)
        if content not in tokens.seeds:
            with pytest.raises(TokenInvalid):
                tokens.read(content)


def test_what_is_refused_of_an_upload_leaves_nothing_behind() -> None:
    """Whatever else is told as entered is there, and nothing is beside it."""
    by = Random(SEED)
    for _ in range(STORED):
        carga = Carga()
        try:
            taken = carga.take(("carga.zip", changed(zips(), (*BLIND, BLIND[3]), by)))
        except HoruxError:
            kept = 0
        else:
            assert isinstance(taken, Outcome)
            kept = taken.inserted
        assert carga.count() == kept
        assert carga.on_spool() == 0


def test_what_is_refused_of_a_package_leaves_nothing_behind() -> None:
    by = Random(SEED)
    for _ in range(STORED):
        paquetes = Paqueteria()
        assert paquetes.count() == 0
        before = paquetes.tables()
        try:
            paquetes.imported(("paquete.zip", changed(zips(), COLUMNS, by)))
        except HoruxError:
            assert paquetes.tables() == before


class TestTheProof:
    def wrong(self, read: Any) -> set[str]:
        seen = Reader("roto", (b"<a b='1'/>" * 20,), BLIND, read)
        return {fault.partition(":")[0].partition(" en ")[0] for fault in fed(seen, 300).wrong}

    def test_sees_what_nobody_foresaw(self) -> None:
        assert self.wrong(lambda content: content.decode("utf-8")) == {"UnicodeDecodeError"}

    def test_sees_two_answers_to_one_question(self) -> None:
        said = count()
        assert self.wrong(lambda _: next(said)) == {"no dijo dos veces lo mismo"}

    def test_sees_a_refusal_without_a_reason(self) -> None:
        def refuse(content: bytes) -> None:
            if content.startswith(b"<a b"):
                return
            raise HoruxError("")

        assert self.wrong(refuse) == {"AssertionError"}

    def test_sees_a_reader_that_takes_too_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tests.security.feeding.SOON", -1.0)
        assert self.wrong(lambda content: 1) == {"tardó más de un segundo"}

    def test_feeds_the_same_in_ci(self) -> None:
        one = replace(READERS["CFDI"], read=len)
        assert FULL or (fed(one, 50).wrong, SEED) == ({}, 7)
        first, second = ([changed(one.seeds, one.ways, by) for _ in range(50)] for by in (Random("x"), Random("x")))
        assert first == second
