import pytest

from horux_core.fiel.model import Component
from horux_core.fiel.padding import cut, padded
from tests.core.fiel.strongroom import Strongroom


@pytest.mark.parametrize("password", [b"x", b"1" * 255, b"1" * 256, b"\x80", b"x\x80\x80", b"x\0\0", bytes(300)])
def test_is_given_back_as_it_was(password: bytes) -> None:
    held = bytearray(padded(password))
    assert len(held) % 256 == 0
    cut(held)
    assert held == password


def test_no_copy_tells_how_long_a_password_is() -> None:
    room, sizes = Strongroom(), set()
    tenant = room.client()
    for name in ("a", "bb" * 60):
        room.store(tenant, name)
        row = room.vault.stored(tenant.id)
        assert row is not None
        sizes |= {len(copy[Component.PASSWORD].data) for copy in (row.pieces, room.folders.read(tenant))}
        assert room.open(tenant) == name
    assert sizes == {256}
