from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.clients import a_tenant
from contracts.ports.tenant_files import TenantFilesContract
from horux_adapters.filesystem.tenant_files import FilesystemTenantFiles
from horux_core.onboarding.ports import TenantFiles
from horux_core.tenancy.model import Tenant


class TestFilesystemTenantFiles(TenantFilesContract):
    @pytest.fixture
    def files(self, tmp_path: Path) -> TenantFiles:
        return FilesystemTenantFiles(tmp_path / "spool", tmp_path / "buzon")

    @pytest.fixture
    def keep(self, tmp_path: Path) -> Callable[[Tenant], None]:
        def keep(tenant: Tenant) -> None:
            for folder in (tmp_path / "spool" / str(tenant.id), tmp_path / "buzon" / tenant.database_name):
                (folder / "2026").mkdir(parents=True)
                (folder / "2026" / "un.xml").write_bytes(b"<a/>")

        return keep

    @pytest.fixture
    def has(self, tmp_path: Path) -> Callable[[Tenant], bool]:
        def has(tenant: Tenant) -> bool:
            return any(path.name in (str(tenant.id), tenant.database_name) for path in tmp_path.rglob("*"))

        return has

    def test_finds_nothing_where_no_folder_was_made_yet(self, files: TenantFiles) -> None:
        files.remove(a_tenant())

    def test_says_so_when_a_file_cannot_be_taken_away(
        self, files: TenantFiles, keep: Callable[[Tenant], None], tmp_path: Path
    ) -> None:
        tenant = a_tenant()
        (tmp_path / "spool").mkdir()
        (tmp_path / "spool" / str(tenant.id)).symlink_to(tmp_path)
        with pytest.raises(OSError, match="symbolic link"):
            files.remove(tenant)
        assert tmp_path.is_dir(), "what a link points at is not the client's"
