"""What a client sees of what it pays for: how it stands, how to pay, and until when it may write."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from horux_core.billing.model import BankAccount, Subscription
from horux_core.billing.ports import Subscriptions
from horux_core.billing.standing import BillingPolicy, read_only_at
from horux_core.identity.model import Actor, Permission
from horux_core.identity.ports import Directory
from horux_core.kernel.clock import Clock, dia_fiscal

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """`bank` is where to transfer to, where the operator has one; `people` are those who may enter.

    `reads_only_at` is when the client only reads unless it pays; None: no calendar says so.
    """

    subscription: Subscription | None
    people: int
    bank: BankAccount | None
    grace_days: int
    reads_only_at: datetime | None
    overdue: bool

    @property
    def last_day(self) -> date | None:
        """The last on which the client may write without paying."""
        return None if self.reads_only_at is None else dia_fiscal(self.reads_only_at - _MOMENT)


@dataclass(frozen=True, slots=True)
class ShowAccount:
    """For everybody of the client's: whoever reads may have to say how to pay."""

    subscriptions: Subscriptions
    directory: Directory
    bank: BankAccount | None
    policy: BillingPolicy
    clock: Clock

    def __call__(self, actor: Actor) -> OwnAccount:
        actor.require(Permission.READ_BOOKS)
        found = self.subscriptions.live(actor.tenant)
        with self.directory.transaction() as tx:
            people = len(tx.memberships.people(actor.tenant))
        until = None if found is None else read_only_at(found, self.policy)
        overdue = found is not None and found.overdue(self.clock())
        return OwnAccount(found, people, self.bank, self.policy.grace_days, until, overdue)
