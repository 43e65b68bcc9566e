import os
import stat
from pathlib import Path

import pytest

from contracts.boveda import a_seal, some_pieces
from contracts.clients import a_tenant
from contracts.ports.sealed_folders import SealedFoldersContract
from horux_adapters.filesystem.fiel_folders import FILES, FilesystemSealedFolders
from horux_adapters.filesystem.private_place import why_not_private
from horux_core.fiel.errors import VaultUnavailable
from horux_core.fiel.model import Component
from horux_core.fiel.pieces import made_out, written
from horux_core.fiel.ports import SealedFolders


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "fiel"
    folder.mkdir(mode=0o700)
    return folder


class TestFilesystemSealedFolders(SealedFoldersContract):
    @pytest.fixture
    def folders(self, root: Path) -> SealedFolders:
        return FilesystemSealedFolders(root)

    def test_the_folder_and_its_files_have_the_design_s_names_and_are_for_their_owner_alone(
        self, folders: SealedFolders, root: Path
    ) -> None:
        tenant, seal = a_tenant("RAQÑ7701212M3"), a_seal()
        before = os.umask(0)
        try:
            folders.draft(tenant, seal.id, some_pieces(seal))
        finally:
            os.umask(before)
        folders.promote(tenant, seal.id)
        (folder,) = root.iterdir()
        assert folder.name == f"RAQÑ7701212M3_{tenant.id}"
        assert {file.name for file in folder.iterdir()} == {
            "certificate.cer.enc", "private_key.key.enc", "password.enc", "metadata.json.enc",
        }  # fmt: skip
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}

    def test_a_link_leads_nowhere(self, folders: SealedFolders, root: Path, tmp_path: Path) -> None:
        tenant, seal = a_tenant(), a_seal()
        folders.draft(tenant, seal.id, some_pieces(seal))
        folders.promote(tenant, seal.id)
        folder, elsewhere = root / f"{tenant.rfc}_{tenant.id}", tmp_path / "otra"
        target = folder / FILES[Component.PASSWORD]
        target.rename(tmp_path / "password.enc")
        target.symlink_to(tmp_path / "password.enc")
        assert Component.PASSWORD not in folders.read(tenant)
        folder.rename(elsewhere)
        folder.symlink_to(elsewhere)
        assert folders.read(tenant) == {}
        folders.draft(tenant, seal.id, some_pieces(seal))
        folders.promote(tenant, seal.id)
        assert not folder.is_symlink()
        assert len(list(elsewhere.iterdir())) == 4, "what the link pointed at is not touched"

    def test_what_cannot_be_made_out_is_missing(self, folders: SealedFolders, root: Path) -> None:
        tenant, seal = a_tenant(), a_seal()
        pieces = some_pieces(seal)
        folders.draft(tenant, seal.id, pieces)
        folders.promote(tenant, seal.id)
        folder = root / f"{tenant.rfc}_{tenant.id}"
        (folder / FILES[Component.CERTIFICATE]).write_bytes(b"")
        (folder / FILES[Component.PRIVATE_KEY]).unlink()
        (folder / FILES[Component.PASSWORD]).unlink()
        (folder / FILES[Component.PASSWORD]).mkdir()
        assert folders.read(tenant) == {Component.METADATA: pieces[Component.METADATA]}
        folders.draft(tenant, seal.id, pieces)
        folders.promote(tenant, seal.id)
        assert folders.read(tenant) == pieces

    def test_a_draft_half_written_is_no_draft_to_promote(self, folders: SealedFolders, root: Path) -> None:
        tenant, seal = a_tenant(), a_seal()
        half = root / f".half-{tenant.id}_{seal.id}"
        half.mkdir()
        (half / "password.enc").write_bytes(b"a medias")
        assert folders.drafts(tenant) == {seal.id}, "so that it is swept"
        folders.promote(tenant, seal.id)
        assert folders.read(tenant) == {}
        assert list(root.iterdir()) == []

    def test_says_that_the_place_is_not_available(self, root: Path) -> None:
        gone, tenant, seal = FilesystemSealedFolders(root / "no"), a_tenant(), a_seal()
        for act in (
            lambda: gone.draft(tenant, seal.id, some_pieces(seal)), lambda: gone.drafts(tenant),
            lambda: gone.promote(tenant, seal.id), lambda: gone.discard(tenant, seal.id),
            lambda: gone.remove(tenant), lambda: gone.owners(),
        ):  # fmt: skip
            with pytest.raises(VaultUnavailable):
                act()


def test_a_piece_reads_back_and_its_header_only_as_it_is_written() -> None:
    piece = some_pieces(a_seal(7))[Component.METADATA]
    octets = written(piece)
    assert made_out(octets) == piece
    header = octets.index(b"\n")
    for at in range(header + 1):
        assert made_out(octets[:at]) is None
        for bit in range(8):
            flipped = made_out(octets[:at] + bytes([octets[at] ^ 1 << bit]) + octets[at + 1 :])
            assert flipped is None or flipped != piece
    assert made_out(None) is None


class TestPrivatePlace:
    def test_is_made_for_its_owner_alone(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            assert why_not_private(tmp_path / "a" / "fiel") is None
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / "a" / "fiel").stat().st_mode) == 0o700

    @pytest.mark.parametrize("mode", [0o755, 0o770, 0o701, 0o500])
    def test_refuses_one_that_others_enter(self, root: Path, mode: int) -> None:
        root.chmod(mode)
        reason = why_not_private(root)
        assert reason is not None
        assert f"chmod 700 {root}" in reason
        root.chmod(0o700)
        assert why_not_private(root) is None

    def test_refuses_a_link_a_file_and_what_cannot_be_made(self, root: Path, tmp_path: Path) -> None:
        link, file = tmp_path / "enlace", tmp_path / "archivo"
        link.symlink_to(root)
        file.write_bytes(b"")
        assert "enlace" in (why_not_private(link) or "")
        for place in (file, file / "dentro"):
            assert why_not_private(place) is not None

    def test_refuses_another_s(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: root.stat().st_uid + 1)
        assert "otro usuario" in (why_not_private(root) or "")
