"""What every Wrapping promises; a subclass brings `wrapping`, the `key` that opens what it seals, and a `stranger`."""

from io import BytesIO
from random import Random

import pytest

from horux_core.backups.errors import BackupDamaged, BackupKeyInvalid
from horux_core.backups.ports import Witness, Wrapping

PLAIN = Random(7).randbytes(300_000) + b"lo mismo " * 100_000


class Broken:
    def read(self, _size: int = -1, /) -> bytes:
        raise ZeroDivisionError

    def write(self, _octets: bytes, /) -> int:
        raise ZeroDivisionError

    def flush(self) -> None:
        """It never comes to that."""


def sealed(wrapping: Wrapping, plain: bytes = PLAIN) -> tuple[bytes, Witness]:
    out = BytesIO()
    witness = wrapping.seal(BytesIO(plain), out)
    return out.getvalue(), witness


def opened(wrapping: Wrapping, octets: bytes, key: str) -> bytes:
    out = BytesIO()
    wrapping.open(BytesIO(octets), out, key)
    return out.getvalue()


class WrappingContract:
    @pytest.mark.parametrize("plain", [b"", b"a", PLAIN])
    def test_opens_what_it_sealed(self, wrapping: Wrapping, key: str, plain: bytes) -> None:
        assert opened(wrapping, sealed(wrapping, plain)[0], key) == plain

    def test_what_is_sealed_is_small_and_shows_nothing(self, wrapping: Wrapping) -> None:
        octets, _ = sealed(wrapping)
        assert len(octets) < 320_000
        assert b"lo mismo" not in octets
        assert PLAIN[:32] not in octets

    def test_twice_the_same_is_sealed_otherwise(self, wrapping: Wrapping) -> None:
        assert sealed(wrapping)[0] != sealed(wrapping)[0]

    def test_the_witness_opens_its_own_file_and_no_other(self, wrapping: Wrapping) -> None:
        (octets, witness), (other, _) = sealed(wrapping), sealed(wrapping)
        out = BytesIO()
        wrapping.proof(BytesIO(octets), out, witness)
        assert out.getvalue() == PLAIN
        with pytest.raises(BackupKeyInvalid):
            wrapping.proof(BytesIO(other), BytesIO(), witness)

    def test_another_key_opens_nothing(self, wrapping: Wrapping, stranger: str) -> None:
        for key in (stranger, "", "# nada\n", "AGE-SECRET-KEY-1CORTA"):
            with pytest.raises(BackupKeyInvalid):
                opened(wrapping, sealed(wrapping)[0], key)

    def test_no_octet_can_be_another(self, wrapping: Wrapping, key: str) -> None:
        octets, random = sealed(wrapping)[0], Random(11)
        places = {*range(0, 400, 3), *(random.randrange(len(octets)) for _ in range(200)), len(octets) - 1}
        for place in places:
            changed = bytearray(octets)
            changed[place] ^= 1 << random.randrange(8)
            with pytest.raises((BackupDamaged, BackupKeyInvalid)):
                opened(wrapping, bytes(changed), key)

    def test_nothing_can_be_cut_off_or_added(self, wrapping: Wrapping, key: str) -> None:
        octets = sealed(wrapping)[0]
        for length in (0, 1, 100, 400, 65_536, len(octets) - 65_552, len(octets) - 16, len(octets) - 1):
            with pytest.raises((BackupDamaged, BackupKeyInvalid)):
                opened(wrapping, octets[:length], key)
        with pytest.raises(BackupDamaged):
            opened(wrapping, octets + b"\0", key)

    def test_pieces_cannot_change_places(self, wrapping: Wrapping, key: str) -> None:
        octets = sealed(wrapping)[0]
        size = 65_536 + 16
        start = len(octets) - (len(octets) // size) * size
        one, other = octets[start : start + size], octets[start + size : start + 2 * size]
        swapped = octets[:start] + other + one + octets[start + 2 * size :]
        with pytest.raises(BackupDamaged):
            opened(wrapping, swapped, key)

    def test_what_an_end_raises_is_raised(self, wrapping: Wrapping, key: str) -> None:
        octets, witness = sealed(wrapping)
        with pytest.raises(ZeroDivisionError):
            wrapping.seal(Broken(), BytesIO())
        with pytest.raises(ZeroDivisionError):
            wrapping.seal(BytesIO(PLAIN), Broken())
        with pytest.raises(ZeroDivisionError):
            wrapping.open(BytesIO(octets), Broken(), key)
        with pytest.raises(ZeroDivisionError):
            wrapping.proof(Broken(), BytesIO(), witness)
