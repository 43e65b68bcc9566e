from dataclasses import dataclass, field

from horux_adapters.memory.billing import live
from horux_adapters.memory.database import MemoryDatabase
from horux_core.billing.standing import BillingPolicy, writable
from horux_core.kernel.ids import TenantId
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.errors import TenantGone
from horux_core.plans.model import Entitlement
from horux_core.tenancy.model import Tenant, TenantState


@dataclass(frozen=True, slots=True)
class MemoryEntitlements:
    control: MemoryDatabase
    policy: BillingPolicy = field(default_factory=BillingPolicy)

    def of(self, tenant: TenantId) -> Entitlement:
        found: Tenant | None = self.control.tables["tenants"].get(tenant)
        if found is None or found.state is not TenantState.LIVE:
            raise TenantGone
        return Entitlement(
            found.plan,
            CATALOGUE[found.plan].features,
            found.cfdi_limit,
            found.users_limit,
            writable(live(self.control.tables, tenant), self.control.clock(), self.policy),
        )
