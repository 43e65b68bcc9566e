"""What every Sealer promises; a subclass brings the `sealer` fixture."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from horux_core.fiel.errors import FielUnreadable
from horux_core.fiel.model import Component, Seal, SealedPiece
from horux_core.fiel.ports import Sealer
from horux_core.kernel.ids import TenantId

TENANT = TenantId(uuid4())
SECRET = "la contraseña canaria".encode()


def spoiled(octets: bytes) -> Iterator[bytes]:
    for at in range(len(octets)):
        for bit in range(8):
            yield octets[:at] + bytes([octets[at] ^ 1 << bit]) + octets[at + 1 :]
        yield octets[:at]
    yield octets + b"\0"


def others(piece: SealedPiece) -> Iterator[SealedPiece]:
    """Every octet flipped in each of its bits, every length cut short, octets moved from one part to another."""
    yield from (replace(piece, iv=iv) for iv in spoiled(piece.iv))
    yield from (replace(piece, tag=tag) for tag in spoiled(piece.tag))
    yield from (replace(piece, data=octets) for octets in spoiled(piece.data))
    for cut in range(1, 17):
        yield replace(piece, data=piece.data + piece.tag[:cut], tag=piece.tag[cut:])


class SealerContract:
    def test_opens_what_it_sealed(self, sealer: Sealer) -> None:
        seal = Seal(uuid4(), 1, sealer.version)
        for component in Component:
            for plain in (SECRET, b"", bytes(5_000)):
                piece = sealer.seal(TENANT, seal, component, plain)
                assert piece.seal == seal
                assert SECRET not in piece.data
                assert sealer.open(TENANT, seal, component, piece) == plain

    def test_never_seals_twice_the_same(self, sealer: Sealer) -> None:
        seal = Seal(uuid4(), 1, sealer.version)
        pieces = [sealer.seal(TENANT, seal, Component.PASSWORD, SECRET) for _ in range(1_000)]
        assert len({piece.iv for piece in pieces}) == len({piece.data for piece in pieces}) == len(pieces)

    def test_opens_nothing_that_was_touched_and_says_the_same_of_each(self, sealer: Sealer) -> None:
        seal = Seal(uuid4(), 1, sealer.version)
        piece = sealer.seal(TENANT, seal, Component.PASSWORD, SECRET)
        texts = set()
        for touched in others(piece):
            with pytest.raises(FielUnreadable) as refused:
                sealer.open(TENANT, seal, Component.PASSWORD, touched)
            texts.add((str(refused.value), refused.value.code, tuple(refused.value.facts)))
            assert refused.value.__cause__ is None
        assert len(texts) == 1

    def test_opens_nothing_in_another_place(self, sealer: Sealer) -> None:
        seal = Seal(uuid4(), 1, sealer.version)
        piece = sealer.seal(TENANT, seal, Component.PASSWORD, SECRET)
        places = [(TenantId(uuid4()), seal, Component.PASSWORD)]
        places += [(TENANT, seal, component) for component in Component if component is not Component.PASSWORD]
        elsewhere = (replace(seal, id=uuid4()), replace(seal, number=2), replace(seal, key_version="00000000"))
        places += [(TENANT, other, Component.PASSWORD) for other in elsewhere]
        for tenant, other_seal, component in places:
            with pytest.raises(FielUnreadable):
                sealer.open(tenant, other_seal, component, replace(piece, seal=other_seal))

    def test_seals_with_no_key_it_does_not_hold(self, sealer: Sealer) -> None:
        with pytest.raises(FielUnreadable):
            sealer.seal(TENANT, Seal(uuid4(), 1, "00000000"), Component.PASSWORD, SECRET)
