from typing import Protocol

from horux_core.diagnosis.figures import Figures


class Pulse(Protocol):
    """Looks at the whole service at once, without a share of what its requests use."""

    def taken(self) -> Figures:
        """As of now, by the clock of whoever keeps it.

        Raises DatabaseUnavailable within a few seconds, also when the database is not up to date.
        """
