from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """A mail. `text` may hold a temporary password: it is never logged nor shown by `repr`."""

    to: str
    subject: str
    text: str = field(repr=False)
