"""The worker process: procrastinate's loop over the central database, and what is looked at every few seconds."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Timer
from uuid import UUID

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import DeleteJobCondition, Status

from horux_adapters.postgres import connecting
from horux_adapters.postgres.queue import DELIVER, FOLLOW, QUEUES, RUN
from horux_adapters.worker.handling import Handling
from horux_core.kernel.ids import EventId, JobId

_LOOK_SECONDS = 5.0
_STALLED_SECONDS = 60.0
_RESTART_SECONDS = 5.0
_AT_ONCE = 2
_GRACE_SECONDS = 60.0
"""So long has what is under way to end, once the worker is told to."""
_log = structlog.get_logger("horux.worker")


@dataclass(frozen=True, slots=True)
class Chore:
    """Something every worker looks at every few seconds; it must bear that others do."""

    name: str
    act: Callable[[], object]


def run(dsn: str, handling: Handling, chores: Sequence[Chore]) -> None:
    """Work until SIGINT or SIGTERM; nothing is begun then, and what is under way is finished first, or cut off.

    Each chore has a thread of its own: a long one holds up no other, nor the queues.
    """
    limit = Timer(_GRACE_SECONDS, _cut_off)
    limit.daemon = True
    try:
        with ThreadPoolExecutor(max(1, len(chores)), thread_name_prefix="deber") as threads:
            asyncio.run(_work(dsn, handling, chores, threads, limit))
    finally:
        limit.cancel()


def _cut_off() -> None:
    """A thread cannot be ended from outside, but the process: all that it does bears that, and is taken up again."""
    _log.warning("trabajador cortado", seconds=_GRACE_SECONDS)
    os._exit(0)


def connector(dsn: str) -> PsycopgConnector:
    """The queue's own few connections to the central database."""
    return PsycopgConnector(conninfo=connecting.dsn(dsn, application_name="horux"), min_size=1, max_size=6)


async def _work(dsn: str, handling: Handling, chores: Sequence[Chore], threads: Executor, limit: Timer) -> None:
    queue = App(connector=connector(dsn))

    def deliver(subject: str) -> None:
        handling.deliver(EventId(UUID(subject)))

    def run_job(subject: str) -> None:
        handling.run(JobId(UUID(subject)))

    for name, task in {DELIVER: deliver, FOLLOW: deliver, RUN: run_job}.items():
        queue.task(name=name, queue=QUEUES[name])(task)

    async with queue.open_async():
        repeated = [asyncio.create_task(_repeat(chore, threads)) for chore in chores]
        repeated.append(asyncio.create_task(_repeat_forgetting(queue)))
        workers = [asyncio.create_task(_serving(queue, name)) for name in QUEUES.values()]

        def end() -> None:
            if limit.ident is None:
                limit.start()
            _cancel([*repeated, *workers])

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, end)
        try:
            await asyncio.wait(workers)
        finally:
            _cancel(repeated)
            await asyncio.wait(repeated)


async def _serving(queue: App, name: str) -> None:
    """Until it is cancelled: its worker may die, or stop of itself when the database went away, and is begun anew."""
    while True:
        await _attempt(name, lambda: _working(queue, name))
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            return
        _log.error("cola sin trabajador", queue=name)
        await asyncio.sleep(_RESTART_SECONDS)


async def _working(queue: App, name: str) -> None:
    """Cancelled, it finishes what is under way first."""
    await queue.run_worker_async(
        queues=[name],
        name=name,
        concurrency=_AT_ONCE,
        install_signal_handlers=False,
        fetch_job_polling_interval=5.0,
        delete_jobs=DeleteJobCondition.ALWAYS,
        shutdown_graceful_timeout=_GRACE_SECONDS,
    )


def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()


async def _repeat(chore: Chore, threads: Executor) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await _attempt(chore.name, lambda: loop.run_in_executor(threads, chore.act))
        await asyncio.sleep(_LOOK_SECONDS)


async def _repeat_forgetting(queue: App) -> None:
    while True:
        await _attempt("colgados", lambda: forget_stalled(queue))
        await asyncio.sleep(_STALLED_SECONDS)


async def forget_stalled(queue: App) -> None:
    """Wake-ups that died with their worker are done with: the sweep finds their subject when its wait is over."""
    for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_SECONDS):
        await queue.job_manager.finish_job(job, Status.FAILED, delete_job=True)


async def _attempt(name: str, act: Callable[[], Awaitable[object]]) -> None:
    try:
        await act()
    except Exception:  # noqa: BLE001 the loop outlives a database that went away
        _log.exception("tarea periódica fallida", chore=name)
