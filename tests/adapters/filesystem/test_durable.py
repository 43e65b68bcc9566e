"""What is on the disk, and in which order, before its name says so: a death of the machine leaves it whole."""

import os
from pathlib import Path

import pytest

from contracts.boveda import a_receipt, a_seal, some_pieces
from contracts.clients import a_tenant
from horux_adapters.filesystem.durable import put
from horux_adapters.filesystem.fiel_anchors import FilesystemAnchors, FilesystemReceipts
from horux_adapters.filesystem.fiel_folders import FILES, FilesystemSealedFolders
from horux_core.fiel.model import EMPTY


@pytest.fixture
def synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Under which name each was when it was synced, and how long."""
    seen: list[str] = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        size = os.fstat(descriptor).st_size if path.is_file() else ""
        seen.append(f"{path.relative_to(tmp_path)}:{size}".removesuffix(":"))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    return seen


def test_a_file_is_before_it_has_its_name_and_its_folder_after(tmp_path: Path, synced: list[str]) -> None:
    put(tmp_path / "a" / "uno", b"cuatro")
    assert synced == [".", "a/.uno.nuevo:6", "a"], "a folder that was made is in its own"
    synced.clear()
    put(tmp_path / "a" / "uno", b"ocho")
    assert synced == [".", "a/.uno.nuevo:4", "a"], "who made it may have died before its name was there"


def test_anchors_and_receipts(tmp_path: Path, synced: list[str]) -> None:
    tenant = a_tenant().id
    FilesystemAnchors(tmp_path, {"0a1b2c3d": b"una"}, "0a1b2c3d").put(tenant, EMPTY)
    assert [name.split(":")[0] for name in synced] == [".", f"libro/.{tenant}.nuevo", "libro"]
    synced.clear()
    FilesystemReceipts(tmp_path).put(a_receipt(tenant))
    place = f"recibos/{tenant}"
    assert [name.split(":")[0] for name in synced] == [".", "recibos", f"{place}/.2.json.nuevo", place]


def test_a_sealed_folder(tmp_path: Path, synced: list[str]) -> None:
    folders, tenant, seal = FilesystemSealedFolders(tmp_path), a_tenant(), a_seal()
    folders.draft(tenant, seal.id, some_pieces(seal))
    half = f".half-{tenant.id}_{seal.id}"
    assert {name.split(":")[0] for name in synced[:-2]} == {f"{half}/{file}" for file in FILES.values()}
    assert not [name for name in synced[:-2] if name.endswith(":0")], "all of it"
    assert synced[-2:] == [half, "."]
    synced.clear()
    folders.promote(tenant, seal.id)
    assert synced == ["."]
