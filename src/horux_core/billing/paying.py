"""What the operator notes by hand: a payment that came in another way ("Marcar como pagado")."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from horux_core.billing.errors import PaymentMalformed, PaymentRepeated
from horux_core.billing.events import PaymentReceived
from horux_core.billing.keeping import kept, lock_live, put, succeeding
from horux_core.billing.model import Flaw, Payment, PaymentStatus, Unmatched
from horux_core.billing.ports import Ledger
from horux_core.billing.pricing import MOST, payable
from horux_core.billing.settling import Topic
from horux_core.billing.standing import BillingPolicy, pay_by_hand
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.ids import TenantId
from horux_core.kernel.importe import CERO
from horux_core.tenancy.deeds import deed
from horux_core.tenancy.listing import live
from horux_core.tenancy.ports import Registry

PAGO_A_MANO = "pago-a-mano"
BY_HAND = "transferencia"
LONGEST_REFERENCE = 100
_OLDEST, _NEWEST = timedelta(days=366), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PayByHand:
    """Note a payment that came in another way ("Marcar como pagado"): one more cycle, and the client writes.

    After one that was cancelled a new subscription begins. Raises ReauthenticationRequired, TenantMissing,
    PaymentMalformed, or PaymentRepeated when the same amount, day and reference are noted already.
    """

    ledger: Ledger
    registry: Registry
    clock: Clock
    policy: BillingPolicy

    def __call__(self, actor: Actor, rfc: str, amount: Decimal, paid_at: datetime, reference: str) -> Payment:
        actor.require(Permission.OPERATE)
        actor.require_fresh()
        now = self.clock()
        tenant = live(self.registry, rfc).id
        noted = _noted(tenant, amount, paid_at, reference, now)
        with self.ledger.transaction() as tx:
            locked = lock_live(tx, tenant)
            if any(_same(noted, other) for other in tx.payments.by_hand(tenant)):
                raise PaymentRepeated("Ese pago ya está registrado, con el mismo monto, fecha y referencia.")
            old = tx.subscriptions.live(tenant)
            before = succeeding(old, locked, now, self.policy, noted.amount)
            put(tx, old, before)
            after = pay_by_hand(before, paid_at, now, self.policy)
            payment = replace(noted, subscription=after.id, due_on=after.current_period_start)
            tx.payments.put(payment)
            if before.amount != payment.amount:
                tx.aside.put(Unmatched(Topic.PAYMENT, str(payment.id), Flaw.AMOUNT, now))
            kept(tx, locked, before, after, now, self.policy)
            tx.outbox.put(PaymentReceived(tenant, payment.id))
            told = {"monto": payment.amount, "fecha": paid_at.isoformat(), "referencia": payment.reference}
            tx.audit.record(
                deed(actor, tenant, PAGO_A_MANO, "POST", f"/api/tenants/{locked.rfc}/payments/manual", told)
            )
        return payment


def _noted(tenant: TenantId, amount: Decimal, paid_at: datetime, reference: str, now: datetime) -> Payment:
    if not payable(amount) or amount == 0:
        raise PaymentMalformed(f"El monto va de 0.01 a {MOST} pesos, con dos decimales a lo más.")
    if not now - _OLDEST <= paid_at <= now + _NEWEST:
        raise PaymentMalformed("La fecha del pago debe ser de hace un año a lo más, y no futura.")
    kept_reference = " ".join(reference.split())
    if not kept_reference or len(kept_reference) > LONGEST_REFERENCE or not kept_reference.isprintable():
        raise PaymentMalformed(f"Escribe la referencia del pago en una línea, de 1 a {LONGEST_REFERENCE} caracteres.")
    return Payment(
        uuid4(), tenant, None, None, amount.quantize(CERO), "MXN", PaymentStatus.APPROVED, BY_HAND, "", kept_reference,
        CERO, None, None, paid_at, now, now,
    )  # fmt: skip


def _same(one: Payment, other: Payment) -> bool:
    """Whether they are one payment, noted on the same day of Mexico's: letters and hours are written as they come."""
    return _told_apart(one) == _told_apart(other)


def _told_apart(noted: Payment) -> tuple[Decimal, date | None, str]:
    paid_on = None if noted.paid_at is None else dia_fiscal(noted.paid_at)
    return noted.amount, paid_on, (noted.reference or "").casefold()
