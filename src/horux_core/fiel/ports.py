from typing import Protocol

from horux_core.kernel.ids import TenantId


class FielVault(Protocol):
    """Where a client's e.firma is kept, as far as letting the client go needs it."""

    def destroy(self, tenant: TenantId) -> bool:
        """Take every copy away. True when there was one; nothing when there is none."""
