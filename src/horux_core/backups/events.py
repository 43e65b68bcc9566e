from dataclasses import dataclass

from horux_core.kernel.events import Event


@dataclass(frozen=True, slots=True)
class BackupTrouble(Event):
    """A run ended with something not proven, or was cut off. `which` are the first of it, a line each; `at` ISO 8601.

    `faulty` of `total` are not proven; none of none: it was cut off.
    """

    run: str
    faulty: int
    total: int
    which: str
    at: str
