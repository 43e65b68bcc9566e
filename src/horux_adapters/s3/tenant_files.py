from dataclasses import dataclass

from horux_adapters.s3.bucket import Bucket
from horux_adapters.s3.spool import on_store
from horux_core.onboarding.ports import TenantFiles
from horux_core.tenancy.model import Tenant


@dataclass(frozen=True, slots=True)
class S3TenantFiles:
    """A tenant's uploads in the store, and the `rest` that it has on this machine."""

    uploads: Bucket
    rest: TenantFiles

    def remove(self, tenant: Tenant) -> None:
        with on_store():
            self.uploads.empty(f"{tenant.id}/")
        self.rest.remove(tenant)
