import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

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

    @pytest.mark.parametrize("name", ["unlink", "rmdir"])
    def test_bears_another_that_takes_them_away_at_the_same_time(
        self,
        files: TenantFiles,
        keep: Callable[[Tenant], None],
        has: Callable[[Tenant], bool],
        monkeypatch: pytest.MonkeyPatch,
        name: str,
    ) -> None:
        tenant = a_tenant()
        keep(tenant)
        act, first = getattr(os, name), [True]

        def after_the_other(*args: Any, **kwargs: Any) -> None:
            if first and first.pop():
                act(*args, **kwargs)
            act(*args, **kwargs)

        monkeypatch.setattr(os, name, after_the_other)
        files.remove(tenant)
        assert not has(tenant)

    def test_takes_away_what_appears_meanwhile(
        self,
        files: TenantFiles,
        keep: Callable[[Tenant], None],
        has: Callable[[Tenant], bool],
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        tenant = a_tenant()
        keep(tenant)
        rmdir, late = os.rmdir, [tmp_path / "spool" / str(tenant.id) / f"tarde {n}" for n in range(3)]

        def while_somebody_writes(path: Any, **kwargs: Any) -> None:
            if str(path) == str(tmp_path / "spool" / str(tenant.id)) and late:
                late.pop().write_bytes(b"")
            rmdir(path, **kwargs)

        monkeypatch.setattr(os, "rmdir", while_somebody_writes)
        files.remove(tenant)
        assert (late, has(tenant)) == ([], False)

    def test_says_so_when_a_file_cannot_be_taken_away(
        self, files: TenantFiles, keep: Callable[[Tenant], None], tmp_path: Path
    ) -> None:
        tenant = a_tenant()
        (tmp_path / "spool").mkdir()
        (tmp_path / "spool" / str(tenant.id)).symlink_to(tmp_path)
        with pytest.raises(OSError, match="symbolic link"):
            files.remove(tenant)
        assert tmp_path.is_dir(), "what a link points at is not the client's"
