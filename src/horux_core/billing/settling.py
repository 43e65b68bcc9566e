"""Taking in what the provider of payments has to tell: of an agreement, of a charge, of a payment."""

from dataclasses import dataclass
from enum import StrEnum

from horux_core.billing.charging import charged, received
from horux_core.billing.errors import AgreementUnknown
from horux_core.billing.following import followed
from horux_core.billing.gateway import Agreement, Charge, Receipt
from horux_core.billing.keeping import kept
from horux_core.billing.model import Subscription, SubscriptionStatus, Unmatched
from horux_core.billing.ports import Ledger, LedgerTransaction, PaymentGateway
from horux_core.billing.standing import BillingPolicy
from horux_core.kernel.clock import Clock

UNKNOWN = "sin-suscripcion"


class Topic(StrEnum):
    """What news can be of."""

    AGREEMENT = "agreement"
    CHARGE = "charge"
    PAYMENT = "payment"


class Outcome(StrEnum):
    """SETTLED: nothing is left to do. UNMATCHED: it belongs to nobody we know, and is kept for an admin."""

    SETTLED = "settled"
    UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider said when it was asked about `reference`, and about what hangs together with it.

    `entered`: the agreement, which has ended, had a card, since something was charged or tried to be.
    """

    topic: Topic
    reference: str
    agreement: Agreement | None = None
    charge: Charge | None = None
    receipt: Receipt | None = None
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Settle:
    """Ask the provider what became of something, and bring our books to it: news repeated or late change nothing.

    Raises GatewayUnavailable, and AgreementUnknown, ChargeUnknown or ReceiptUnknown when the provider does not know
    what is asked for, or not yet.
    """

    ledger: Ledger
    gateway: PaymentGateway
    clock: Clock
    policy: BillingPolicy

    def __call__(self, topic: Topic, reference: str) -> Outcome:
        told = self._asked(topic, reference)
        if told.receipt is not None and told.receipt.validation and told.charge is None:
            return Outcome.SETTLED
        found = self._whose(told)
        if not isinstance(found, Subscription):
            with self.ledger.transaction() as tx:
                tx.aside.put(Unmatched(told.topic, told.reference, found, self.clock()))
            return Outcome.UNMATCHED
        with self.ledger.transaction() as tx:
            tenant = tx.tenants.lock(found.tenant)
            tx.aside.drop(told.topic, told.reference, UNKNOWN)
            now = self.clock()
            before = tx.subscriptions.get(found.id)
            if before is None:
                return Outcome.SETTLED
            after = self._applied(tx, before, told)
            kept(tx, tenant, before, after, now, self.policy)
        return Outcome.SETTLED

    def _applied(self, tx: LedgerTransaction, before: Subscription, told: Told) -> Subscription:
        now = self.clock()
        after = before
        if told.agreement is not None:
            after, oddity = followed(after, told.agreement, now, self.policy, entered=told.entered)
            self._put_aside(tx, Topic.AGREEMENT, told.agreement.reference, oddity)
        if told.receipt is not None and not told.receipt.validation:
            after, oddity = received(tx, after, told.receipt, told.charge, now, self.policy)
            self._put_aside(tx, Topic.PAYMENT, told.receipt.reference, oddity)
        if told.charge is not None:
            after = charged(tx, after, told.charge)
        return after

    def _put_aside(self, tx: LedgerTransaction, topic: Topic, reference: str, why: str | None) -> None:
        if why is None and topic is Topic.AGREEMENT:
            tx.aside.drop(topic, reference)
        elif why is not None:
            tx.aside.put(Unmatched(topic, reference, why, self.clock()))

    def _asked(self, topic: Topic, reference: str) -> Told:
        if topic is Topic.AGREEMENT:
            agreement = self.gateway.agreement(reference)
            return Told(topic, reference, agreement, entered=self._entered(agreement))
        if topic is Topic.CHARGE:
            charge = self.gateway.charge(reference)
            receipt = None if charge.payment is None else self.gateway.receipt(charge.payment)
            return Told(topic, reference, self._agreement(charge.agreement), charge, receipt, entered=True)
        receipt = self.gateway.receipt(reference)
        of = self._agreement(receipt.agreement)
        return Told(topic, reference, of, self._charge_of(receipt), receipt, of is not None and self._entered(of))

    def _agreement(self, reference: str | None) -> Agreement | None:
        """None: another seller's, or nobody's."""
        try:
            return None if reference is None else self.gateway.agreement(reference)
        except AgreementUnknown:
            return None

    def _entered(self, agreement: Agreement) -> bool:
        return agreement.state is SubscriptionStatus.CANCELLED and bool(self.gateway.charges(agreement.reference))

    def _charge_of(self, receipt: Receipt) -> Charge | None:
        """The charge whose last try this is, if the provider has it: it tells what was due, and a refusal only once."""
        if receipt.validation or receipt.agreement is None:
            return None
        charges = self.gateway.charges(receipt.agreement)
        return next((charge for charge in charges if charge.payment == receipt.reference), None)

    def _whose(self, told: Told) -> Subscription | str:
        """Whose it is, or why nobody can say; never guessed by amount or address."""
        sources = (told.agreement, told.receipt)
        named = {each.subscription for each in sources if each is not None and each.subscription is not None}
        agreed = None if told.agreement is None else self.ledger.agreed(told.agreement.reference)
        if agreed is not None:
            named.add(agreed.id)
        if len(named) > 1:
            return "de-dos-suscripciones"
        found = next((self.ledger.subscription(each) for each in named), None)
        return found or UNKNOWN
