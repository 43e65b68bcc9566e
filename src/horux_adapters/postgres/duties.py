from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from horux_adapters.postgres.control import ControlDatabase
from horux_adapters.postgres.locks import held
from horux_core.operations.duties import DutyRecord

_FIELDS = (
    "name", "attempt", "tries", "begun_at", "done_for", "done_at", "outcome", "retry_at", "failed_at", "last_error",
)  # fmt: skip
_COLUMNS = ", ".join(_FIELDS)
_KEY = "hashtextextended('horux.deber:' || %(name)s, 0)"
_HELD = (
    "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database"  # noqa: S608
    " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objsubid = 1"
    f" AND (l.classid::bigint << 32) | l.objid::bigint = {_KEY})"
)
_KEEP = (
    f"INSERT INTO duties ({_COLUMNS}) VALUES ({', '.join(f'%({field})s' for field in _FIELDS)})"  # noqa: S608
    f" ON CONFLICT (name) DO UPDATE SET ({_COLUMNS}) = ({', '.join(f'excluded.{field}' for field in _FIELDS)})"
    " WHERE duties.attempt <= excluded.attempt"
)


@dataclass(frozen=True, slots=True)
class PostgresDutyLog:
    """`session` opens a connection of its own, whose advisory locks die with it."""

    control: ControlDatabase
    session: Callable[[], Connection[TupleRow]]

    def of(self, name: str) -> DutyRecord:
        with self.control.transaction() as connection:
            held = connection.execute(_HELD.encode(), {"name": name}).fetchone()
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM duties WHERE name = %s".encode(),  # noqa: S608
                (name,),
            ).fetchone()
        kept = DutyRecord(name) if row is None else DutyRecord(*row)
        return replace(kept, held=held is not None and bool(held[0]))

    @contextmanager
    def hold(self, name: str) -> Iterator[bool]:
        with held(self.session, f"horux.deber:{name}") as ours:
            yield ours

    def keep(self, record: DutyRecord) -> None:
        values = {field: getattr(record, field) for field in _FIELDS} | {"outcome": Jsonb(dict(record.outcome))}
        with self.control.transaction() as connection:
            connection.execute(_KEEP.encode(), values)
