from datetime import datetime
from typing import Protocol


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

    def login_failures(self, before: datetime, limit: int) -> int:
        """Those of whom the last one was then."""
