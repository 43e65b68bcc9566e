"""The advisory locks with a number of their own, so that no two are the same; others are taken by a hashed name."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from horux_core.tenancy.errors import DatabaseUnavailable

MIGRATING = 0x486F72757800
TEMPLATE = 0x486F72757801
BOOKS = 0x486F72757802
CENTRAL = 0x486F72757803
ALERTAS = 0x486F72757804
CALENDARIO = 0x486F72757805
CONCILIACION = 0x486F72757806
WHOLE = 0x486F72757807
"""Shared while a database is dumped, alone while it is moved."""
_NAMED = "hashtextextended(%s, 0)"


def wait(conn: Connection[TupleRow], number: int, busy: str, *, shared: bool = False) -> None:
    """Have the lock of that number until the transaction ends. Raises DatabaseUnavailable, saying `busy`: too long."""
    query = b"SELECT pg_advisory_xact_lock_shared(%s)" if shared else b"SELECT pg_advisory_xact_lock(%s)"
    try:
        conn.execute(query, (number,))
    except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled) as error:
        raise DatabaseUnavailable(f"{busy} Intenta de nuevo en un minuto.", retryAfter=30) from error


@contextmanager
def held(session: Callable[[], Connection[TupleRow]], name: str) -> Iterator[bool]:
    """Whether the lock of that name is ours while the context lasts; nobody waits for it. Raises DatabaseUnavailable.

    `session` opens a connection of its own: the lock dies with it, and is let go of at once when we are done.
    """
    try:
        holder = session()
    except psycopg.OperationalError as error:
        raise _unavailable() from error
    with closing(holder):
        ours = _taken(holder, name)
        try:
            yield ours
        finally:
            if ours:
                with suppress(psycopg.OperationalError):
                    holder.execute(f"SELECT pg_advisory_unlock({_NAMED})".encode(), (name,))


def _taken(holder: Connection[TupleRow], name: str) -> bool:
    try:
        holder.autocommit = True
        taken = holder.execute(f"SELECT pg_try_advisory_lock({_NAMED})".encode(), (name,)).fetchone()
    except psycopg.OperationalError as error:
        raise _unavailable() from error
    return taken is not None and bool(taken[0])


def _unavailable() -> DatabaseUnavailable:
    return DatabaseUnavailable("La base de datos no responde en este momento. Intenta de nuevo.", retryAfter=5)
