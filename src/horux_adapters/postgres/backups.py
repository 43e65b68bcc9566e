from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.locks import held
from horux_core.backups.model import BackupFile, BackupId, FileState, Kind, Run, RunState, Subject
from horux_core.kernel.events import Event
from horux_core.outbox.ports import Outbox

_LOCK = "horux.respaldos"
_COLUMNS = (
    "respaldo, clave, tipo, tenant_id, rfc, database_name, server, state, octets, sha256, filas, seconds, verified_at,"
    " error"
)
_PUT = (
    f"INSERT INTO respaldo_archivos ({_COLUMNS}) VALUES ({', '.join(['%s'] * 14)})"  # noqa: S608
    " ON CONFLICT (respaldo, clave) DO UPDATE SET"
    f" ({_COLUMNS}) = ({', '.join(f'excluded.{name.strip()}' for name in _COLUMNS.split(','))})"
)
_RUN = (
    "INSERT INTO respaldos (id, started_at, ended_at, state) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (id) DO UPDATE SET (ended_at, state) = (excluded.ended_at, excluded.state)"
)


@dataclass(frozen=True, slots=True)
class PostgresBackupLog:
    """`session` opens a connection of its own, whose advisory locks die with it."""

    control: ControlDatabase
    outbox: Callable[[Connection[TupleRow]], Outbox]
    session: Callable[[], Connection[TupleRow]]

    def hold(self) -> AbstractContextManager[bool]:
        return held(self.session, _LOCK)

    def begun(self, run: Run) -> None:
        with self.control.transaction() as connection:
            _put_run(connection, run)

    def made(self, run: BackupId, file: BackupFile) -> None:
        with self.control.transaction() as connection:
            connection.execute(_PUT.encode(), _row(run, file))

    def ended(self, run: Run, event: Event | None) -> None:
        with self.control.transaction() as connection:
            _put_run(connection, run)
            if run.state is RunState.RETIRADO:
                connection.execute("DELETE FROM respaldo_archivos WHERE respaldo = %s", (run.id,))
            if event is not None:
                self.outbox(connection).put(event)

    def adopted(self, run: Run) -> None:
        with self.control.transaction() as connection:
            _put_run(connection, run)
            connection.execute("DELETE FROM respaldo_archivos WHERE respaldo = %s", (run.id,))
            for file in run.files:
                connection.execute(_PUT.encode(), _row(run.id, file))

    def proven(self, run: BackupId, key: str, at: datetime) -> None:
        with self.control.transaction() as connection:
            connection.execute(
                "UPDATE respaldo_archivos SET state = 'probado', verified_at = %s, error = NULL"
                " WHERE respaldo = %s AND clave = %s",
                (at, run, key),
            )

    def all(self) -> tuple[Run, ...]:
        """None of a central database that was not laid out yet: backups are looked for before anything is restored."""
        try:
            return self._all()
        except psycopg.errors.UndefinedTable:
            return ()

    def _all(self) -> tuple[Run, ...]:
        with self._seen() as connection:
            runs = connection.execute(
                "SELECT id, started_at, state, ended_at FROM respaldos ORDER BY started_at DESC, id DESC"
            ).fetchall()
            rows = connection.execute(
                f'SELECT {_COLUMNS} FROM respaldo_archivos ORDER BY clave COLLATE "C"'.encode()  # noqa: S608
            ).fetchall()
        files: dict[str, list[BackupFile]] = {}
        for run, _, *rest in rows:
            files.setdefault(run, []).append(_file(*rest))
        return tuple(
            Run(BackupId(ident), begun, RunState(state), ended, tuple(files.get(ident, ())))
            for ident, begun, state, ended in runs
        )

    @contextmanager
    def _seen(self) -> Iterator[Connection[TupleRow]]:
        """As of one moment."""
        with self.control.transaction() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield connection


def _put_run(connection: Connection[TupleRow], run: Run) -> None:
    connection.execute(_RUN.encode(), (run.id, run.started_at, run.ended_at, run.state))


def _row(run: BackupId, f: BackupFile) -> tuple[object, ...]:
    s = f.subject
    return (
        run, s.key, s.kind, s.tenant, s.rfc, s.database, s.server, f.state, f.octets, f.sha256, f.rows, f.seconds,
        f.verified_at, f.error,
    )  # fmt: skip


def _file(
    kind: str, tenant: object, rfc: str, database: str, server: str, state: str, octets: int, sha256: str, rows: int,
    seconds: float, verified_at: datetime | None, error: str | None,
) -> BackupFile:  # fmt: skip
    subject = Subject(Kind(kind), tenant, rfc, database, server)  # type: ignore[arg-type]
    return BackupFile(subject, FileState(state), octets, sha256, rows, seconds, verified_at, error)
