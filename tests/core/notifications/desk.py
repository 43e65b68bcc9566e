"""Where mails are written: a client with its people and what it pays, over memory, and what was sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from contracts.clients import NOW, RFC, a_subscription
from horux_adapters.memory.ledger import MemoryLedger
from horux_adapters.memory.mails import MemoryMails
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_core.billing.model import Payment, PaymentStatus, Subscription
from horux_core.identity.model import Membership, Role, User
from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId, TenantId, UserId
from horux_core.kernel.rfc import Rfc
from horux_core.notifications.errors import MailRefused, MailUndelivered
from horux_core.notifications.letters import Letter
from horux_core.notifications.model import Mail, Posted
from horux_core.notifications.posting import PostMail
from horux_core.notifications.readers import Readers
from tests.core.onboarding.house import House

ANA, STAFF, PAYER = "ana@cascabel.mx", "avisos@horuxfin.com", "pagos@cascabel.mx"
LOGIN, PAY = "https://horux360.invalid/login", "https://horux360.invalid/configuracion"
LINK = "https://pagos.invalid/1"
PAID_UNTIL = NOW + timedelta(days=31)


class Postman:
    """Takes mails, but for those addresses where it fails as it is told."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.failing: dict[str, MailUndelivered | MailRefused] = {}

    def send(self, mail: Mail) -> None:
        if mail.to in self.failing:
            raise self.failing[mail.to]
        self.sent.append(mail)

    def letters(self) -> list[tuple[str, Letter]]:
        return [(mail.to, mail.letter) for mail in self.sent]


class Desk:
    def __init__(self, house: House | None = None) -> None:
        self.house = house or House()
        control = self.house.control
        self.control = control
        self.postman = Postman()
        self.mails = MemoryMails(control)
        self.post = PostMail(self.mails, self.postman, lambda: NOW)
        self.readers = Readers(self.house.registry, self.house.directory, STAFF)
        self.ledger = MemoryLedger(control, lambda tables: MemoryOutbox(tables, control.clock))

    def client(self) -> TenantId:
        """Cascabel, of which Ana is the owner."""
        self.house.take_in()
        tenant = self.house.registry.find(Rfc(RFC)).id
        self.house.events()
        return tenant

    def joined(
        self, tenant: TenantId, email: str, role: Role = Role.OWNER, came_in: bool = True, **changes: object
    ) -> User:
        user = User(UserId(uuid4()), email, email.partition("@")[0], False, "suya", False, None, True, NOW)
        user = replace(user, **changes)  # type: ignore[arg-type]
        with self.house.directory.transaction() as tx:
            tx.users.add(user)
            tx.memberships.add(Membership(user.id, tenant, role, accepted_at=NOW if came_in else None))
        return user

    def subscribed(self, tenant: TenantId, **changes: object) -> Subscription:
        made = replace(
            a_subscription(tenant), payment_link=LINK, current_period_start=NOW, current_period_end=PAID_UNTIL
        )  # fmt: skip
        made = replace(made, **changes)  # type: ignore[arg-type]
        with self.ledger.transaction() as tx:
            tx.subscriptions.save(made)
        return made

    def paid(self, tenant: TenantId, subscription: Subscription | None, **changes: Any) -> Payment:
        made = Payment(
            uuid4(), tenant, subscription.id if subscription else None, "77", Decimal("500.00"), "MXN",
            PaymentStatus.APPROVED, "credit_card", "accredited", None, Decimal(0), None, NOW, NOW, NOW, NOW,
        )  # fmt: skip
        made = replace(made, **changes)
        with self.ledger.transaction() as tx:
            tx.payments.put(made)
        return made

    def put(self, event: Event) -> EventId:
        with self.control.transaction() as tables:
            MemoryOutbox(tables, self.control.clock).put(event)
            ident: EventId = next(reversed(tables["outbox"]))
        return ident

    def deliver(self, event: Event, react: Callable[[Any, EventId], None]) -> EventId:
        """As the worker would, once."""
        ident = self.put(event)
        react(event, ident)
        MemoryDeliveries(self.control).delivered(ident, self.now())
        return ident

    def now(self) -> datetime:
        return self.control.clock()

    def posted(self) -> tuple[Posted, ...]:
        return self.mails.page(None, None, 99).items
