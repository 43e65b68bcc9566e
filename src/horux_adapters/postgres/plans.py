from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from horux_adapters.postgres.billing import PostgresSubscriptionLog
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.listening import Cache, Changes
from horux_core.billing.model import Subscription
from horux_core.billing.standing import BillingPolicy, writable
from horux_core.kernel.ids import TenantId
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.errors import TenantGone
from horux_core.plans.model import Entitlement, Plan

_QUERY = "SELECT plan, cfdi_limit_override, users_limit_override FROM tenants WHERE id = %s AND state = 'live'"


@dataclass(frozen=True, slots=True)
class _Terms:
    plan: Plan
    cfdi_limit: int
    users_limit: int
    subscription: Subscription | None


class PostgresEntitlements:
    """Remembers each tenant's terms for five minutes, while changes are heard; whether it may write, time decides."""

    def __init__(
        self, control: ControlDatabase, changes: Changes, clock: Callable[[], datetime], policy: BillingPolicy
    ) -> None:
        self._control = control
        self._clock = clock
        self._policy = policy
        self._known: Cache[TenantId, _Terms] = Cache(changes, "tenant", self._read)

    def of(self, tenant: TenantId) -> Entitlement:
        terms = self._known.get(tenant)
        return Entitlement(
            terms.plan,
            CATALOGUE[terms.plan].features,
            terms.cfdi_limit,
            terms.users_limit,
            writable(terms.subscription, self._clock(), self._policy),
        )

    def caches(self) -> dict[str, Cache[Any, Any]]:
        """What is remembered, by what it is."""
        return {"planes": self._known}

    def _read(self, tenant: TenantId) -> _Terms:
        with self._control.transaction() as connection:
            row = connection.execute(_QUERY, (tenant,)).fetchone()
            subscription = PostgresSubscriptionLog(connection).live(tenant)
        if row is None:
            raise TenantGone
        plan, cfdi_limit, users_limit = row
        terms = CATALOGUE[Plan(plan)]
        return _Terms(
            Plan(plan),
            terms.cfdi_limit if cfdi_limit is None else cfdi_limit,
            terms.users_limit if users_limit is None else users_limit,
            subscription,
        )
