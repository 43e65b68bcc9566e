"""What time does to subscriptions, and what no notice told: the duties of billing. Each bears being run again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from horux_core.billing.errors import AgreementUnknown, ChargeUnknown, GatewayUnavailable, ReceiptUnknown
from horux_core.billing.events import SubscriptionExpiring
from horux_core.billing.gateway import Charge, ChargeState, Receipt
from horux_core.billing.keeping import kept, mirrored
from horux_core.billing.model import Subscription, SubscriptionStatus
from horux_core.billing.ports import Ledger, PaymentGateway
from horux_core.billing.settling import Settle, Topic
from horux_core.billing.standing import BillingPolicy, expire, unpaid
from horux_core.kernel.clock import Clock

NOTICE = timedelta(days=5)
AFTERMATH = timedelta(days=30)
MANY = 5
_OPEN = (ChargeState.SCHEDULED, ChargeState.RETRYING, ChargeState.WAITING)


@dataclass(frozen=True, slots=True)
class ReconcilePayments:
    """Ask the provider about every subscription that stands, and take in what no notice told (SPEC 2.10).

    Also about those that ended lately: what was paid before, or given back since, may be known to nobody here.

    Raises GatewayUnavailable at the end when it did not answer about some; the others are brought up to date.
    """

    ledger: Ledger
    gateway: PaymentGateway
    settle: Settle

    def __call__(self) -> None:
        ended = self.ledger.ended_since(self.settle.clock() - AFTERMATH)
        each_in_turn([*self.ledger.standing(), *ended], self.one)

    def one(self, subscription: Subscription) -> None:
        """Raises GatewayUnavailable."""
        reference = subscription.mp_preapproval_id
        if reference is not None:
            self._asked(Topic.AGREEMENT, reference)
            for charge in self.gateway.charges(reference):
                if not self._charge_known(charge):
                    self._asked(Topic.CHARGE, charge.reference)
        for receipt in self.gateway.receipts(subscription):
            if not (receipt.validation or self._receipt_known(receipt)):
                self._asked(Topic.PAYMENT, receipt.reference)

    def _charge_known(self, charge: Charge) -> bool:
        """Whether it is over, and entered as it is."""
        with self.ledger.transaction() as tx:
            known = tx.invoices.get(charge.reference)
        return known is not None and known.charge == charge and charge.state not in _OPEN

    def _receipt_known(self, receipt: Receipt) -> bool:
        with self.ledger.transaction() as tx:
            known = tx.payments.known(receipt.reference)
        return known is not None and known.flaw is None and known.changed_at == receipt.changed_at

    def _asked(self, topic: Topic, reference: str) -> None:
        try:
            self.settle(topic, reference)
        except (AgreementUnknown, ChargeUnknown, ReceiptUnknown):
            return


@dataclass(frozen=True, slots=True)
class ExpirePeriods:
    """Close those that nobody paid in time (SPEC 2.11), and have the registry say what each client may do today.

    Of one the provider charges by itself the provider is asked first: while a charge is tried it stays open. These
    come last, so that its silence keeps no other open. Raises GatewayUnavailable at the end when it did not answer
    about some.
    """

    ledger: Ledger
    gateway: PaymentGateway
    reconcile: ReconcilePayments
    clock: Clock
    policy: BillingPolicy

    def __call__(self) -> None:
        every = [*self.ledger.standing(), *self.ledger.ended()]
        each_in_turn(sorted(every, key=lambda subscription: subscription.charges_itself), self._one)

    def _one(self, subscription: Subscription) -> None:
        if unpaid(subscription, self.clock(), self.policy):
            if subscription.charges_itself:
                self.reconcile.one(subscription)
            if not self._tried(subscription):
                self._expire(subscription)
        else:
            self._mirror(subscription)

    def _tried(self, subscription: Subscription) -> bool:
        reference = subscription.mp_preapproval_id
        if reference is None or not subscription.charges_itself:
            return False
        now = self.clock()
        return any(charge.state in _OPEN and charge.due_on <= now for charge in self.gateway.charges(reference))

    def _expire(self, subscription: Subscription) -> None:
        now = self.clock()
        with self.ledger.transaction() as tx:
            tenant = tx.tenants.lock(subscription.tenant)
            found = tx.subscriptions.get(subscription.id)
            if found is None or not unpaid(found, now, self.policy):
                return
            kept(tx, tenant, found, expire(found, now, self.policy), now, self.policy, expired=True)

    def _mirror(self, subscription: Subscription) -> None:
        with self.ledger.transaction() as tx:
            mirrored(tx, tx.tenants.lock(subscription.tenant), self.clock(), self.policy)


@dataclass(frozen=True, slots=True)
class RemindExpiring:
    """Tell those whose paid time ends within five days, once a period, unless they are charged by themselves."""

    ledger: Ledger
    clock: Clock

    def __call__(self) -> None:
        each_in_turn(self.ledger.standing(), self._one)

    def _one(self, subscription: Subscription) -> None:
        if self._due(subscription) is None:
            return
        with self.ledger.transaction() as tx:
            tx.tenants.lock(subscription.tenant)
            found = tx.subscriptions.get(subscription.id)
            ends = None if found is None else self._due(found)
            if found is not None and ends is not None:
                tx.subscriptions.save(found.reminded())
                tx.outbox.put(SubscriptionExpiring(found.tenant, found.id, ends.isoformat()))

    def _due(self, subscription: Subscription) -> datetime | None:
        """The end that it has to be told of now."""
        s, ends, now = subscription, subscription.current_period_end, self.clock()
        if s.status is not SubscriptionStatus.AUTHORIZED or s.charges_itself or ends is None or ends == s.reminded_of:
            return None
        return ends if now < ends <= now + NOTICE else None


def each_in_turn(subscriptions: Iterable[Subscription], act: Callable[[Subscription], None]) -> None:
    """All of them, whatever goes wrong with some; a reason, which names its subscription, is raised at the end.

    A silent provider's is the last to be told. One that is silent MANY times in a row is not waited for any more.
    """
    reason: Exception | None = None
    silent = 0
    for subscription in subscriptions:
        if silent == MANY:
            break
        try:
            act(subscription)
            silent = 0
        except Exception as error:  # noqa: BLE001 no other is kept from its turn
            silent = silent + 1 if isinstance(error, GatewayUnavailable) else 0
            error.add_note(f"suscripción {subscription.id}")
            if reason is None or isinstance(reason, GatewayUnavailable):
                reason = error
    if reason is not None:
        raise reason
