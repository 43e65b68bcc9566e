"""The worker process: procrastinate's loop over the central database, and the sweep that takes up what was lost."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import DeleteJobCondition, Status

from horux_adapters.postgres.queue import DELIVER, QUEUES, RUN
from horux_adapters.worker.handling import Handling
from horux_core.kernel.ids import EventId, JobId

_SWEEP_SECONDS = 5.0
_STALLED_SECONDS = 60.0
_RESTART_SECONDS = 5.0
_AT_ONCE = 2
_log = structlog.get_logger("horux.worker")


@dataclass(frozen=True, slots=True)
class Duty:
    """Something done every so often, by whichever worker comes first; it must bear being done by two at once."""

    name: str
    every_seconds: float
    act: Callable[[], object]


def run(dsn: str, handling: Handling, sweep: Callable[[], object], duties: Sequence[Duty]) -> None:
    """Work until SIGINT or SIGTERM; what is under way then is finished first, up to a minute."""
    asyncio.run(_work(dsn, handling, [Duty("barrido", _SWEEP_SECONDS, sweep), *duties]))


async def _work(dsn: str, handling: Handling, duties: list[Duty]) -> None:
    queue = App(connector=PsycopgConnector(conninfo=dsn, min_size=1, max_size=4, kwargs={"application_name": "horux"}))

    @queue.task(name=DELIVER, queue=QUEUES[DELIVER])
    def deliver(subject: str) -> None:
        handling.deliver(EventId(UUID(subject)))

    @queue.task(name=RUN, queue=QUEUES[RUN])
    def run_job(subject: str) -> None:
        handling.run(JobId(UUID(subject)))

    async with queue.open_async():
        repeated = [asyncio.create_task(_repeat(duty)) for duty in duties]
        repeated.append(asyncio.create_task(_repeat_forgetting(queue)))
        workers = [asyncio.create_task(_serving(queue, name)) for name in QUEUES.values()]
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, _cancel, workers)
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
        shutdown_graceful_timeout=60.0,
    )


def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()


async def _repeat(duty: Duty) -> None:
    while True:
        await _attempt(duty.name, lambda: asyncio.to_thread(duty.act))
        await asyncio.sleep(duty.every_seconds)


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
        _log.exception("tarea periódica fallida", duty=name)
