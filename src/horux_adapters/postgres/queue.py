"""Wakes the workers: procrastinate's queue, in the central database and in the caller's transaction."""

from uuid import UUID

from procrastinate import App, SyncPsycopgConnector
from procrastinate.schema import SchemaManager
from psycopg import Connection
from psycopg.rows import TupleRow

DELIVER = "entregar"
RUN = "trabajo"

_queue = App(connector=SyncPsycopgConnector())


def wake(connection: Connection[TupleRow], task: str, subject: UUID) -> None:
    """Have a worker do `task` for `subject` once the transaction of `connection` has ended well."""
    _queue.configure_task(task, connection=connection).defer(subject=str(subject))


def ensure_queue(connection: Connection[TupleRow]) -> bool:
    """Lay the queue's own tables; False when they are there already."""
    found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    if found and found[0] is not None:
        return False
    connection.execute(SchemaManager.get_schema().encode())
    return True
