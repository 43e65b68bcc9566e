"""The central database."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout, TooManyRequests

from horux_adapters.postgres import connecting, pooler
from horux_core.kernel.errors import HoruxError
from horux_core.tenancy.errors import DatabaseUnavailable

_LIMITS = f"{connecting.time_limits(60, 60)} -c jit=off"


class ControlDatabase:
    """A pool of connections to the central database, and transactions on them."""

    def __init__(self, dsn: str, max_size: int = 8, wait: float = 10.0) -> None:
        self.dsn = dsn
        self._pool = ConnectionPool(
            connecting.dsn(dsn, application_name="horux", options=_LIMITS),
            min_size=1,
            max_size=max_size,
            num_workers=1,
            timeout=wait,
            max_waiting=200,
            configure=pooler.opened,
            check=ConnectionPool.check_connection,
            open=False,
        )

    def open(self) -> "ControlDatabase":
        self._pool.open(wait=False)
        return self

    def close(self) -> None:
        self._pool.close()

    def answers(self) -> bool:
        """Whether the central database answers within two seconds."""
        try:
            with self._pool.connection(timeout=2) as connection:
                connection.execute("SELECT 1")
        except (PoolTimeout, TooManyRequests, psycopg.OperationalError):
            return False
        return True

    def load(self) -> tuple[int, int, int, int]:
        """How many there may be at most, are open, are in use, and how many requests wait for one."""
        told = self._pool.get_stats()
        size = told.get("pool_size", 0)
        return self._pool.max_size, size, size - told.get("pool_available", 0), told.get("requests_waiting", 0)

    @contextmanager
    def transaction(self) -> Iterator[Connection[TupleRow]]:
        """One transaction.

        Raises DatabaseUnavailable when no connection can be had in time, it is lost, or the server undid the work
        for a reason that passes: a deadlock, a lock held too long, its own shutdown.
        """
        try:
            with self._pool.connection() as connection:
                pooler.begun(connection)
                yield connection
        except psycopg.errors.ProgramLimitExceeded:
            raise
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(
                "La base de datos no responde en este momento. Intenta de nuevo en unos segundos.", retryAfter=5
            ) from error


@contextmanager
def refusing(**meanings: HoruxError) -> Iterator[None]:
    """Give a broken constraint its meaning in the business, by the constraint's name."""
    try:
        yield
    except psycopg.errors.IntegrityError as error:
        meaning = meanings.get(error.diag.constraint_name or "")
        if meaning is None:
            raise
        raise meaning from error
