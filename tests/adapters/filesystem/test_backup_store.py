import os
import stat
from pathlib import Path

import pytest

from contracts.ports.backup_store import CENTRAL, BackupStoreContract, a_run, put, read
from horux_adapters.filesystem.backup_store import FilesystemBackupStore
from horux_core.backups.errors import BackupFailed, BackupMissing
from horux_core.backups.ports import BackupStore


class TestFilesystemBackupStore(BackupStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> BackupStore:
        return FilesystemBackupStore(tmp_path / "respaldos")

    def test_is_its_owner_s_alone(self, store: BackupStore, tmp_path: Path) -> None:
        (tmp_path / "respaldos").mkdir(mode=0o755)
        put(store, a_run(), CENTRAL, b"uno")
        places = [tmp_path / "respaldos", *(tmp_path / "respaldos").rglob("*")]
        modes = [stat.S_IMODE(place.stat().st_mode) for place in places]
        assert modes == [0o700, 0o700, 0o600]

    def test_follows_no_link(self, store: BackupStore, tmp_path: Path) -> None:
        put(store, a_run(), CENTRAL, b"uno")
        file = tmp_path / "respaldos" / a_run() / CENTRAL
        file.unlink()
        (tmp_path / "canario").write_bytes(b"canario")
        file.symlink_to(tmp_path / "canario")
        with pytest.raises((BackupFailed, BackupMissing)):
            read(store, a_run(), CENTRAL)
        put(store, a_run(), CENTRAL, b"dos")
        assert (tmp_path / "canario").read_bytes() == b"canario"

    def test_a_pipe_in_a_file_s_place_holds_nobody_up(self, store: BackupStore, tmp_path: Path) -> None:
        put(store, a_run(), CENTRAL, b"uno")
        file = tmp_path / "respaldos" / a_run() / CENTRAL
        file.unlink()
        os.mkfifo(file)
        with pytest.raises(BackupMissing):
            read(store, a_run(), CENTRAL)

    def test_says_what_to_do_where_it_cannot_write(self, tmp_path: Path) -> None:
        (tmp_path / "archivo").write_text("no es carpeta")
        with pytest.raises(BackupFailed, match="carpeta de respaldos"):
            put(FilesystemBackupStore(tmp_path / "archivo"), a_run(), CENTRAL, b"uno")

    def test_a_draft_that_a_kill_left_is_no_file_and_in_nobody_s_way(self, store: BackupStore, tmp_path: Path) -> None:
        put(store, a_run(), CENTRAL, b"uno")
        folder = tmp_path / "respaldos" / a_run()
        (folder / CENTRAL).rename(folder / f"{CENTRAL}.parte")
        assert store.names(a_run()) == frozenset()
        put(store, a_run(), CENTRAL, b"dos")
        assert read(store, a_run(), CENTRAL) == b"dos"
        store.remove(a_run())
        assert not folder.exists()
