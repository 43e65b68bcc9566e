import contextlib
import os
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from contracts.ports.backup_sites import Change, DumperContract, SiteContract, dump, pour
from contracts.ports.receipt_keeper import Packed, ReceiptKeeperContract, There
from horux_adapters.filesystem.fiel_backup import FilesystemDumper, FilesystemReceiptKeeper, FilesystemSite, walked
from horux_core.backups import archives, naming
from horux_core.backups.errors import BackupDamaged, NotRestorable
from horux_core.backups.model import Kind, Subject
from horux_core.backups.ports import Dumper, ReceiptKeeper, Site

NOON = datetime(2026, 3, 1, 18, tzinfo=UTC)
FIEL = Subject(Kind.FIEL)
FILES = {
    "ÑAN850101AAA_0f9d1c52-6b1e-4b0e-9d5b-2f6f3a7c1e44/private_key.key.enc": b"llave" * 500,
    "libro/0f9d1c52-6b1e-4b0e-9d5b-2f6f3a7c1e44": b"HORUX-LIBRO 1\n",
    "recibos/0f9d1c52-6b1e-4b0e-9d5b-2f6f3a7c1e44/1.json": b"{}",
    "vacio": b"",
}


def lay(root: Path, files: Mapping[str, bytes]) -> None:
    for name, octets in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(octets)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    lay(tmp_path / "fiel", FILES)
    return tmp_path / "fiel"


@pytest.fixture
def subject() -> Subject:
    return FIEL


@pytest.fixture
def change(root: Path) -> Change:
    return lambda: lay(root, {f"libro/{len(list(walked(root)))}": b"HORUX-LIBRO 1\n"})


@pytest.fixture
def dumper(root: Path) -> Dumper:
    return FilesystemDumper(root)


@pytest.fixture
def site(root: Path) -> Site:
    return FilesystemSite(root)


class TestFilesystemDumper(DumperContract):
    @pytest.fixture
    def dumper(self, root: Path) -> Dumper:
        return FilesystemDumper(root)

    @pytest.fixture
    def gone(self, root: Path) -> Subject:
        root.rename(root.with_name("otra"))
        return FIEL

    def test_any_tar_reads_it(self, dumper: Dumper) -> None:
        with tarfile.open(fileobj=BytesIO(dump(dumper, FIEL)[0])) as found:
            read = {name: found.extractfile(name) for name in found.getnames()}
            assert {name: file.read() for name, file in read.items() if file} == FILES

    def test_a_folder_that_is_replaced_meanwhile_is_never_half_of_each(
        self, root: Path, dumper: Dumper, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lay(root, {f"cliente/{name}": b"antes" for name in "abcd"} | {f".new/{name}": b"nuevo" for name in "abcd"})
        opening = os.open

        def replaced_before_the_third(path: Path, *arguments: int) -> int:
            if path == root / "cliente" / "c" and (root / ".new").exists():
                (root / "cliente").rename(root / ".old")
                (root / ".new").rename(root / "cliente")
            return opening(path, *arguments)

        monkeypatch.setattr(os, "open", replaced_before_the_third)
        contents = dump(dumper, FIEL)[1]
        found = {entry.checksum for entry in contents.entries if entry.name.startswith("cliente/")}
        assert found == {sha256(b"nuevo").hexdigest()}


class TestFilesystemSite(SiteContract):
    @pytest.fixture
    def site(self, root: Path) -> Site:
        return FilesystemSite(root)

    def test_what_is_laid_down_is_its_owner_s_alone(self, site: Site, dumper: Dumper, root: Path) -> None:
        with site.beside(FIEL, naming.beside_name(FIEL, NOON)) as trial:
            pour(trial, dump(dumper, FIEL)[0])
        site.swap(FIEL, naming.beside_name(FIEL, NOON), naming.aside_name(FIEL, NOON), "uno")
        for place in root.glob("[!.]*/**/*"):
            assert oct(place.stat().st_mode & 0o777) == ("0o700" if place.is_dir() else "0o600")
        assert dict(walked(root)) == FILES

    def test_receipts_of_the_replaced_folder_come_along(self, site: Site, dumper: Dumper, root: Path) -> None:
        octets = dump(dumper, FIEL)[0]
        lay(root, {"recibos/despues/7.json": b"destruida", "libro/despues": b"ancla nueva"})
        with site.beside(FIEL, naming.beside_name(FIEL, NOON)) as trial:
            pour(trial, octets)
        site.swap(FIEL, naming.beside_name(FIEL, NOON), naming.aside_name(FIEL, NOON), "uno")
        assert dict(walked(root)) == {**FILES, "recibos/despues/7.json": b"destruida"}

    def test_a_kill_between_two_names_loses_nothing(
        self, site: Site, dumper: Dumper, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        octets, rename = dump(dumper, FIEL)[0], Path.rename
        for cut in range(1, 9):
            lay(root, {f"recibos/despues/{cut}.json": b"destruida"})
            left = [cut + 1]

            def dying(path: Path, target: Path, left: list[int] = left) -> Path:
                left[0] -= 1
                if left[0] == 0:
                    raise KeyboardInterrupt
                return rename(path, target)

            monkeypatch.setattr(Path, "rename", dying)
            moment = NOON.replace(second=cut)
            with contextlib.suppress(KeyboardInterrupt):
                self.restored(site, octets, moment)
            monkeypatch.setattr(Path, "rename", rename)
            self.restored(site, octets, moment.replace(minute=1))
            receipts = {f"recibos/despues/{n}.json": b"destruida" for n in range(1, cut + 1)}
            assert dict(walked(root)) == {**FILES, **receipts}
            assert site.mark(FIEL) == "uno"

    def restored(self, site: Site, octets: bytes, moment: datetime) -> None:
        with site.beside(FIEL, naming.beside_name(FIEL, moment)) as trial:
            pour(trial, octets)
        site.swap(FIEL, naming.beside_name(FIEL, moment), naming.aside_name(FIEL, moment), "uno")

    def test_a_half_that_a_kill_left_is_swept(self, site: Site, root: Path) -> None:
        (root / ".horux_lado_fiel_20260301180000.parte").mkdir()
        assert (site.sweep(), site.sweep()) == (1, 0)

    def test_what_restorings_leave_is_not_backed_up(self, site: Site, dumper: Dumper) -> None:
        octets, contents = dump(dumper, FIEL)
        self.restored(site, octets, NOON)
        assert site.left_over() == (naming.aside_name(FIEL, NOON),)
        assert dump(dumper, FIEL)[1] == contents

    @pytest.mark.parametrize("name", ["../fuera", "/fuera", "a/../../fuera", "..", "", "a\\b"])
    def test_nothing_is_laid_down_elsewhere(self, site: Site, root: Path, name: str) -> None:
        told = tarfile.TarInfo(name)
        told.size = 1
        octets = told.tobuf(tarfile.USTAR_FORMAT) + b"x".ljust(512, b"\0") + b"\0" * 1024
        before = sorted(root.parent.rglob("*"))
        with pytest.raises(BackupDamaged), site.beside(FIEL, naming.beside_name(FIEL, NOON)) as trial:
            pour(trial, octets)
        assert sorted(root.parent.rglob("*")) == before

    def test_takes_no_vault_of_a_store(self, site: Site, root: Path) -> None:
        octets = b"".join(archives.packed(iter([("copias/0f9d1c52-6b1e-4b0e-9d5b-2f6f3a7c1e44/vigente", b"x")])))
        with pytest.raises(NotRestorable, match="FILES=s3"), site.beside(FIEL, naming.beside_name(FIEL, NOON)) as trial:
            pour(trial, octets)
        assert dict(walked(root)) == FILES

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
    def test_nothing_but_files_is_laid_down(self, site: Site, kind: bytes) -> None:
        told = tarfile.TarInfo("enlace")
        told.type, told.linkname = kind, "/etc/passwd"
        with pytest.raises(BackupDamaged), site.trial(FIEL) as trial:
            pour(trial, told.tobuf(tarfile.USTAR_FORMAT) + b"\0" * 1024)


class TestFilesystemReceiptKeeper(ReceiptKeeperContract):
    @pytest.fixture
    def folder(self, root: Path) -> str:
        lay(root / ".horux_lado_fiel_x", {"recibos/uno/1.json": b"primero", "libro/uno": b"ancla"})
        return "horux_lado_fiel_x"

    @pytest.fixture
    def keeper(self, root: Path) -> ReceiptKeeper:
        return FilesystemReceiptKeeper(root)

    @pytest.fixture
    def packed(self) -> Packed:
        return lambda files: b"".join(archives.packed(iter(files.items())))

    @pytest.fixture
    def there(self, root: Path, folder: str) -> There:
        return lambda: dict(walked(root / f".{folder}"))
