from typing import Protocol

from horux_core.notifications.model import Message


class Mailer(Protocol):
    def send(self, message: Message) -> None:
        """Hand the mail on. Raises Unavailable when it could not be handed on and may be tried again."""
