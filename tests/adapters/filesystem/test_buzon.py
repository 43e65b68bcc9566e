import os
import stat
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

import pytest

from contracts.libros import a_tenant
from contracts.ports.buzon import BuzonContract
from horux_adapters.filesystem.buzon import FilesystemBuzon
from horux_core.fiscal.cfdi.upload_errors import UploadMissing
from horux_core.fiscal.paquetes.errors import BuzonInaccesible
from horux_core.fiscal.paquetes.ports import Buzon, EnBuzon
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.model import Tenant


class TestFilesystemBuzon(BuzonContract):
    @pytest.fixture
    def tenant(self) -> Tenant:
        return a_tenant(TenantId(UUID(int=1)))

    @pytest.fixture
    def folder(self, tmp_path: Path, tenant: Tenant) -> Path:
        return tmp_path / tenant.database_name

    @pytest.fixture
    def buzon(self, tmp_path: Path) -> Buzon:
        return FilesystemBuzon(tmp_path)

    @pytest.fixture
    def place(self, folder: Path) -> Callable[[str, bytes], None]:
        def placed(name: str, content: bytes) -> None:
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
            os.utime(folder / name, (time.time() - 61,) * 2)

        return placed

    @pytest.fixture
    def lying(self, folder: Path) -> Callable[[], Mapping[str, bytes]]:
        return lambda: {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    def test_what_changed_a_moment_ago_is_still_arriving(self, buzon: Buzon, tenant: Tenant, folder: Path) -> None:
        folder.mkdir()
        (folder / "a.zip").write_bytes(b"medio")
        assert buzon.esperando(tenant) == ()

    def test_a_link_leads_nowhere(self, buzon: Buzon, tenant: Tenant, folder: Path, tmp_path: Path) -> None:
        folder.mkdir()
        (tmp_path / "secreto").write_bytes(b"x")
        (folder / "a.zip").symlink_to(tmp_path / "secreto")
        os.utime(folder / "a.zip", (1, 1), follow_symlinks=False)
        (folder / "carpeta").mkdir()
        os.utime(folder / "carpeta", (1, 1))
        os.mkfifo(folder / "tubo")
        os.utime(folder / "tubo", (1, 1))
        assert buzon.esperando(tenant) == ()
        for name in ("a.zip", "tubo"):
            with pytest.raises(UploadMissing):
                buzon.abrir(EnBuzon(tenant, name))

    def test_says_where_nothing_can_be_put_aside(
        self, buzon: Buzon, tenant: Tenant, place: Callable[[str, bytes], None], folder: Path
    ) -> None:
        place("a.zip", b"uno")
        (folder / "procesados").write_bytes(b"")
        with pytest.raises(BuzonInaccesible, match=tenant.database_name):
            buzon.procesado(EnBuzon(tenant, "a.zip"), "")
        assert (folder / "a.zip").exists()

    def test_its_folder_is_for_nobody_else(self, buzon: Buzon, tenant: Tenant, folder: Path) -> None:
        buzon.preparar(tenant)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    @pytest.mark.parametrize("where", ["", "rechazados"])
    def test_no_link_stands_for_a_folder(
        self, buzon: Buzon, tenant: Tenant, folder: Path, tmp_path: Path, where: str
    ) -> None:
        elsewhere = tmp_path / "ajena"
        elsewhere.mkdir()
        (elsewhere / "a.zip").write_bytes(b"x")
        if where:
            folder.mkdir()
            (folder / "a.zip").write_bytes(b"x")
            (folder / where).symlink_to(elsewhere)
        else:
            folder.symlink_to(elsewhere)
            for act in (buzon.preparar, buzon.esperando):
                with pytest.raises(BuzonInaccesible):
                    act(tenant)
        with pytest.raises(BuzonInaccesible):
            buzon.rechazado(EnBuzon(tenant, "a.zip"), "No.")
        assert [path.name for path in elsewhere.iterdir()] == ["a.zip"]

    @pytest.mark.parametrize("name", ["ñ" * 120 + ".zip", "x" * 255, "x." + "y" * 250, "uno\ndos.zip", "caf\udce9.zip"])
    def test_a_name_of_any_length_and_octets_is_put_aside_with_its_reason(
        self, buzon: Buzon, tenant: Tenant, place: Callable[[str, bytes], None], folder: Path, name: str
    ) -> None:
        for content in (b"1", b"2"):
            place(name, content)
            buzon.rechazado(buzon.esperando(tenant)[0], "No.")
        aside = {path.name: path.read_bytes() for path in (folder / "rechazados").iterdir()}
        assert sorted(aside.values()) == [b"1", b"2", b"No.", b"No."]
        assert all(f"{each}.motivo.txt" in aside for each in aside if not each.endswith(".motivo.txt"))
