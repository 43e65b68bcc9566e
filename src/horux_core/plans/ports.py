from typing import Protocol

from horux_core.kernel.ids import TenantId
from horux_core.plans.model import Entitlement


class Entitlements(Protocol):
    def of(self, tenant: TenantId) -> Entitlement:
        """What the taxpayer may do now. Raises TenantGone when it is not a live tenant.

        May be remembered, and is forgotten within a second of a change.
        """
