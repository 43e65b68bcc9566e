"""What was paid and charged, in the transaction of a connection."""

from dataclasses import astuple, dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from horux_core.billing.gateway import Charge, ChargeState, Invoice
from horux_core.billing.model import Flaw, Payment, PaymentStatus
from horux_core.kernel.ids import TenantId

PAYMENT = (
    "id, tenant_id, subscription_id, mp_payment_id, amount, currency, status, payment_method, detail, reference,"
    " refunded, flaw, due_on, paid_at, changed_at, created_at, counted"
)
"""The columns of a payment, as `payment` takes them."""
_CHANGING = ", ".join(f"{name} = excluded.{name}" for name in PAYMENT.split(", ")[2:] if name != "created_at")
_PUT = f"""
INSERT INTO payments ({PAYMENT}) VALUES ({", ".join(["%s"] * (PAYMENT.count(",") + 1))})
ON CONFLICT (id) DO UPDATE SET {_CHANGING}
"""  # noqa: S608
_CHARGE = "reference, agreement, state, mp_payment_id, due_on, attempt, next_attempt_at, subscription_id, failure_told"
_PUT_CHARGE = f"""
INSERT INTO charges ({_CHARGE}) VALUES ({", ".join(["%s"] * (_CHARGE.count(",") + 1))})
ON CONFLICT (reference) DO UPDATE SET agreement = excluded.agreement, state = excluded.state,
    mp_payment_id = excluded.mp_payment_id, due_on = excluded.due_on, attempt = excluded.attempt,
    next_attempt_at = excluded.next_attempt_at, subscription_id = excluded.subscription_id,
    failure_told = excluded.failure_told, updated_at = now()
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class PostgresPayments:
    connection: Connection[TupleRow]

    def known(self, mp_payment_id: str) -> Payment | None:
        query = f"SELECT {PAYMENT} FROM payments WHERE mp_payment_id = %s"  # noqa: S608
        return payment_of(self.connection.execute(query, (mp_payment_id,)).fetchone())

    def by_hand(self, tenant: TenantId) -> tuple[Payment, ...]:
        query = f"SELECT {PAYMENT} FROM payments WHERE tenant_id = %s AND mp_payment_id IS NULL ORDER BY n"  # noqa: S608
        return tuple(payment(row) for row in self.connection.execute(query, (tenant,)).fetchall())

    def put(self, payment: Payment) -> None:
        self.connection.execute(_PUT, astuple(payment))


@dataclass(frozen=True, slots=True)
class PostgresInvoices:
    connection: Connection[TupleRow]

    def get(self, charge: str) -> Invoice | None:
        query = f"SELECT {_CHARGE} FROM charges WHERE reference = %s"  # noqa: S608
        row = self.connection.execute(query, (charge,)).fetchone()
        if row is None:
            return None
        reference, agreement, state, paid, due_on, attempt, again, subscription, told = row
        return Invoice(
            Charge(reference, agreement, ChargeState(state), paid, due_on, attempt, again), subscription, told
        )

    def put(self, invoice: Invoice) -> None:
        row = (*astuple(invoice.charge), invoice.subscription, invoice.failure_told)
        self.connection.execute(_PUT_CHARGE, row)


def payment_of(row: TupleRow | None) -> Payment | None:
    return None if row is None else payment(row)


def payment(row: TupleRow) -> Payment:
    (
        ident, tenant, subscription, number, amount, currency, status, method, detail, reference, refunded, flaw, due,
        paid_at, changed_at, created_at, counted,
    ) = row  # fmt: skip
    return Payment(
        ident, TenantId(tenant), subscription, number, amount, currency, PaymentStatus(status), method, detail,
        reference, refunded, None if flaw is None else Flaw(flaw), due, paid_at, changed_at, created_at,
        counted,
    )  # fmt: skip
