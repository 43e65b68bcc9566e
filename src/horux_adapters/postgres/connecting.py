"""Addresses of databases, put together from parts, never by gluing text; and the end of a connection's use."""

import logging
import os
import select
import socket
import time
from contextlib import suppress

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow, tuple_row

_log = logging.getLogger("horux.postgres")

STATEMENT_TIMEOUT = 30
IDLE_IN_TRANSACTION_TIMEOUT = 60
CONNECT_TIMEOUT = 10
_UTC = "-c timezone=UTC"
_FAREWELL_SECONDS = 1.0


class DatabaseUrlMalformed(ValueError):
    """A setting with a database's address cannot be read. The message never repeats it: it holds a password."""


def cleaned(url: str) -> str:
    """The address without the `schema` parameter some carry and PostgreSQL does not know, left out with a warning.

    Raises DatabaseUrlMalformed.
    """
    if "://" in url:
        place, _, query = url.partition("?")
        asked = query.split("&")
        kept = [pair for pair in asked if pair.partition("=")[0] != "schema"]
        if len(kept) != len(asked):
            _log.warning("DATABASE_URL trae el parámetro schema: se ignora; cada cliente tiene su propia base de datos")
            url = f"{place}?{'&'.join(kept)}" if kept else place
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # The driver's text may quote the address, password and all: it is neither shown nor chained.
        raise DatabaseUrlMalformed(
            "La dirección de la base de datos no se entiende; se espera postgresql://usuario:clave@equipo:5432/base."
        ) from None
    return url


def dsn(
    url: str,
    *,
    dbname: str | None = None,
    user: str | None = None,
    password: str | None = None,
    application_name: str | None = None,
    options: str | None = None,
) -> str:
    """The address of another database or role of the same server. Raises DatabaseUrlMalformed.

    Sessions are in UTC whatever zone the database has: in others some moments that are kept cannot be read.
    """
    wanted = {"dbname": dbname, "user": user, "password": password, "application_name": application_name}
    merged = conninfo_to_dict(cleaned(url))
    before = str(merged.get("options") or "").removesuffix(_UTC)
    wanted["options"] = " ".join(f"{before} {options or ''} {_UTC}".split())
    merged.setdefault("connect_timeout", CONNECT_TIMEOUT)
    merged.update({name: value for name, value in wanted.items() if value is not None})
    return make_conninfo("", **merged)


def time_limits(statement: int = STATEMENT_TIMEOUT, idle_in_transaction: int = IDLE_IN_TRANSACTION_TIMEOUT) -> str:
    """Session options, in seconds: no query and no forgotten transaction holds a client's database for ever."""
    return (
        f"-c statement_timeout={statement * 1000} -c idle_in_transaction_session_timeout={idle_in_transaction * 1000}"
    )


def left_clean(conn: psycopg.Connection[TupleRow]) -> bool:
    """Undo what is open. False: the connection was lost, or was left in the middle of something."""
    if conn.closed:
        return False
    if conn.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
        with suppress(psycopg.Error):
            conn.rollback()
    if conn.closed or conn.info.transaction_status != TransactionStatus.IDLE or conn.autocommit:
        return False
    conn.row_factory = tuple_row
    return True


def farewell(conn: psycopg.Connection[TupleRow]) -> None:
    """Close it and wait until the server's process has gone: only then is its place in the budget free."""
    if conn.closed:
        conn.close()
        return
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(conn.fileno())) as wire:
        conn.close()
        wire.setblocking(False)
        deadline = time.monotonic() + _FAREWELL_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            if select.select([wire], [], [], left)[0] and not wire.recv(4096):
                return
