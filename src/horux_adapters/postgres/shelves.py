"""What lies on a tenant's shelf, and who waits for it."""

from dataclasses import dataclass, field
from threading import Event

import psycopg
from psycopg.rows import TupleRow

from horux_core.kernel.ids import TenantId

Connection = psycopg.Connection[TupleRow]


@dataclass(slots=True)
class Idle:
    conn: Connection
    since: float


@dataclass(slots=True)
class Shelf:
    """One tenant's connections: `size` counts those lying here, those in use and those being opened."""

    dsn: str = ""
    idle: list[Idle] = field(default_factory=list)
    size: int = 0
    used: float = 0.0
    closed: bool = False


@dataclass(slots=True)
class Turn:
    """What a request was given: a connection that lay ready, or leave to open one once `victims` are closed."""

    shelf: Shelf
    ready: Connection | None = None
    victims: tuple[Connection, ...] = ()


@dataclass(slots=True)
class Ticket:
    tenant: TenantId
    called: Event = field(default_factory=Event)
    turn: Turn | None = None


def emptied(shelf: Shelf) -> list[Connection]:
    conns = [entry.conn for entry in shelf.idle]
    shelf.size -= len(conns)
    shelf.idle = []
    return conns
