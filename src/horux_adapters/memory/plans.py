from dataclasses import dataclass

from horux_adapters.memory.database import MemoryDatabase
from horux_core.billing.model import SubscriptionStatus
from horux_core.kernel.ids import TenantId
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.errors import TenantGone
from horux_core.plans.model import Entitlement
from horux_core.tenancy.model import Tenant, TenantState

WRITING = (SubscriptionStatus.AUTHORIZED, SubscriptionStatus.PENDING)


@dataclass(frozen=True, slots=True)
class MemoryEntitlements:
    control: MemoryDatabase

    def of(self, tenant: TenantId) -> Entitlement:
        found: Tenant | None = self.control.tables["tenants"].get(tenant)
        if found is None or found.state is not TenantState.LIVE:
            raise TenantGone
        own = [s for s in self.control.tables["subscriptions"].values() if s.tenant == tenant]
        return Entitlement(
            found.plan,
            CATALOGUE[found.plan].features,
            found.cfdi_limit,
            found.users_limit,
            writable=any(s.status in WRITING for s in own),
        )
