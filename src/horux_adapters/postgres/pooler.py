"""What changes when PgBouncer, in transaction pooling, stands between us and the server; each connection finds out."""

import re
from functools import lru_cache

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from horux_core.tenancy.errors import DatabaseUnavailable

Connection = psycopg.Connection[TupleRow]
_OPTION = re.compile(r"-c\s+(\w+)=(\S+)")


def connected(address: str, patience: int) -> Connection:
    """A new connection, known for what it is, within that many seconds. Raises psycopg's errors."""
    conn = psycopg.connect(address, connect_timeout=patience)
    try:
        opened(conn)
    except BaseException:
        conn.close()
        raise
    return conn


def opened(conn: Connection) -> None:
    """To be called once, on a new connection.

    Behind a pooler the next transaction may be another session's: nothing is prepared on it, and that is its mark.
    """
    if shared(conn):
        conn.prepare_threshold = None


def begun(conn: Connection) -> None:
    """To be called first in each transaction: a pooler drops a connection's options, so they are given again."""
    if conn.prepare_threshold is None:
        conn.execute(_for_this_transaction(conn.info.options))


def shared(conn: Connection) -> bool:
    """Whether a pooler answers in the server's place: it does not know the number of the session it will use."""
    before = conn.autocommit
    conn.autocommit = True
    row = conn.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    conn.autocommit = before
    return row is None or row[0] != conn.info.backend_pid


def own_session(address: str) -> Connection:
    """A session that is ours until it is closed, in autocommit: for what lives as long as a session does.

    Raises DatabaseUnavailable when a pooler is in the way, psycopg's errors when there is no connection.
    """
    conn = psycopg.connect(address, autocommit=True)
    if shared(conn):
        conn.close()
        raise DatabaseUnavailable(
            "DATABASE_URL pasa por PgBouncer: pon en DATABASE_DIRECT_URL la dirección del servidor mismo.",
            retryAfter=300,
        )
    return conn


@lru_cache(maxsize=64)
def _for_this_transaction(options: str) -> sql.Composed:
    """The options of a connection, each as a setting that ends with the transaction."""
    change = sql.SQL("SET LOCAL {} = {}")
    return sql.SQL("; ").join(
        change.format(sql.Identifier(name), sql.Literal(value)) for name, value in _OPTION.findall(options)
    )
