"""Keeping a client from writing in its database while it goes on reading, and letting it write again."""

import time

import psycopg
from psycopg import sql

from horux_adapters.postgres import locks, marks
from horux_adapters.postgres.migrating import Connection
from horux_adapters.postgres.servers import grant_inside
from horux_core.onboarding.errors import MoveFailed

MOVER = "horux-mudanza"
_TRIES = 12
_PATIENCE = "3s"
_PAUSE = 0.3
_BUSY = "Una carga del cliente sigue en curso: repite cuando termine."
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
_PASSING = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    # A statistic or a row of the catalogue that somebody else was changing.
    psycopg.errors.InternalError_,
)


def stopped(inside: Connection, role: str) -> None:
    """From now on nothing of `role` is kept in this database; all that was kept before is there to be read.

    Who has written holds a lock that this waits for; who writes later is asked for a right that it has no more. A
    session that began before makes no difference. Raises MoveFailed when somebody goes on writing for long.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            _revoked(inside, role)
        except _PASSING as error:
            if attempt == _TRIES:
                raise MoveFailed(_BUSY, retryAfter=60) from error
            time.sleep(_PAUSE)
        else:
            return


def let_write(inside: Connection, role: str) -> None:
    """Undo `stopped`; again does no harm."""
    for attempt in range(1, _TRIES + 1):
        try:
            with inside.transaction():
                grant_inside(inside, role)
        except psycopg.errors.InternalError_:
            if attempt == _TRIES:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _revoked(inside: Connection, role: str) -> None:
    with inside.transaction():
        inside.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
        # Loads and recomputations take this before any table: so they are not met half way.
        inside.execute("SELECT pg_advisory_xact_lock(%s)", (locks.BOOKS,))
        tables = [sql.Identifier("public", str(name)) for (name,) in inside.execute(_TABLES).fetchall()]
        inside.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.SQL(", ").join(tables)))
        inside.execute(sql.SQL(marks.NO_WRITES).format(sql.Identifier(role)))
