from dataclasses import dataclass, field

from horux_core.notifications.model import Mail


@dataclass(frozen=True, slots=True)
class MemoryMailer:
    """Keeps what it was given, in order."""

    sent: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)
