"""What every TenantFiles promises; a subclass brings `files`, `keep` that puts some there, and `has`."""

from collections.abc import Callable

from contracts.clients import a_tenant
from horux_core.onboarding.ports import TenantFiles
from horux_core.tenancy.model import Tenant


class TenantFilesContract:
    def test_takes_all_of_one_client_away(
        self, files: TenantFiles, keep: Callable[[Tenant], None], has: Callable[[Tenant], bool]
    ) -> None:
        tenant, other = a_tenant(), a_tenant("TPR840604D98")
        keep(tenant)
        keep(other)
        for _ in range(2):
            files.remove(tenant)
        assert not has(tenant)
        assert has(other)
