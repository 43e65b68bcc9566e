"""Wakes the workers: procrastinate's queue, in the central database and in the caller's transaction."""

from uuid import UUID

from procrastinate import App, SyncPsycopgConnector
from procrastinate.schema import SchemaManager
from psycopg import Connection
from psycopg.rows import TupleRow

from horux_core.billing.events import NoticeTaken

DELIVER = "entregar"
FOLLOW = "seguir"
RUN = "trabajo"

_queue = App(connector=SyncPsycopgConnector())


QUEUES = {DELIVER: "eventos", FOLLOW: "avisos", RUN: "trabajos"}
"""Where each task waits: long work does not hold up what is short, nor a provider of payments that hangs the mails."""
_ASKING = frozenset({NoticeTaken.__name__})


def task_of(event_name: str) -> str:
    """What hands such an event on: apart, where its reaction asks the provider of payments."""
    return FOLLOW if event_name in _ASKING else DELIVER


def wake(connection: Connection[TupleRow], task: str, subject: UUID, *, once: bool = False) -> None:
    """Have a worker do `task` for `subject` once the transaction of `connection` has ended well.

    With `once`, raises procrastinate's AlreadyEnqueued when such a wake-up waits already: the transaction is lost.
    """
    lock = f"{task}:{subject}" if once else None
    deferred = _queue.configure_task(task, connection=connection, queue=QUEUES[task], queueing_lock=lock)
    deferred.defer(subject=str(subject))


def ensure_queue(connection: Connection[TupleRow]) -> bool:
    """Lay the queue's own tables; False when they are there already."""
    found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    if found and found[0] is not None:
        return False
    connection.execute(SchemaManager.get_schema().encode())
    return True
