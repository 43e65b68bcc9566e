from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from horux_core.audit.model import Deed
from horux_core.audit.ports import AuditLog
from horux_core.billing.gateway import Agreement, Charge, Invoice, Notice, Receipt
from horux_core.billing.model import Payment, PlanPrices, Subscription, Unmatched
from horux_core.billing.notices import NoticeState, TakenNotice
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page
from horux_core.outbox.ports import Outbox
from horux_core.plans.model import Plan
from horux_core.tenancy.ports import Tenants


class Subscriptions(Protocol):
    def open(self, subscription: Subscription) -> None:
        """Keep the tenant's subscription; the same id again replaces it."""

    def live(self, tenant: TenantId) -> Subscription | None:
        """The newest that is not cancelled, else the newest, else None."""

    def cancel(self, tenant: TenantId) -> None:
        """Mark every subscription of the tenant cancelled."""

    def remove(self, tenant: TenantId) -> None:
        """Take them away, as if they had never been: the undo of opening a tenant."""


class PaymentGateway(Protocol):
    """The provider of payments. Every method raises GatewayUnavailable when the provider does not answer."""

    def open(self, subscription: Subscription, reason: str) -> Agreement | None:
        """The agreement for the subscription's amount and frequency, which its payer enters at the agreement's URL.

        Asked again for the same subscription it gives the same one while it is not cancelled, also when the first
        answer was lost. One that is paused, or that nobody has entered yet and whose terms are not the subscription's
        any more, is ended, and another made. Who is to pay one cannot be read back nor changed: for another payer the
        former's is closed first. `reason` is what the payer reads. None when the provider works without links. Raises
        AgreementRefused.
        """

    def close(self, subscription: Subscription) -> None:
        """End every agreement of the subscription, also one that nobody lived to keep the reference of.

        They are found by the reference it names and by its payer's address: the one they were opened for.
        Returns when the provider shows them cancelled; nothing when they are, or when it knows none.
        """

    def pause(self, reference: str) -> Agreement:
        """Charge nothing until it is resumed. Gives it as the provider then shows it, paused; again does nothing.

        Raises AgreementUnknown, AgreementRefused.
        """

    def resume(self, reference: str) -> Agreement:
        """Charge again, as `pause` does the contrary. Raises AgreementUnknown, AgreementRefused."""

    def agreement(self, reference: str) -> Agreement:
        """Raises AgreementUnknown."""

    def charges(self, agreement: str) -> tuple[Charge, ...]:
        """All of an agreement, oldest first. The provider may be minutes late with the newest."""

    def charge(self, reference: str) -> Charge:
        """Raises ChargeUnknown."""

    def receipt(self, reference: str) -> Receipt:
        """Raises ReceiptUnknown."""

    def receipts(self, subscription: Subscription) -> tuple[Receipt, ...]:
        """Every payment that names the subscription, by when it changed: the net for what no charge leads to."""


class SubscriptionLog(Protocol):
    """Subscriptions inside a transaction that holds the tenant's lock (`tenants.lock`)."""

    def get(self, subscription: UUID) -> Subscription | None: ...

    def live(self, tenant: TenantId) -> Subscription | None:
        """The newest that is not cancelled, else the newest, else None."""

    def add(self, subscription: Subscription) -> None:
        """A new one, once its tenant's other ones are cancelled."""

    def save(self, subscription: Subscription) -> None:
        """Keep the new state of one that is there; every process forgets what it remembered of its tenant."""


class Payments(Protocol):
    """What was paid, inside a transaction that holds the tenant's lock."""

    def known(self, mp_payment_id: str) -> Payment | None:
        """The one with the provider's number, whoever's it is."""

    def by_hand(self, tenant: TenantId) -> tuple[Payment, ...]:
        """Those an operator noted."""

    def put(self, payment: Payment) -> None:
        """Keep it; the same id again replaces it."""


class Invoices(Protocol):
    """The charges of each cycle as they were seen last, inside a transaction."""

    def get(self, charge: str) -> Invoice | None: ...

    def put(self, invoice: Invoice) -> None:
        """Keep it; the same charge again replaces it."""


class Aside(Protocol):
    """News that an admin has to look at, inside a transaction."""

    def put(self, news: Unmatched) -> None:
        """Keep them; the same topic and reference again replaces them."""

    def drop(self, topic: str, reference: str, why: str | None = None) -> None:
        """Nobody has to look at that any more; nothing when they are not kept, or for another reason than is told."""


class LedgerTransaction(Protocol):
    @property
    def tenants(self) -> Tenants: ...
    @property
    def subscriptions(self) -> SubscriptionLog: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def invoices(self) -> Invoices: ...
    @property
    def aside(self) -> Aside: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def audit(self) -> AuditLog: ...


class Ledger(Protocol):
    """The central database as billing sees it."""

    def transaction(self) -> AbstractContextManager[LedgerTransaction]:
        """What is done inside is kept together, or on any exception not at all."""

    def hold(self, tenant: TenantId) -> AbstractContextManager[bool]:
        """Whether it is ours alone, while the context lasts, to have the provider make or end the tenant's agreements.

        Nobody waits for it; a process that dies lets go of it. Raises DatabaseUnavailable.
        """

    def subscription(self, ident: UUID) -> Subscription | None: ...

    def agreed(self, reference: str) -> Subscription | None:
        """The one whose agreement it is."""

    def standing(self) -> Iterable[Subscription]:
        """Every one that is not cancelled, of live tenants, oldest first."""

    def ended(self) -> Iterable[Subscription]:
        """The live tenants' that count and are cancelled, oldest first."""

    def ended_since(self, moment: datetime) -> Iterable[Subscription]:
        """Every one of live tenants that is cancelled and whose agreement changed since then, oldest first."""

    def payment(self, ident: UUID) -> Payment | None: ...

    def page(self, tenant: TenantId, cursor: str | None, limit: int) -> Page[Payment]:
        """What a tenant paid, last noted first. Raises CursorMalformed."""

    def unmatched(self, cursor: str | None, limit: int) -> Page[Unmatched]:
        """Last kept first. Raises CursorMalformed."""


class Prices(Protocol):
    """What the operator asks for each plan."""

    def of(self, plan: Plan) -> PlanPrices: ...

    def all(self) -> tuple[PlanPrices, ...]:
        """Of every plan, in the catalogue's order."""

    def set(self, prices: PlanPrices, deed: Deed) -> None:
        """Replaces those of the plan, kept with the deed; a subscription keeps the amount it has."""


class NoticeJudge(Protocol):
    """Who can tell the provider's own notices from others'."""

    def judge(self, query: str, headers: Iterable[tuple[str, str]], body: bytes) -> Notice:
        """`query` is the address's own text after the question mark; a name of `headers` may come more than once.

        Whatever is sent is judged and nothing raised. Without a secret of ours nothing is genuine.
        """


class Notices(Protocol):
    """What the provider of payments sent us, and what became of it."""

    def take(self, notice: TakenNotice) -> None:
        """Keep it; for one that waits a worker is told (NoticeTaken) with it. Raises DatabaseUnavailable.

        Nothing when one of the same delivery is kept: of several that come at once one is.
        """

    def refuse(self, notice: TakenNotice, since: datetime, most: int) -> None:
        """Keep one that is not genuine, unless so many of them were kept since then. Raises DatabaseUnavailable."""

    def begin(self, notice: UUID) -> TakenNotice | None:
        """Count a try of one that waits, and give it. None when it does not wait, or is not there."""

    def failed(self, notice: UUID, error: str) -> None:
        """Note why a try came to nothing, of one that waits."""

    def end(self, notice: UUID, state: NoticeState, at: datetime, error: str | None) -> None:
        """One that waits does so no more."""

    def again(self, notice: UUID, deed: Deed) -> None:
        """Let it wait as on its first day, and a worker be told; kept with the deed.

        Raises NoticeMissing, or NoticeUseless for one of which there never was anything to do.
        """

    def page(self, state: NoticeState | None, cursor: str | None, limit: int) -> Page[TakenNotice]:
        """Those in one state, or all, last kept first. Raises CursorMalformed."""
