import shutil
from dataclasses import dataclass
from pathlib import Path

from horux_core.tenancy.model import Tenant


@dataclass(frozen=True, slots=True)
class FilesystemTenantFiles:
    """What a tenant has below the data folder: uploads on the spool, by its id, and its inbox, by its database."""

    spool: Path
    inboxes: Path

    def remove(self, tenant: Tenant) -> None:
        for folder in (self.spool / str(tenant.id), self.inboxes / tenant.database_name):
            shutil.rmtree(folder, ignore_errors=False) if folder.is_dir() else None
