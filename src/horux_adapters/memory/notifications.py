from dataclasses import dataclass, field

from horux_core.notifications.model import Message


@dataclass(frozen=True, slots=True)
class MemoryMailer:
    """Keeps what it was given, in order."""

    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.sent.append(message)
