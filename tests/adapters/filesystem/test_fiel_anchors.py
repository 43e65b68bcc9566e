import os
import re
import stat
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.boveda import a_receipt
from contracts.ports.anchors import AnchorsContract
from contracts.ports.receipts import ReceiptsContract
from horux_adapters.filesystem.fiel_anchors import FilesystemAnchors, FilesystemReceipts
from horux_core.fiel.errors import LedgerBroken, VaultUnavailable
from horux_core.fiel.model import Head
from horux_core.fiel.ports import Anchors, Receipts
from horux_core.kernel.ids import TenantId

KEYS = {"0a1b2c3d": b"una", "ffffffff": b"otra"}
README = Path(__file__).parents[3] / "README.md"
HEAD = Head(12, "ab" * 32)


class TestFilesystemAnchors(AnchorsContract):
    @pytest.fixture
    def anchors(self, tmp_path: Path) -> Anchors:
        return FilesystemAnchors(tmp_path, KEYS, "0a1b2c3d")

    def test_reads_nothing_that_was_touched_or_is_another_s(self, anchors: Anchors, tmp_path: Path) -> None:
        tenant, other = TenantId(uuid4()), TenantId(uuid4())
        anchors.put(tenant, HEAD)
        place = tmp_path / "libro" / str(tenant)
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
        octets = place.read_bytes()
        touched = [octets[:at] for at in range(len(octets))]
        touched += [octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :] for at in range(len(octets))]
        for each in (*touched, octets + b"\n"):
            place.write_bytes(each)
            other_key = re.fullmatch(rb"HORUX-LIBRO 1 (?!0a1b2c3d|ffffffff)[0-9a-f]{8} .*\n", each)
            with pytest.raises(VaultUnavailable if other_key else LedgerBroken):
                anchors.get(tenant)
        (tmp_path / "libro" / str(other)).write_bytes(octets)
        with pytest.raises(LedgerBroken):
            anchors.get(other)

    def test_one_under_an_older_key_is_read_until_that_is_dropped(self, tmp_path: Path) -> None:
        tenant = TenantId(uuid4())
        FilesystemAnchors(tmp_path, KEYS, "ffffffff").put(tenant, HEAD)
        assert FilesystemAnchors(tmp_path, KEYS, "0a1b2c3d").get(tenant) == HEAD
        with pytest.raises(VaultUnavailable):
            FilesystemAnchors(tmp_path, {"0a1b2c3d": b"una"}, "0a1b2c3d").get(tenant)

    def test_what_a_crash_left_beside_it_is_written_over(self, anchors: Anchors, tmp_path: Path) -> None:
        tenant = TenantId(uuid4())
        anchors.put(tenant, HEAD)
        (tmp_path / "libro" / f".{tenant}.nuevo").write_bytes(b"a medias")
        anchors.put(tenant, Head(13, "cd" * 32))
        assert anchors.get(tenant) == Head(13, "cd" * 32)

    def test_no_key_shows_itself_and_a_missing_place_says_so(self, tmp_path: Path) -> None:
        anchors = FilesystemAnchors(tmp_path / "no" / "hay", KEYS, "0a1b2c3d")
        assert "una" not in repr(anchors)
        with pytest.raises(VaultUnavailable):
            anchors.put(TenantId(uuid4()), HEAD)


class TestFilesystemReceipts(ReceiptsContract):
    @pytest.fixture
    def receipts(self, tmp_path: Path) -> Receipts:
        return FilesystemReceipts(tmp_path)

    def test_one_that_cannot_be_made_out_is_told(self, receipts: Receipts, tmp_path: Path) -> None:
        tenant = TenantId(uuid4())
        receipts.put(a_receipt(tenant, number=2))
        receipts.put(a_receipt(tenant, number=7))
        place = tmp_path / "recibos" / str(tenant)
        other = (place / "2.json").read_bytes()
        whole = (place / "7.json").read_bytes()
        for octets in (b"", b"{}", b"[]", b"null", whole[:-9], b'{"recibo":{},"firma":{}}', b"\xff", other):
            (place / "7.json").write_bytes(octets)
            with pytest.raises(LedgerBroken):
                receipts.last(tenant)
            assert receipts.highest(tenant) == 7

    def test_what_a_crash_left_beside_them_is_none(self, receipts: Receipts, tmp_path: Path) -> None:
        receipt = a_receipt(TenantId(uuid4()))
        receipts.put(receipt)
        for name in (".9.json.nuevo", "0.json", "09.json", "9.txt"):
            (tmp_path / "recibos" / str(receipt.destruction.tenant) / name).write_bytes(b"")
        assert receipts.last(receipt.destruction.tenant) == receipt


def test_a_place_that_is_not_there_says_so(tmp_path: Path) -> None:
    gone, tenant = tmp_path / "no", TenantId(uuid4())
    receipts, anchors = FilesystemReceipts(gone), FilesystemAnchors(gone, KEYS, "0a1b2c3d")
    for act in (
        lambda: receipts.put(a_receipt(tenant)), lambda: receipts.last(tenant), lambda: receipts.highest(tenant),
        anchors.owners,
    ):  # fmt: skip
        with pytest.raises(VaultUnavailable):
            act()


def test_the_readme_takes_away_the_anchors_of_a_lost_key_and_no_other(tmp_path: Path) -> None:
    lost, kept = TenantId(uuid4()), TenantId(uuid4())
    FilesystemAnchors(tmp_path, KEYS, "ffffffff").put(lost, HEAD)
    FilesystemAnchors(tmp_path, KEYS, "0a1b2c3d").put(kept, HEAD)
    (command,) = re.findall(r"^grep .*\$FIEL_DIR/libro.*$", README.read_text(encoding="utf-8"), re.MULTILINE)
    for _ in range(2):
        given = ["sh", "-euc", command.replace("VERSION", "ffffffff")]
        subprocess.run(given, check=True, capture_output=True, env={"PATH": os.defpath, "FIEL_DIR": str(tmp_path)})
    assert FilesystemAnchors(tmp_path, KEYS, "0a1b2c3d").owners() == {kept}
