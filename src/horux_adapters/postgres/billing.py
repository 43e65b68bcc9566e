from dataclasses import dataclass

from psycopg.rows import TupleRow

from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.listening import notify
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.kernel.ids import TenantId
from horux_core.plans.model import Plan

_COLUMNS = (
    "id, tenant_id, plan, status, amount, frequency, payer_email, mp_preapproval_id, payment_link,"
    " current_period_start, current_period_end, created_at"
)
_OPEN = f"""
INSERT INTO subscriptions ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET
    plan = excluded.plan, status = excluded.status, amount = excluded.amount, frequency = excluded.frequency,
    payer_email = excluded.payer_email, mp_preapproval_id = excluded.mp_preapproval_id,
    payment_link = excluded.payment_link, current_period_start = excluded.current_period_start,
    current_period_end = excluded.current_period_end, updated_at = now()
"""  # noqa: S608
_LIVE = f"""
SELECT {_COLUMNS} FROM subscriptions WHERE tenant_id = %s
ORDER BY (status <> 'cancelled') DESC, created_at DESC LIMIT 1
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class PostgresSubscriptions:
    """What a tenant may do follows from its subscription: each change tells every process to ask again."""

    control: ControlDatabase

    def open(self, subscription: Subscription) -> None:
        s = subscription
        row = (
            s.id, s.tenant, s.plan, s.status, s.amount, s.frequency, s.payer_email, s.mp_preapproval_id, s.payment_link,
            s.current_period_start, s.current_period_end, s.created_at,
        )  # fmt: skip
        self._change(_OPEN, row, s.tenant)

    def live(self, tenant: TenantId) -> Subscription | None:
        with self.control.transaction() as connection:
            row = connection.execute(_LIVE, (tenant,)).fetchone()
        return None if row is None else _subscription(row)

    def cancel(self, tenant: TenantId) -> None:
        query = "UPDATE subscriptions SET status = 'cancelled', updated_at = now() WHERE tenant_id = %s"
        self._change(query, (tenant,), tenant)

    def remove(self, tenant: TenantId) -> None:
        self._change("DELETE FROM subscriptions WHERE tenant_id = %s", (tenant,), tenant)

    def _change(self, query: str, values: tuple[object, ...], tenant: TenantId) -> None:
        with self.control.transaction() as connection:
            connection.execute(query.encode(), values)
            notify(connection, "tenant", str(tenant))


def _subscription(row: TupleRow) -> Subscription:
    ident, tenant, plan, status, amount, frequency, payer, preapproval, link, start, end, created_at = row
    return Subscription(
        ident, TenantId(tenant), Plan(plan), SubscriptionStatus(status), amount, Frequency(frequency), payer,
        preapproval, link, start, end, created_at,
    )  # fmt: skip
