from dataclasses import astuple, dataclass
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.listening import notify
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.kernel.ids import TenantId
from horux_core.plans.model import Plan

COLUMNS = (
    "id, tenant_id, plan, status, amount, frequency, payer_email, mp_preapproval_id, payment_link,"
    " current_period_start, current_period_end, created_at, agreement_state, agreement_changed_at, reminded_of,"
    " listed, entered_at, failed_on"
)
"""Of a subscription, as `subscription` takes them."""
COUNTING = "(status <> 'cancelled') DESC, created_at DESC"
"""The order in which the one that counts comes first among a tenant's."""
_FIXED = ("id", "tenant_id", "created_at")
_CHANGING = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS.split(", ") if name not in _FIXED)
_PUT = f"""
INSERT INTO subscriptions ({COLUMNS}) VALUES ({", ".join(["%s"] * (COLUMNS.count(",") + 1))})
ON CONFLICT (id) DO UPDATE SET {_CHANGING}, updated_at = now()
"""  # noqa: S608
_LIVE = f"SELECT {COLUMNS} FROM subscriptions WHERE tenant_id = %s ORDER BY {COUNTING} LIMIT 1"  # noqa: S608


@dataclass(frozen=True, slots=True)
class PostgresSubscriptions:
    """What a tenant may do follows from its subscription: each change tells every process to ask again."""

    control: ControlDatabase

    def open(self, subscription: Subscription) -> None:
        with self.control.transaction() as connection:
            PostgresSubscriptionLog(connection).save(subscription)

    def live(self, tenant: TenantId) -> Subscription | None:
        with self.control.transaction() as connection:
            return PostgresSubscriptionLog(connection).live(tenant)

    def cancel(self, tenant: TenantId) -> None:
        query = "UPDATE subscriptions SET status = 'cancelled', updated_at = now() WHERE tenant_id = %s"
        self._change(query, tenant)

    def remove(self, tenant: TenantId) -> None:
        self._change("DELETE FROM subscriptions WHERE tenant_id = %s", tenant)

    def _change(self, query: str, tenant: TenantId) -> None:
        with self.control.transaction() as connection:
            connection.execute("SELECT FROM tenants WHERE id = %s FOR UPDATE", (tenant,))
            connection.execute(query.encode(), (tenant,))
            notify(connection, "tenant", str(tenant))


@dataclass(frozen=True, slots=True)
class PostgresSubscriptionLog:
    """The subscriptions, in the transaction of `connection`."""

    connection: Connection[TupleRow]

    def get(self, subscription: UUID) -> Subscription | None:
        query = f"SELECT {COLUMNS} FROM subscriptions WHERE id = %s"  # noqa: S608
        return subscription_of(self.connection.execute(query, (subscription,)).fetchone())

    def live(self, tenant: TenantId) -> Subscription | None:
        return subscription_of(self.connection.execute(_LIVE, (tenant,)).fetchone())

    def add(self, subscription: Subscription) -> None:
        self.save(subscription)

    def save(self, subscription: Subscription) -> None:
        self.connection.execute(_PUT, astuple(subscription))
        notify(self.connection, "tenant", str(subscription.tenant))


def subscription_of(row: TupleRow | None) -> Subscription | None:
    """The subscription whose COLUMNS these are."""
    return None if row is None else subscription(row)


def subscription(row: TupleRow) -> Subscription:
    (
        ident, tenant, plan, status, amount, frequency, payer, preapproval, link, start, end, created_at, state,
        changed_at, reminded_of, listed, entered_at, failed_on,
    ) = row  # fmt: skip
    return Subscription(
        ident, TenantId(tenant), Plan(plan), SubscriptionStatus(status), amount, Frequency(frequency), payer,
        preapproval, link, start, end, created_at, None if state is None else SubscriptionStatus(state), changed_at,
        reminded_of, listed, entered_at, failed_on,
    )  # fmt: skip
