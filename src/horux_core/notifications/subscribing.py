"""Telling of the subscription itself: how to pay it, that it ends soon, that it has ended."""

from dataclasses import dataclass
from datetime import datetime

from horux_core.billing import events
from horux_core.billing.model import BankAccount, Subscription, SubscriptionStatus
from horux_core.billing.ports import Ledger
from horux_core.billing.standing import BillingPolicy, read_only_at
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import EventId
from horux_core.notifications import letters
from horux_core.notifications.errors import MailRefused
from horux_core.notifications.letters import Letter
from horux_core.notifications.posting import PostMail, post_all, to_both, to_each
from horux_core.notifications.readers import Readers
from horux_core.tenancy.model import Tenant


@dataclass(frozen=True, slots=True)
class TellCancelled:
    """That it ended for good, to the client's owners and the operator. Raises what `PostMail` raises."""

    readers: Readers
    ledger: Ledger
    post: PostMail
    policy: BillingPolicy
    clock: Clock
    login_url: str

    def __call__(self, event: events.SubscriptionCancelled, ident: EventId) -> None:
        tenant, ended = self.readers.client(event.tenant), self.ledger.subscription(event.subscription)
        if tenant is None or ended is None:
            return
        now = self.clock()
        letter = letters.SubscriptionCancelled(
            tenant.nombre, str(tenant.rfc), ended.plan, ended.agreement_changed_at or now, self._until(ended, now),
            self.login_url,
        )  # fmt: skip
        post_all(self.post, ident, tenant.id, to_both(self.readers, tenant.id, letter))

    def _until(self, ended: Subscription, now: datetime) -> datetime | None:
        paid = ended.current_period_end
        honored = self.policy.honor_paid_period and paid is not None and paid > now
        return paid if honored else None


@dataclass(frozen=True, slots=True)
class TellExpiring:
    """That what is paid ends soon, to the client's owners; not once it was paid, charges itself or does not stand.

    Raises what `PostMail` raises.
    """

    readers: Readers
    ledger: Ledger
    post: PostMail
    policy: BillingPolicy
    pay_url: str

    def __call__(self, event: events.SubscriptionExpiring, ident: EventId) -> None:
        tenant, ending = self.readers.client(event.tenant), self.ledger.subscription(event.subscription)
        ends = datetime.fromisoformat(event.ends)
        if tenant is None or ending is None or ending.current_period_end != ends or ending.charges_itself:
            return
        read_only = read_only_at(ending, self.policy)
        if read_only is None:
            return
        letter = letters.SubscriptionExpiring(
            tenant.nombre, str(tenant.rfc), ending.plan, ending.amount, ends, read_only,
            ending.open_link or self.pay_url,
        )  # fmt: skip
        post_all(self.post, ident, tenant.id, to_each(self.readers.owners(tenant.id), letter))


@dataclass(frozen=True, slots=True)
class SendPaymentLink:
    """Where to pay: the link, or the bank account of an operator that works without, to the payer, else the owners.

    Raises what `PostMail` raises; without link and account the mail is refused, for the operator to see.
    """

    readers: Readers
    ledger: Ledger
    post: PostMail
    account: BankAccount | None

    def __call__(self, event: events.PaymentLinkIssued, ident: EventId) -> None:
        tenant, owed = self.readers.client(event.tenant), self.ledger.subscription(event.subscription)
        if tenant is None or owed is None or owed.status is SubscriptionStatus.CANCELLED:
            return
        kind = letters.PaymentLinkSent if owed.payment_link else letters.BankDetails
        payers = (owed.payer_email,) if owed.payer_email else self.readers.owners(tenant.id)
        post_all(self.post, ident, tenant.id, [(to, kind, lambda: self._letter(tenant, owed)) for to in payers])

    def _letter(self, tenant: Tenant, owed: Subscription) -> Letter:
        who = (tenant.nombre, str(tenant.rfc), owed.plan, owed.amount, owed.frequency)
        if owed.payment_link is not None:
            return letters.PaymentLinkSent(*who, owed.payment_link)
        if self.account is None:
            raise MailRefused("Falta la cuenta bancaria: pon BANK_BENEFICIARY, BANK_NAME y BANK_CLABE y reintenta.")
        account = self.account
        return letters.BankDetails(*who, account.beneficiary, account.bank, account.clabe, str(tenant.rfc))
