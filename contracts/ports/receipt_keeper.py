"""What every ReceiptKeeper promises; a subclass brings `keeper`, a `folder` it knows, `packed`, and `there`."""

from collections.abc import Callable, Mapping

import pytest

from horux_core.backups.errors import BackupDamaged
from horux_core.backups.ports import ReceiptKeeper

Packed = Callable[[Mapping[str, bytes]], bytes]
There = Callable[[], Mapping[str, bytes]]


def gather(keeper: ReceiptKeeper, folder: str, octets: bytes) -> None:
    with keeper.gathering(folder) as sink:
        for start in range(0, len(octets), 300):
            sink.write(octets[start : start + 300])


class ReceiptKeeperContract:
    """What is `there` at first: `recibos/uno/1.json` with `primero`, and `libro/uno` with `ancla`."""

    def test_brings_receipts_and_nothing_else(
        self, keeper: ReceiptKeeper, folder: str, packed: Packed, there: There
    ) -> None:
        later = {"recibos/uno/2.json": b"segundo", "recibos/dos/1.json": b"otro", "libro/uno": b"mas nueva", "x": b"x"}
        gather(keeper, folder, packed(later))
        assert there() == {
            "recibos/uno/1.json": b"primero",
            "recibos/uno/2.json": b"segundo",
            "recibos/dos/1.json": b"otro",
            "libro/uno": b"ancla",
        }

    def test_one_that_is_there_stays(self, keeper: ReceiptKeeper, folder: str, packed: Packed, there: There) -> None:
        gather(keeper, folder, packed({"recibos/uno/1.json": b"distinto"}))
        assert there()["recibos/uno/1.json"] == b"primero"

    def test_of_what_is_cut_off_none_come(
        self, keeper: ReceiptKeeper, folder: str, packed: Packed, there: There
    ) -> None:
        octets = packed({"recibos/dos/1.json": b"otro" * 500})
        for length in (0, 700, len(octets) - 1024):
            with pytest.raises(BackupDamaged):
                gather(keeper, folder, octets[:length])
        assert "recibos/dos/1.json" not in there()
