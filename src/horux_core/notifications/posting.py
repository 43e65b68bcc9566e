"""Sending letters: each once, however often its event is delivered."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import EventId, TenantId
from horux_core.notifications.errors import MailRefused, MailUndelivered
from horux_core.notifications.letters import FielExpiring, Letter, PaymentFailed, SubscriptionCancelled
from horux_core.notifications.model import Envelope, Mail
from horux_core.notifications.ports import Mailer, Mails
from horux_core.notifications.readers import Readers

Addressed = tuple[str, type[Letter], Callable[[], Letter | None]]
"""An address, what kind of letter goes there, and who writes it."""


@dataclass(frozen=True, slots=True)
class PostMail:
    """Write a letter and hand it on, unless that was done; what became of it is kept.

    `write` is asked only when the letter is to go out now: secrets are made there. None calls it off; it raises
    MailRefused when there is no writing it. Raises that, and what `Mailer.send` and `Mails.begin` raise.
    """

    mails: Mails
    mailer: Mailer
    clock: Clock

    def __call__(self, envelope: Envelope, write: Callable[[], Letter | None]) -> None:
        if not self.mails.begin(envelope, self.clock()):
            return
        settled = False
        try:
            letter = write()
            if letter is not None:
                self.mailer.send(Mail(envelope.cause, envelope.to, letter))
                settled = True
        except (MailUndelivered, MailRefused) as error:
            settled = True
            self.mails.failed(envelope, str(error), self.clock(), refused=isinstance(error, MailRefused))
            raise
        finally:
            if not settled:
                self.mails.dropped(envelope)
        if settled:
            self.mails.sent(envelope, self.clock())


def post_all(post: PostMail, cause: EventId, tenant: TenantId | None, posts: Iterable[Addressed]) -> None:
    """Send every letter to its address; one that fails holds up no other.

    Raises MailUndelivered when any may still go out, else MailRefused when any was refused.
    """
    failures: list[MailUndelivered | MailRefused] = []
    for to, kind, write in posts:
        try:
            post(Envelope(cause, kind.__name__, to, tenant), write)
        except (MailUndelivered, MailRefused) as error:
            failures.append(error)
    if failures:
        raise min(failures, key=lambda failure: isinstance(failure, MailRefused))


def to_each(addresses: Iterable[str], letter: Letter) -> Iterator[Addressed]:
    return ((to, type(letter), lambda: letter) for to in addresses)


def to_both(
    readers: Readers, tenant: TenantId, letter: PaymentFailed | SubscriptionCancelled | FielExpiring
) -> Iterator[Addressed]:
    """To the client's owners, and a copy to the operator."""
    yield from to_each(readers.owners(tenant), letter)
    yield from to_each(readers.operator(), replace(letter, operator_copy=True))
