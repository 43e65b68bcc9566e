from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from horux_core.operations.duties import DutyRecord


class Bygones(Protocol):
    """What has ended and is kept for a while only.

    Each method lets go of what ended before that moment, `limit` at most, oldest first, and answers how many they
    were. Two may do it at once.
    """

    def refresh_tokens(self, before: datetime, limit: int) -> int:
        """Those that expired, used or not."""

    def sessions(self, before: datetime, limit: int) -> int:
        """Those that expired, ended or not, and have no refresh token any more."""

    def events(self, before: datetime, limit: int) -> int:
        """Those that were delivered; never one that waits or that was given up."""

    def jobs(self, before: datetime, limit: int) -> int:
        """Those that ended, well or not."""

    def notices(self, before: datetime, limit: int) -> int:
        """Those of the provider of payments that ended; never one that waits or that was given up."""

    def mails(self, before: datetime, limit: int) -> int:
        """Those that were sent, refused, or not called for any more; never one that waits, nor the others of its
        event, which would be sent again with it."""

    def login_failures(self, before: datetime, limit: int) -> int:
        """Those of whom the last one was then."""


class DutyLog(Protocol):
    """How each duty stands, and who is at it: one at a time, of all processes on all machines."""

    def of(self, name: str) -> DutyRecord:
        """As it was last kept, and whether it is held now; a blank one when it never was begun."""

    def hold(self, name: str) -> AbstractContextManager[bool]:
        """Whether it is ours alone while the context lasts. A process that dies lets go of it.

        Raises DatabaseUnavailable.
        """

    def keep(self, record: DutyRecord) -> None:
        """Nothing is kept, and nothing said, when the duty has been begun again since."""
