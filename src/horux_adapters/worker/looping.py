"""The worker's loop as a thread of the server, for a product that keeps everything in memory."""

import time
from collections.abc import Callable
from threading import Event, Thread

from horux_adapters.worker.handling import Handling
from horux_core.kernel.ids import JobId

_PAUSE_SECONDS = 0.02
_LOOK_SECONDS = 1.0


class WorkerThread:
    """Delivers events and runs jobs until it is stopped. `waiting` answers the jobs nobody has begun.

    `attend` does the duties that are due.
    """

    def __init__(
        self, handling: Handling, waiting: Callable[[], tuple[JobId, ...]], attend: Callable[[], object]
    ) -> None:
        self._handling = handling
        self._waiting = waiting
        self._attend = attend
        self._stop = Event()
        self._thread = Thread(target=self._work, name="horux-trabajador", daemon=True)

    def start(self) -> "WorkerThread":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=60)

    def _work(self) -> None:
        looked_at = 0.0
        while not self._stop.is_set():
            if time.monotonic() >= looked_at + _LOOK_SECONDS:
                self._attend()
                looked_at = time.monotonic()
            busy = self._handling.deliver()
            for job in (*self._waiting(), *self._handling.jobs.lost(self._handling.clock())):
                if self._stop.is_set():
                    return
                busy = self._handling.run(job) or busy
            if not busy:
                self._stop.wait(_PAUSE_SECONDS)
