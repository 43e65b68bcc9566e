from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.ports.spool import spooled
from contracts.ports.tenant_files import TenantFilesContract
from horux_adapters.filesystem.tenant_files import FilesystemTenantFiles
from horux_adapters.s3.bucket import Bucket
from horux_adapters.s3.spool import S3Spool
from horux_adapters.s3.tenant_files import S3TenantFiles
from horux_core.fiscal.cfdi.ports import SpoolRef
from horux_core.kernel.ids import JobId
from horux_core.onboarding.ports import TenantFiles
from horux_core.tenancy.model import Tenant
from tests.adapters.s3.test_spool import now


class TestS3TenantFiles(TenantFilesContract):
    @pytest.fixture
    def files(self, bucket: Bucket, tmp_path: Path) -> TenantFiles:
        return S3TenantFiles(bucket, FilesystemTenantFiles(tmp_path / "spool", tmp_path / "buzon"))

    @pytest.fixture
    def keep(self, bucket: Bucket, tmp_path: Path) -> Callable[[Tenant], None]:
        def keep(tenant: Tenant) -> None:
            spooled(S3Spool(bucket, now), ("a.xml", b"<a/>"), ref=SpoolRef(tenant.id, JobId(tenant.id)))
            (tmp_path / "buzon" / tenant.database_name).mkdir(parents=True)

        return keep

    @pytest.fixture
    def has(self, bucket: Bucket, tmp_path: Path) -> Callable[[Tenant], bool]:
        def has(tenant: Tenant) -> bool:
            return bool(list(bucket.all(str(tenant.id)))) or (tmp_path / "buzon" / tenant.database_name).exists()

        return has
