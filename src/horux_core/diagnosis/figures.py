"""How the whole service stands at one moment, in figures: what an operator's gauges show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

RECENT = timedelta(days=1)
"""So long a job that failed counts."""


class Clientele(StrEnum):
    """How a client stands. `SOLO_LECTURA`: it is with us and does not write."""

    ACTIVO = "activo"
    SOLO_LECTURA = "solo_lectura"
    EN_ALTA = "en_alta"
    EN_BAJA = "en_baja"
    DADO_DE_BAJA = "dado_de_baja"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and since when the first of them does."""

    count: int = 0
    since: datetime | None = None

    def age(self, now: datetime) -> timedelta:
        return timedelta(0) if self.since is None else max(timedelta(0), now - self.since)


@dataclass(frozen=True, slots=True)
class BackupAge:
    """When the last backup that left anything began, and the moment since which all of it is proven; None is never."""

    made_at: datetime | None = None
    proven_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """`events` are due; those given up nobody delivers any more. `uses` are the e.firmas' by kind, since ever;
    `troubles` are clients whose e.firma was told to be in trouble of late. `heard_at`: when a worker was heard of last.
    """

    taken_at: datetime
    clients: Mapping[Clientele, int] = field(default_factory=dict)
    jobs_waiting: Waiting = Waiting()
    jobs_running: Waiting = Waiting()
    jobs_failed: int = 0
    events: Waiting = Waiting()
    events_given_up: int = 0
    notices: Mapping[str, int] = field(default_factory=dict)
    notices_waiting: Waiting = Waiting()
    uses: Mapping[str, int] = field(default_factory=dict)
    troubles: int = 0
    duties_failing: int = 0
    heard_at: datetime | None = None
    connections: int = 0
    connections_max: int = 0
    backup: BackupAge = BackupAge()
