"""The categories every error of the business falls in: the driving side maps these, never a single error."""

from collections.abc import Mapping
from typing import ClassVar


class HoruxError(Exception):
    """Something the business refuses. Its message is a Spanish sentence for the person who asked.

    `code` is public and stable (kebab-case), `title` is the same each time, `facts` are extension
    members of the answer and never hold a secret.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Error"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.facts: Mapping[str, object] = facts


class Invalid(HoruxError):
    """What was sent cannot be accepted as it is."""


class Unauthenticated(HoruxError):
    """Nobody known is asking."""


class Forbidden(HoruxError):
    """Who asks may not do this."""


class NotEntitled(Forbidden):
    """The plan or the subscription does not allow it."""


class NotFound(HoruxError):
    """The thing asked for is not there."""


class Conflict(HoruxError):
    """It clashes with what is already there."""


class TooLarge(Invalid):
    """More than the documented limit was sent."""


class Throttled(HoruxError):
    """Too often. The fact `retryAfter` holds seconds."""


class Unavailable(HoruxError):
    """It cannot be done now; later it can. The fact `retryAfter` holds seconds."""
