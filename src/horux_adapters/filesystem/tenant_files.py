import errno
import shutil
from dataclasses import dataclass
from pathlib import Path

from horux_core.tenancy.model import Tenant

_PASSES = 100
"""How often somebody else may take a file away, or leave one, while a folder is being removed."""


@dataclass(frozen=True, slots=True)
class FilesystemTenantFiles:
    """What a tenant has below the data folder: uploads on the spool, by its id, and its inbox, by its database."""

    spool: Path
    inboxes: Path

    def remove(self, tenant: Tenant) -> None:
        for folder in (self.spool / str(tenant.id), self.inboxes / tenant.database_name):
            for left in reversed(range(_PASSES)):
                if not folder.is_dir() or _removed(folder, last=left == 0):
                    break


def _removed(folder: Path, last: bool) -> bool:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        if last or error.errno not in (errno.ENOENT, errno.ENOTEMPTY):
            raise
        return False
    return True
