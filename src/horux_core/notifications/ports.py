from typing import Protocol

from horux_core.kernel.ids import UserId
from horux_core.notifications.model import Message


class Mailer(Protocol):
    def send(self, message: Message) -> None:
        """Hand the mail on. Raises Unavailable when it could not be handed on and may be tried again."""


class TemporaryPasswords(Protocol):
    def __call__(self, user: UserId, /) -> str | None:
        """A new temporary password for the user, in clear this once; the one before is dead.

        None, and nothing changed, when the user has chosen a password of its own.
        """
