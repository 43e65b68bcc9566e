"""What the tests of the pools share."""

from collections.abc import Callable
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from horux_adapters.postgres.pools import TenantPools
from horux_core.kernel.ids import TenantId

Make = Callable[..., TenantPools]
Lent = psycopg.Connection[TupleRow]


def tenant(n: int) -> TenantId:
    return TenantId(UUID(int=n))


class Seconds:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def seen(database: str) -> list[tuple[str, str]]:
    """The tenants' sessions as the server sees them, and their state."""
    with psycopg.connect(database) as conn:
        rows = conn.execute(
            "SELECT application_name, state FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name LIKE 'cliente-%'"
        ).fetchall()
    return [(str(name), str(state)) for name, state in rows]


def asks(built: TenantPools, query: str, n: int = 1, then: Callable[[Lent], object] = lambda conn: None) -> None:
    """A request of one query, and what it does before its end."""
    with built.connection(tenant(n)) as conn:
        conn.execute(query.encode())
        then(conn)
