from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.listening import Cache, Changes
from horux_core.kernel.ids import TenantId
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.errors import TenantGone
from horux_core.plans.model import Entitlement, Plan

_QUERY = """
SELECT t.plan, t.cfdi_limit_override, t.users_limit_override,
       EXISTS (SELECT 1 FROM subscriptions s WHERE s.tenant_id = t.id AND s.status IN ('authorized', 'pending'))
FROM tenants t WHERE t.id = %s AND t.state = 'live'
"""


class PostgresEntitlements:
    """Remembers each tenant's for five minutes, while changes are heard."""

    def __init__(self, control: ControlDatabase, changes: Changes) -> None:
        self._control = control
        self._known: Cache[TenantId, Entitlement] = Cache(changes, "tenant", self._read)

    def of(self, tenant: TenantId) -> Entitlement:
        return self._known.get(tenant)

    def _read(self, tenant: TenantId) -> Entitlement:
        with self._control.transaction() as connection:
            row = connection.execute(_QUERY, (tenant,)).fetchone()
        if row is None:
            raise TenantGone
        plan, cfdi_limit, users_limit, writable = row
        terms = CATALOGUE[Plan(plan)]
        return Entitlement(
            Plan(plan),
            terms.features,
            terms.cfdi_limit if cfdi_limit is None else cfdi_limit,
            terms.users_limit if users_limit is None else users_limit,
            writable,
        )
