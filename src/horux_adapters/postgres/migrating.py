"""Bringing databases up to date: plain SQL files, each applied once, in order, and never changed afterwards."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources.abc import Traversable
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from horux_adapters.postgres import dialects, locks
from horux_adapters.postgres.connecting import dsn

Connection = psycopg.Connection[TupleRow]
After = Callable[[Connection], None]
"""Runs in each migration's own transaction, after its SQL: grants that must never be forgotten."""

_FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_WITHOUT_TRANSACTION = re.compile(r"\A\s*--\s*no-transaction\b")
_LOCK_PATIENCE = 120.0
_TABLE_LOCK_ATTEMPTS = 4
_SCHEMA_VERSION = """
CREATE TABLE IF NOT EXISTS schema_version (
    v integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(), ms integer NOT NULL)
"""


class MigrationError(RuntimeError):
    """A database cannot be brought up to date. The message, in Spanish, names the file and says what to do."""


class MigrationChanged(MigrationError):
    """A file that was applied is not what it was."""


@dataclass(frozen=True, slots=True)
class Migration:
    v: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()

    @property
    def transactional(self) -> bool:
        return not _WITHOUT_TRANSACTION.match(self.text)

    @property
    def statements(self) -> list[str]:
        """Of a file without transaction: each ends with a `;` at the end of its line."""
        return [part for part in re.split(r";[ \t]*(?:\n|\Z)", self.text) if _says_something(part)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one database: the files applied, and in `error` why it stopped, if it did."""

    label: str
    applied: tuple[str, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Of a run over many databases: how many were looked at, what was applied where, and which failed and why."""

    total: int
    applied: dict[str, tuple[str, ...]]
    failed: dict[str, str]


def read(folder: Traversable | Path) -> tuple[Migration, ...]:
    """The migrations of a folder in order. Raises MigrationError when two have the same number."""
    found: dict[int, Migration] = {}
    for entry in folder.iterdir():
        form = _FILE.fullmatch(entry.name)
        if form is None:
            if entry.name.endswith(".sql"):
                raise MigrationError(f"{entry.name} no se llama como una migración: use 0001_nombre.sql.")
            continue
        v = int(form[1])
        if v in found:
            raise MigrationError(f"Dos migraciones llevan el número {v:04}: renombre {entry.name}.")
        found[v] = Migration(v, entry.name.removesuffix(".sql"), entry.read_text(encoding="utf-8"))
    return tuple(found[v] for v in sorted(found))


def migrate(target: Connection | str, folder: Traversable | Path, after: After | None = None) -> list[str]:
    """Bring one database up to date; the names applied, none when it was. Two at once wait for each other.

    A connection handed in must be outside a transaction. Raises MigrationError; what was applied before stays.
    """
    return apply(target, read(folder), after)


def apply(target: Connection | str, migrations: Sequence[Migration], after: After | None = None) -> list[str]:
    """As `migrate`, of files already read."""
    if isinstance(target, str):
        with psycopg.connect(dsn(target), autocommit=True) as conn:
            return _applied(conn, migrations, after)
    before = target.autocommit
    target.autocommit = True
    try:
        return _applied(target, migrations, after)
    finally:
        if not target.closed:
            target.autocommit = before


def migrate_all(
    databases: Iterable[tuple[str, str]],
    folder: Traversable | Path,
    parallel: int = 4,
    progress: Callable[[Outcome], None] | None = None,
    after: After | None = None,
) -> Report:
    """Bring many up to date, several at a time: pairs of label and address. One that fails does not stop the rest.

    Run again it takes up where it was. `progress` is called in the caller's thread, once per database.
    """
    migrations = read(folder)
    applied: dict[str, tuple[str, ...]] = {}
    failed: dict[str, str] = {}
    total = 0
    with ThreadPoolExecutor(parallel, thread_name_prefix="migrar") as threads:
        for outcome in threads.map(lambda pair: _outcome(pair[0], pair[1], migrations, after), databases):
            total += 1
            if outcome.applied:
                applied[outcome.label] = outcome.applied
            if outcome.error is not None:
                failed[outcome.label] = outcome.error
            if progress is not None:
                progress(outcome)
    return Report(total, applied, failed)


@contextmanager
def advisory_lock(
    conn: Connection, key: int, *, shared: bool = False, patience: float = _LOCK_PATIENCE
) -> Iterator[None]:
    """Hold a lock of the session. Tried in a loop: the one that blocks deadlocks with CREATE INDEX CONCURRENTLY.

    Raises MigrationError after `patience` seconds.
    """
    kind = sql.SQL("_shared" if shared else "")
    deadline = time.monotonic() + patience
    while not _yes(conn, sql.SQL("SELECT pg_try_advisory_lock{}({})").format(kind, key)):
        if time.monotonic() >= deadline:
            raise MigrationError("Otro proceso está migrando esta base y no termina: espere y vuelva a intentar.")
        time.sleep(0.05)
    try:
        yield
    finally:
        if not conn.closed:
            conn.execute(sql.SQL("SELECT pg_advisory_unlock{}({})").format(kind, key))


def _outcome(label: str, address: str, migrations: Sequence[Migration], after: After | None) -> Outcome:
    names: list[str] = []
    try:
        with psycopg.connect(dsn(address), autocommit=True) as conn:
            for name in _steps(conn, migrations, after):
                names.append(name)
    except (psycopg.Error, MigrationError) as error:
        return Outcome(label, tuple(names), str(error).strip())
    return Outcome(label, tuple(names))


def _applied(conn: Connection, migrations: Sequence[Migration], after: After | None) -> list[str]:
    return list(_steps(conn, migrations, after))


def _steps(conn: Connection, migrations: Sequence[Migration], after: After | None) -> Iterator[str]:
    """Apply what is pending, one at a time; with nothing pending, one SELECT and no lock."""
    if not _pending(conn, migrations):
        return
    with advisory_lock(conn, locks.MIGRATING):
        conn.execute(_SCHEMA_VERSION)
        for migration in _pending(conn, migrations):
            _apply_one(conn, migration, after)
            yield migration.name


def _pending(conn: Connection, migrations: Sequence[Migration]) -> list[Migration]:
    known = {migration.v: migration for migration in migrations}
    done = _recorded(conn)
    for v, name, digest in done:
        if v not in known:
            raise MigrationError(
                f"La base ya tiene la migración {name}, que este programa no conoce: actualice Horux360."
            )
        if known[v].sha256 != digest:
            raise MigrationChanged(
                f"La migración {name} ya aplicada cambió: devuelva el archivo a como estaba y escriba una nueva."
            )
    last = max((v for v, _, _ in done), default=0)
    applied = {v for v, _, _ in done}
    pending = [migration for migration in migrations if migration.v not in applied]
    for migration in pending:
        if migration.v < last:
            raise MigrationError(f"{migration.name} va antes que la última aplicada ({last:04}): déle un número mayor.")
    return pending


def _recorded(conn: Connection) -> list[tuple[int, str, str]]:
    try:
        rows = conn.execute("SELECT v, name, sha256 FROM schema_version ORDER BY v").fetchall()
    except psycopg.errors.UndefinedTable:
        return []
    return [(v, name, digest) for v, name, digest in rows]


def _apply_one(conn: Connection, migration: Migration, after: After | None) -> None:
    began = time.monotonic()
    for attempt in range(1, _TABLE_LOCK_ATTEMPTS + 1):
        try:
            if migration.transactional:
                _in_transaction(conn, migration, after, began)
            else:
                _without_transaction(conn, migration, after, began)
        except psycopg.errors.LockNotAvailable as error:
            if attempt == _TABLE_LOCK_ATTEMPTS:
                raise MigrationError(
                    f"{migration.name}: una tabla está ocupada por otra consulta; vuelva a intentar en un rato."
                ) from error
            time.sleep(0.2 * attempt)
        except psycopg.Error as error:
            raise MigrationError(f"{migration.name} no se pudo aplicar: {str(error).strip()}") from error
        else:
            return


def _in_transaction(conn: Connection, migration: Migration, after: After | None, began: float) -> None:
    with conn.transaction():
        conn.execute("SET LOCAL lock_timeout = '5s'")
        conn.execute("SET LOCAL statement_timeout = 0")
        conn.execute(dialects.for_server(migration.text, conn.info.server_version).encode())
        if after is not None:
            after(conn)
        _record(conn, migration, began)


def _without_transaction(conn: Connection, migration: Migration, after: After | None, began: float) -> None:
    """A crash half way runs it whole again: its statements must bear that (IF NOT EXISTS)."""
    conn.execute("SET lock_timeout = '5s'")
    conn.execute("SET statement_timeout = 0")
    try:
        for statement in migration.statements:
            conn.execute(statement.encode())
    finally:
        if not conn.closed:
            conn.execute("RESET lock_timeout")
            conn.execute("RESET statement_timeout")
    with conn.transaction():
        if after is not None:
            after(conn)
        _record(conn, migration, began)


def _record(conn: Connection, migration: Migration, began: float) -> None:
    ms = int((time.monotonic() - began) * 1000)
    conn.execute(
        "INSERT INTO schema_version (v, name, sha256, ms) VALUES (%s, %s, %s, %s)",
        (migration.v, migration.name, migration.sha256, ms),
    )


def _says_something(statement: str) -> bool:
    return any(line.strip() and not line.strip().startswith("--") for line in statement.splitlines())


def _yes(conn: Connection, query: sql.Composed) -> bool:
    row = conn.execute(query).fetchone()
    return row is not None and bool(row[0])
