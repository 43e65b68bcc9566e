"""How a client comes to pay: by the link the operator issues, or in a way the operator notes by hand."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from horux_core.billing.errors import AgreementUnknown, LinkUnavailable, PaymentMalformed, PaymentRepeated
from horux_core.billing.events import PaymentLinkIssued, PaymentReceived
from horux_core.billing.following import followed
from horux_core.billing.gateway import Agreement, title
from horux_core.billing.keeping import kept, mirrored
from horux_core.billing.model import Frequency, Payment, PaymentStatus, Subscription, SubscriptionStatus
from horux_core.billing.ports import Ledger, LedgerTransaction, PaymentGateway, Prices
from horux_core.billing.pricing import price
from horux_core.billing.settling import Settle, Topic
from horux_core.billing.standing import BillingPolicy, pay_by_hand
from horux_core.identity.addresses import email_address
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock, dia_fiscal
from horux_core.kernel.ids import TenantId
from horux_core.kernel.importe import CERO
from horux_core.tenancy.deeds import deed
from horux_core.tenancy.listing import live, missing
from horux_core.tenancy.model import Tenant, TenantState
from horux_core.tenancy.ports import Registry

PAGO_A_MANO, LIGA = "pago-a-mano", "liga-de-pago"
BY_HAND = "transferencia"
_MOST = Decimal("99999999.99")
_LONGEST_REFERENCE = 100
_OLDEST, _NEWEST = timedelta(days=366), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Billing:
    """What paying touches besides the provider: the books, the clients, the clock and the operator's terms."""

    ledger: Ledger
    registry: Registry
    prices: Prices
    clock: Clock
    policy: BillingPolicy


@dataclass(frozen=True, slots=True)
class IssuePaymentLink:
    """Make, or find again, the link of a client's subscription, and have it sent to the payer.

    One that was never paid, and whose amount nobody agreed with the client, takes today's price of its plan; the
    operator may name another amount until a card is charged. One that was cancelled is followed by a new one. A link
    that cannot be entered any more, since it was paused or is another payer's, gives way to another. Raises
    TenantMissing, EmailMalformed, PriceInvalid, LinkUnavailable, AgreementRefused or GatewayUnavailable.
    """

    billing: Billing
    gateway: PaymentGateway

    def __call__(
        self, actor: Actor, rfc: str, payer_email: str | None = None, amount: Decimal | None = None
    ) -> Subscription:
        actor.require(Permission.OPERATE)
        payer = None if payer_email is None else email_address(payer_email)
        named = price(amount)
        tenant = live(self.billing.registry, rfc).id
        with self.billing.ledger.hold(tenant) as ours:
            if not ours:
                raise LinkUnavailable("Ya se está generando la liga de esa empresa. Espera unos segundos y recarga.")
            self._catch_up(tenant)
            self._clear_the_way(tenant, payer)
            asked = self._prepared(tenant, payer, named)
            return self._linked(actor, asked, self.gateway.open(asked, title(asked)))

    def _catch_up(self, tenant: TenantId) -> None:
        """A card may have been entered, or an agreement ended, that we did not hear of."""
        b = self.billing
        with b.ledger.transaction() as tx:
            old = tx.subscriptions.live(tenant)
        if old is None or old.mp_preapproval_id is None or old.status is SubscriptionStatus.CANCELLED:
            return
        with suppress(AgreementUnknown):
            Settle(b.ledger, self.gateway, b.clock, b.policy)(Topic.AGREEMENT, old.mp_preapproval_id)

    def _clear_the_way(self, tenant: TenantId, payer: str | None) -> None:
        """It is unlinked before it is ended, so that its end cuts nobody off; its payer is kept until it has ended."""
        with self.billing.ledger.transaction() as tx:
            _locked(tx, tenant)
            old = tx.subscriptions.live(tenant)
            if old is None or old.status is SubscriptionStatus.CANCELLED or not _in_the_way(old, payer):
                return
            tx.subscriptions.save(old.unlinked())
        self.gateway.close(old)

    def _prepared(self, tenant: TenantId, payer: str | None, named: Decimal | None) -> Subscription:
        """The terms are kept before the provider is asked: what the payer agrees to then is what we expect."""
        b = self.billing
        with b.ledger.transaction() as tx:
            locked = _locked(tx, tenant)
            old = tx.subscriptions.live(tenant)
            asked = self._terms(_standing(old, locked, b.clock()), locked, named)
            asked = asked if payer is None else replace(asked, payer_email=payer)
            if not asked.asks_for_link:
                lacking = "el correo de quien paga" if asked.amount > 0 else "el monto"
                raise LinkUnavailable(f"No se puede crear la liga: falta {lacking}. Captúralo e intenta de nuevo.")
            _put(tx, old, asked)
            mirrored(tx, locked, b.clock(), b.policy)
        return asked

    def _terms(self, s: Subscription, tenant: Tenant, named: Decimal | None) -> Subscription:
        if named is not None and s.charges_itself:
            raise LinkUnavailable("La tarjeta del cliente ya se cobra por otro monto: cancela esa suscripción primero.")
        if named is not None:
            return replace(s, plan=tenant.plan, amount=named, listed=False)
        paid = s.status is not SubscriptionStatus.PENDING or s.current_period_end is not None
        today = self.billing.prices.of(tenant.plan).per(s.frequency)
        if paid or today is None or not (s.listed or s.amount == 0):
            return s
        return replace(s, plan=tenant.plan, amount=today, listed=True)

    def _linked(self, actor: Actor, asked: Subscription, agreement: Agreement | None) -> Subscription:
        b, tenant = self.billing, asked.tenant
        with b.ledger.transaction() as tx:
            locked = tx.tenants.lock(tenant)
            found = tx.subscriptions.get(asked.id)
            stands = found is not None and found.status is not SubscriptionStatus.CANCELLED
            if found is not None and stands and locked.state is TenantState.LIVE:
                linked = found if agreement is None else self._agreed(found, agreement)
                kept(tx, locked, found, linked, b.clock(), b.policy)
                tx.outbox.put(PaymentLinkIssued(tenant, linked.id))
                told = {"monto": linked.amount, "frecuencia": linked.frequency, "pagador": linked.payer_email}
                tx.audit.record(deed(actor, tenant, LIGA, "POST", f"/api/tenants/{locked.rfc}/payment-link", told))
                return linked
        self.gateway.close(asked if agreement is None else asked.linked(agreement.reference, agreement.url))
        if locked.state is not TenantState.LIVE:
            raise missing()
        raise LinkUnavailable("La suscripción se canceló mientras se generaba la liga. Genérala de nuevo.")

    def _agreed(self, subscription: Subscription, agreement: Agreement) -> Subscription:
        """With its link; of a card entered meanwhile, what its payer agreed to is what is charged."""
        s = subscription.linked(agreement.reference, agreement.url)
        if agreement.state is SubscriptionStatus.AUTHORIZED:
            s = replace(s, amount=agreement.amount, frequency=agreement.frequency or s.frequency)
        return followed(s, agreement, self.billing.clock(), self.billing.policy)[0]


def _in_the_way(subscription: Subscription, payer: str | None) -> bool:
    s = subscription
    another = payer is not None and s.payer_email is not None and payer != s.payer_email
    return s.agreement_state is SubscriptionStatus.PAUSED or (another and not s.charges_itself)


def _locked(tx: LedgerTransaction, tenant: TenantId) -> Tenant:
    """Raises TenantMissing for one that is being let go."""
    locked = tx.tenants.lock(tenant)
    if locked.state is not TenantState.LIVE:
        raise missing()
    return locked


@dataclass(frozen=True, slots=True)
class PayByHand:
    """Note a payment that came in another way ("Marcar como pagado"): one more cycle, and the client writes.

    After one that was cancelled a new subscription begins. Raises TenantMissing, PaymentMalformed, or PaymentRepeated
    when the same amount, day and reference are noted already.
    """

    billing: Billing

    def __call__(self, actor: Actor, rfc: str, amount: Decimal, paid_at: datetime, reference: str) -> Payment:
        actor.require(Permission.OPERATE)
        b, now = self.billing, self.billing.clock()
        tenant = live(b.registry, rfc).id
        noted = _noted(tenant, amount, paid_at, reference, now)
        with b.ledger.transaction() as tx:
            locked = _locked(tx, tenant)
            if any(_same(noted, other) for other in tx.payments.by_hand(tenant)):
                raise PaymentRepeated("Ese pago ya está registrado, con el mismo monto, fecha y referencia.")
            old = tx.subscriptions.live(tenant)
            before = _standing(old, locked, now, noted.amount)
            _put(tx, old, before)
            after = pay_by_hand(before, paid_at, now, b.policy)
            payment = replace(noted, subscription=after.id, due_on=after.current_period_start)
            tx.payments.put(payment)
            kept(tx, locked, before, after, now, b.policy)
            tx.outbox.put(PaymentReceived(tenant, payment.id))
            told = {"monto": payment.amount, "fecha": paid_at.isoformat(), "referencia": payment.reference}
            tx.audit.record(
                deed(actor, tenant, PAGO_A_MANO, "POST", f"/api/tenants/{locked.rfc}/payments/manual", told)
            )
        return payment


def _standing(old: Subscription | None, tenant: Tenant, now: datetime, amount: Decimal = CERO) -> Subscription:
    """The one that is not cancelled, else one more on the terms of the last, from nothing paid."""
    if old is not None and old.status is not SubscriptionStatus.CANCELLED:
        return old
    frequency = Frequency.MONTHLY if old is None else old.frequency
    payer, due = (None, amount) if old is None else (old.payer_email, old.amount or amount)
    listed = old is not None and old.listed
    return Subscription(
        uuid4(),
        tenant.id,
        tenant.plan,
        SubscriptionStatus.PENDING,
        due,
        frequency,
        payer,
        None,
        None,
        None,
        None,
        now,
        listed=listed,
    )


def _put(tx: LedgerTransaction, old: Subscription | None, now: Subscription) -> None:
    if old is None or old.id != now.id:
        tx.subscriptions.add(now)
    elif now != old:
        tx.subscriptions.save(now)


def _noted(tenant: TenantId, amount: Decimal, paid_at: datetime, reference: str, now: datetime) -> Payment:
    if not amount.is_finite() or not 0 < amount <= _MOST or amount != round(amount, 2):
        raise PaymentMalformed(f"El monto va de 0.01 a {_MOST} pesos, con dos decimales a lo más.")
    if not now - _OLDEST <= paid_at <= now + _NEWEST:
        raise PaymentMalformed("La fecha del pago debe ser de hace un año a lo más, y no futura.")
    kept_reference = " ".join(reference.split())
    if not kept_reference or len(kept_reference) > _LONGEST_REFERENCE or not kept_reference.isprintable():
        raise PaymentMalformed(f"Escribe la referencia del pago en una línea, de 1 a {_LONGEST_REFERENCE} caracteres.")
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
