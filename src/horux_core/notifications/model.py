from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from horux_core.identity.addresses import email_address
from horux_core.kernel.ids import EventId, TenantId
from horux_core.notifications.letters import Letter


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter to one address, because of one event. Raises EmailMalformed."""

    id: EventId
    to: str
    letter: Letter

    def __post_init__(self) -> None:
        email_address(self.to)

    @property
    def key(self) -> UUID:
        """The same each time this event's letter goes to this address, and no other mail's: so a resend is known.

        One with another secret in it is another mail: mailboxes that drop a mail they have would keep the dead one.
        """
        hidden = [getattr(self.letter, each.name) for each in fields(self.letter) if not each.repr]
        return uuid5(self.id, "\n".join((self.to.lower(), *(secret or "" for secret in hidden))))


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a mail before it is written. `kind` is its letter's name, `cause` the event it tells of."""

    cause: EventId
    kind: str
    to: str
    tenant: TenantId | None

    @property
    def id(self) -> UUID:
        """The same each time: one mail for each kind, cause and address."""
        return uuid5(self.cause, f"{self.kind}\n{self.to.lower()}")


class MailState(StrEnum):
    PENDIENTE = "pendiente"
    ENVIADO = "enviado"
    MUERTO = "muerto"
    """Refused for good, or tried too often: nobody tries it again by itself."""
    DESCARTADO = "descartado"
    """What it would have told was not so any more when it was written."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a mail."""

    id: UUID
    kind: str
    to: str
    tenant: TenantId | None
    state: MailState
    attempts: int
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it may leave still: it waits, or was given up and can be tried again."""
        return self.state in (MailState.PENDIENTE, MailState.MUERTO)
