"""What every PlainFolders promises; a subclass brings `folders`, and `now`, the moment it is asked about."""

from datetime import UTC, datetime, timedelta

import pytest

from horux_core.fiel.errors import FielUnreadable, PlainPlaceTaken
from horux_core.fiel.model import Cadena, Certificado, Fiel
from horux_core.fiel.ports import PlainFolders

MORAL, FISICA = "CAS2408138W2", "ÑUÑ&010101AA1"
HALF_AN_HOUR = timedelta(minutes=30)


def a_fiel(password: bytes = b"s3\xc3\xb1al-de-prueba") -> Fiel:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    certificado = Certificado(MORAL, "Cascabel", None, "30001000000500003416", at, at, Cadena.NO_REVISADA)
    return Fiel(certificado, bytearray(b"certificado"), bytearray(b"llave"), bytearray(password))


class PlainFoldersContract:
    @pytest.mark.parametrize("rfc", [MORAL, FISICA])
    def test_says_where_it_is_and_wipes_what_it_was_given(self, folders: PlainFolders, now: datetime, rfc: str) -> None:
        fiel = a_fiel()
        assert folders.write(rfc, now + HALF_AN_HOUR, lambda: fiel).endswith(f"horux-fiel-{rfc}")
        assert not any((fiel.certificate, fiel.private_key, fiel.password))

    def test_is_exclusive_until_its_time_is_over(self, folders: PlainFolders, now: datetime) -> None:
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)

        def never() -> Fiel:
            raise AssertionError("nothing is unsealed for it")

        with pytest.raises(PlainPlaceTaken):
            folders.write(MORAL, now + HALF_AN_HOUR, never)
        folders.write(FISICA, now + HALF_AN_HOUR, a_fiel)

    def test_takes_away_those_whose_time_is_over_and_no_other(self, folders: PlainFolders, now: datetime) -> None:
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        folders.write(FISICA, now + HALF_AN_HOUR / 2, a_fiel)
        assert folders.sweep(now) == 0
        assert folders.sweep(now + HALF_AN_HOUR / 2) == 1
        assert folders.sweep(now + HALF_AN_HOUR / 2) == 0
        with pytest.raises(PlainPlaceTaken):
            folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        assert folders.sweep(now + HALF_AN_HOUR) == 1
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)

    def test_leaves_nothing_when_it_cannot_be_unsealed(self, folders: PlainFolders, now: datetime) -> None:
        def unreadable() -> Fiel:
            raise FielUnreadable

        with pytest.raises(FielUnreadable):
            folders.write(MORAL, now + HALF_AN_HOUR, unreadable)
        assert folders.sweep(now + HALF_AN_HOUR) == 0
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)

    def test_takes_one_away_before_its_time(self, folders: PlainFolders, now: datetime) -> None:
        folders.remove(MORAL)
        for rfc in (MORAL, FISICA):
            folders.write(rfc, now + HALF_AN_HOUR, a_fiel)
        folders.remove(MORAL)
        folders.remove(MORAL)
        folders.write(MORAL, now + HALF_AN_HOUR, a_fiel)
        with pytest.raises(PlainPlaceTaken):
            folders.write(FISICA, now + HALF_AN_HOUR, a_fiel)
