"""One database taking another's place, in one transaction: whoever dies, either name leads to a whole one."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from horux_adapters.postgres.connecting import dsn
from horux_adapters.postgres.migrating import Connection
from horux_adapters.postgres.scratch import Scratch, dropped

_NAME = "horux-restaurar"
_TRIES = 5
_MARK = "horux-respaldo "


@dataclass(frozen=True, slots=True)
class Replaced:
    """`new` is to be called `database`, and what is called so now, if anything, `aside`; `closed`: to nobody's use."""

    new: str
    database: str
    aside: str
    mark: str
    closed: bool


def swapped(what: Replaced, admin_url: str, enders: Sequence[str]) -> None:
    """`enders` are addresses, none of those databases', of roles that end the sessions of theirs in them."""
    for attempt in range(1, _TRIES + 1):
        try:
            at = dsn(admin_url, application_name=_NAME)
            with _ending((what.new, what.database), enders), psycopg.connect(at) as conn:
                _renamed(conn, what)
        except psycopg.errors.ObjectInUse:
            if attempt == _TRIES:
                raise
        else:
            return


def of_central(what: Replaced, admin_url: str, runtime_url: str, third: Scratch) -> None:
    """From a third database, for who is in one of the two cannot rename it. What was there held nobody: it goes."""
    here = dsn(admin_url, dbname=third.name)
    user = str(conninfo_to_dict(runtime_url)["user"])
    with psycopg.connect(here, autocommit=True) as conn:
        let_in = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
        conn.execute(let_in.format(sql.Identifier(third.name), sql.Identifier(user)))
        # Of this installation's sessions the service's own role ends its own, the provisioner the others.
        swapped(what, here, (here, dsn(runtime_url, dbname=third.name)))
        dropped(conn, what.aside)


def mark_of(conn: Connection, database: str) -> str:
    row = conn.execute(
        "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s", (database,)
    ).fetchone()
    said = "" if row is None else str(row[0])
    return said.removeprefix(_MARK) if said.startswith(_MARK) else ""


def _renamed(conn: Connection, what: Replaced) -> None:
    rename, database = sql.SQL("ALTER DATABASE {} RENAME TO {}"), sql.Identifier(what.database)
    if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (what.database,)).fetchone():
        conn.execute(rename.format(database, sql.Identifier(what.aside)))
    conn.execute(rename.format(sql.Identifier(what.new), database))
    conn.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, sql.Literal(_MARK + what.mark)))
    if what.closed:
        conn.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(database))


@contextmanager
def _ending(databases: Sequence[str], enders: Sequence[str]) -> Iterator[None]:
    """While it lasts every session in those databases is ended. New ones wait for the names, which change."""
    over = Event()
    threads = [Thread(target=_end, args=(databases, url, over), daemon=True) for url in enders]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _end(databases: Sequence[str], url: str, over: Event) -> None:
    with suppress(psycopg.Error), psycopg.connect(dsn(url, application_name=_NAME), autocommit=True) as conn:
        while not over.is_set():
            pids = conn.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = ANY(%s) AND usesysid IS NOT NULL", (list(databases),)
            ).fetchall()
            for (pid,) in pids:
                with suppress(psycopg.errors.InsufficientPrivilege):
                    conn.execute("SELECT pg_terminate_backend(%s)", (pid,))
            time.sleep(0.01)
