from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from horux_adapters.postgres.audit import PostgresAuditLog
from horux_adapters.postgres.billing import COLUMNS, COUNTING, PostgresSubscriptionLog, subscription, subscription_of
from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.locks import held
from horux_adapters.postgres.payments import PAYMENT, PostgresInvoices, PostgresPayments, payment, payment_of
from horux_adapters.postgres.tenancy import PostgresTenants
from horux_core.audit.model import Deed
from horux_core.billing.model import Payment, PlanPrices, Subscription, Unmatched
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page, numbered
from horux_core.outbox.ports import Outbox
from horux_core.plans.catalogue import CATALOGUE
from horux_core.plans.model import Plan

_BY_AGREEMENT = f"SELECT {COLUMNS} FROM subscriptions WHERE mp_preapproval_id = %s"  # noqa: S608
_THAT_COUNT = f"""
SELECT * FROM (
    SELECT DISTINCT ON (s.tenant_id) {", ".join(f"s.{name}" for name in COLUMNS.split(", "))}
    FROM subscriptions s JOIN tenants t ON t.id = s.tenant_id WHERE t.state = 'live'
    ORDER BY s.tenant_id, {COUNTING.replace("created_at", "s.created_at")}) AS counting
WHERE (status = 'cancelled') = %s ORDER BY created_at
"""  # noqa: S608
_ENDED_SINCE = f"""
SELECT {COLUMNS} FROM subscriptions
WHERE status = 'cancelled' AND agreement_changed_at >= %s AND tenant_id IN (SELECT id FROM tenants WHERE state = 'live')
ORDER BY created_at
"""  # noqa: S608
_PAGE = f"""
SELECT {PAYMENT}, n FROM payments WHERE tenant_id = %(tenant)s AND (%(before)s::bigint IS NULL OR n < %(before)s)
ORDER BY n DESC LIMIT %(limit)s
"""  # noqa: S608
_PUT_ASIDE = """
INSERT INTO unmatched_news (topic, reference, why, seen_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (topic, reference) DO UPDATE SET n = DEFAULT, why = excluded.why, seen_at = excluded.seen_at
"""
_UNMATCHED = """
SELECT topic, reference, why, seen_at, n FROM unmatched_news WHERE (%(before)s::bigint IS NULL OR n < %(before)s)
ORDER BY n DESC LIMIT %(limit)s
"""
_PRICE = """
INSERT INTO plan_prices (plan, monthly, yearly) VALUES (%s, %s, %s)
ON CONFLICT (plan) DO UPDATE SET monthly = excluded.monthly, yearly = excluded.yearly, updated_at = now()
"""


@dataclass(frozen=True, slots=True)
class PostgresAside:
    connection: Connection[TupleRow]

    def put(self, news: Unmatched) -> None:
        self.connection.execute(_PUT_ASIDE, astuple(news))

    def drop(self, topic: str, reference: str, why: str | None = None) -> None:
        query = "DELETE FROM unmatched_news WHERE topic = %s AND reference = %s AND why = coalesce(%s, why)"
        self.connection.execute(query, (topic, reference, why))


@dataclass(frozen=True, slots=True)
class PostgresLedgerTransaction:
    tenants: PostgresTenants
    subscriptions: PostgresSubscriptionLog
    payments: PostgresPayments
    invoices: PostgresInvoices
    aside: PostgresAside
    outbox: Outbox
    audit: PostgresAuditLog


@dataclass(frozen=True, slots=True)
class PostgresLedger:
    """`session` opens a connection of its own, whose advisory locks die with it."""

    control: ControlDatabase
    outbox: Callable[[Connection[TupleRow]], Outbox]
    session: Callable[[], Connection[TupleRow]]

    @contextmanager
    def transaction(self) -> Iterator[PostgresLedgerTransaction]:
        with self.control.transaction() as connection:
            yield PostgresLedgerTransaction(
                PostgresTenants(connection),
                PostgresSubscriptionLog(connection),
                PostgresPayments(connection),
                PostgresInvoices(connection),
                PostgresAside(connection),
                self.outbox(connection),
                PostgresAuditLog(connection),
            )

    @contextmanager
    def hold(self, tenant: TenantId) -> Iterator[bool]:
        with held(self.session, f"horux.liga:{tenant}") as ours:
            yield ours

    def subscription(self, ident: UUID) -> Subscription | None:
        with self.control.transaction() as connection:
            return PostgresSubscriptionLog(connection).get(ident)

    def agreed(self, reference: str) -> Subscription | None:
        with self.control.transaction() as connection:
            return subscription_of(connection.execute(_BY_AGREEMENT, (reference,)).fetchone())

    def standing(self) -> list[Subscription]:
        return self._that_count(cancelled=False)

    def ended(self) -> list[Subscription]:
        return self._that_count(cancelled=True)

    def ended_since(self, moment: datetime) -> list[Subscription]:
        with self.control.transaction() as connection:
            return [subscription(row) for row in connection.execute(_ENDED_SINCE, (moment,)).fetchall()]

    def payment(self, ident: UUID) -> Payment | None:
        query = f"SELECT {PAYMENT} FROM payments WHERE id = %s"  # noqa: S608
        with self.control.transaction() as connection:
            return payment_of(connection.execute(query, (ident,)).fetchone())

    def page(self, tenant: TenantId, cursor: str | None, limit: int) -> Page[Payment]:
        values = {"tenant": tenant, "before": numbered(cursor), "limit": limit + 1}
        with self.control.transaction() as connection:
            rows = connection.execute(_PAGE, values).fetchall()
        return Page(tuple(payment(row[:-1]) for row in rows[:limit]), _after(rows, limit))

    def unmatched(self, cursor: str | None, limit: int) -> Page[Unmatched]:
        values = {"before": numbered(cursor), "limit": limit + 1}
        with self.control.transaction() as connection:
            rows = connection.execute(_UNMATCHED, values).fetchall()
        return Page(tuple(Unmatched(*row[:-1]) for row in rows[:limit]), _after(rows, limit))

    def _that_count(self, *, cancelled: bool) -> list[Subscription]:
        with self.control.transaction() as connection:
            return [subscription(row) for row in connection.execute(_THAT_COUNT, (cancelled,)).fetchall()]


@dataclass(frozen=True, slots=True)
class PostgresPrices:
    control: ControlDatabase

    def of(self, plan: Plan) -> PlanPrices:
        return self._set().get(plan, PlanPrices(plan, None, None))

    def all(self) -> tuple[PlanPrices, ...]:
        found = self._set()
        return tuple(found.get(plan, PlanPrices(plan, None, None)) for plan in CATALOGUE)

    def set(self, prices: PlanPrices, deed: Deed) -> None:
        with self.control.transaction() as connection:
            connection.execute(_PRICE, (prices.plan, prices.monthly, prices.yearly))
            PostgresAuditLog(connection).record(deed)

    def _set(self) -> dict[Plan, PlanPrices]:
        with self.control.transaction() as connection:
            rows = connection.execute("SELECT plan, monthly, yearly FROM plan_prices").fetchall()
        return {Plan(plan): PlanPrices(Plan(plan), monthly, yearly) for plan, monthly, yearly in rows}


def _after(rows: list[TupleRow], limit: int) -> str | None:
    return str(rows[limit - 1][-1]) if len(rows) > limit else None
