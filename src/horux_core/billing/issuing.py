"""How a client comes to pay by itself: the link the operator issues."""

from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal

from horux_core.billing.errors import AgreementUnknown, LinkUnavailable
from horux_core.billing.events import PaymentLinkIssued
from horux_core.billing.following import followed
from horux_core.billing.gateway import Agreement, title
from horux_core.billing.keeping import kept, lock_live, mirrored, put, succeeding
from horux_core.billing.model import Subscription, SubscriptionStatus
from horux_core.billing.ports import Ledger, PaymentGateway, Prices
from horux_core.billing.pricing import price
from horux_core.billing.settling import Settle, Topic
from horux_core.billing.standing import BillingPolicy
from horux_core.identity.addresses import email_address
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.deeds import deed
from horux_core.tenancy.listing import live, missing
from horux_core.tenancy.model import Tenant, TenantState
from horux_core.tenancy.ports import Registry

LIGA = "liga-de-pago"


@dataclass(frozen=True, slots=True)
class IssuePaymentLink:
    """Make, or find again, the link of a client's subscription, and have it sent to the payer.

    One that was never paid, and whose amount nobody agreed with the client, takes today's price of its plan; the
    operator may name another amount until a card is charged. One that was cancelled is followed by a new one. A link
    that cannot be entered any more, since it was given up on or paused, or is another payer's, gives way to another.

    Raises TenantMissing, EmailMalformed, PriceInvalid, LinkUnavailable, AgreementRefused or GatewayUnavailable.
    """

    ledger: Ledger
    registry: Registry
    prices: Prices
    gateway: PaymentGateway
    clock: Clock
    policy: BillingPolicy

    def __call__(
        self, actor: Actor, rfc: str, payer_email: str | None = None, amount: Decimal | None = None
    ) -> Subscription:
        actor.require(Permission.OPERATE)
        payer = None if payer_email is None else email_address(payer_email)
        named = price(amount)
        tenant = live(self.registry, rfc).id
        with self.ledger.hold(tenant) as ours:
            if not ours:
                raise LinkUnavailable("Ya se está generando la liga de esa empresa. Espera unos segundos y recarga.")
            self._catch_up(tenant)
            self._clear_the_way(tenant, payer)
            asked = self._prepared(tenant, payer, named)
            return self._linked(actor, asked, self.gateway.open(asked, title(asked)))

    def _catch_up(self, tenant: TenantId) -> None:
        """A card may have been entered, or an agreement ended, that we did not hear of."""
        with self.ledger.transaction() as tx:
            old = tx.subscriptions.live(tenant)
        if old is None or old.mp_preapproval_id is None or old.status is SubscriptionStatus.CANCELLED:
            return
        with suppress(AgreementUnknown):
            Settle(self.ledger, self.gateway, self.clock, self.policy)(Topic.AGREEMENT, old.mp_preapproval_id)

    def _clear_the_way(self, tenant: TenantId, payer: str | None) -> None:
        """It is unlinked before it is ended, so that its end cuts nobody off; its payer is kept until it has ended."""
        with self.ledger.transaction() as tx:
            lock_live(tx, tenant)
            old = tx.subscriptions.live(tenant)
            if old is None or old.status is SubscriptionStatus.CANCELLED or not _in_the_way(old, payer):
                return
            tx.subscriptions.save(old.unlinked())
        self.gateway.close(old)

    def _prepared(self, tenant: TenantId, payer: str | None, named: Decimal | None) -> Subscription:
        """The terms are kept before the provider is asked: what the payer agrees to then is what we expect."""
        with self.ledger.transaction() as tx:
            locked = lock_live(tx, tenant)
            old = tx.subscriptions.live(tenant)
            asked = self._terms(succeeding(old, locked, self.clock(), self.policy), locked, named)
            asked = asked if payer is None else replace(asked, payer_email=payer)
            if not asked.asks_for_link:
                lacking = "el correo de quien paga" if asked.amount > 0 else "el monto"
                raise LinkUnavailable(f"No se puede crear la liga: falta {lacking}. Captúralo e intenta de nuevo.")
            put(tx, old, asked)
            mirrored(tx, locked, self.clock(), self.policy)
        return asked

    def _terms(self, s: Subscription, tenant: Tenant, named: Decimal | None) -> Subscription:
        if named is not None and s.charges_itself:
            raise LinkUnavailable("La tarjeta ya se cobra: cambia el monto en MercadoPago y genera la liga sin monto.")
        if named is not None:
            return replace(s, plan=tenant.plan, amount=named, listed=False)
        paid = s.status is not SubscriptionStatus.PENDING or s.current_period_end is not None
        today = self.prices.of(tenant.plan).per(s.frequency)
        if paid or today is None or not (s.listed or s.amount == 0):
            return s
        return replace(s, plan=tenant.plan, amount=today, listed=True)

    def _linked(self, actor: Actor, asked: Subscription, agreement: Agreement | None) -> Subscription:
        tenant = asked.tenant
        with self.ledger.transaction() as tx:
            locked = tx.tenants.lock(tenant)
            found = tx.subscriptions.get(asked.id)
            stands = found is not None and found.status is not SubscriptionStatus.CANCELLED
            if found is not None and stands and locked.state is TenantState.LIVE:
                linked = found if agreement is None else self._agreed(found, agreement)
                kept(tx, locked, found, linked, self.clock(), self.policy)
                if not linked.charges_itself:
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
        return followed(s, agreement, self.clock(), self.policy)[0]


def _in_the_way(subscription: Subscription, payer: str | None) -> bool:
    """Whether its link is of no use to who is to pay: given up on, paused, or another's.

    Raises LinkUnavailable when another's card is charged for it as it should be.
    """
    s = subscription
    if s.agreement_state is SubscriptionStatus.PAUSED or (s.charges_itself and s.status is SubscriptionStatus.PAUSED):
        return True
    another = payer is not None and s.payer_email is not None and payer != s.payer_email
    if another and s.charges_itself:
        raise LinkUnavailable(
            f"Ya se cobra a la tarjeta de {s.payer_email}. Para que pague otra persona, cancela antes ese cobro en"
            " MercadoPago."
        )
    return another
