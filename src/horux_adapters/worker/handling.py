"""What a worker does with an event or a job, however it was woken."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

import structlog
from structlog.contextvars import bound_contextvars

from horux_core.jobs.errors import JobBroken, JobExhausted, JobTaken
from horux_core.jobs.model import TRIES, Job
from horux_core.jobs.ports import Jobs
from horux_core.kernel.errors import HoruxError, Unavailable
from horux_core.kernel.events import Event
from horux_core.kernel.ids import EventId, JobId
from horux_core.notifications.errors import MailRefused
from horux_core.outbox.errors import EventUnknown
from horux_core.outbox.model import UnknownEvent
from horux_core.outbox.ports import Deliveries

_TRIES = 12
_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(hours=2)
_log = structlog.get_logger("horux.worker")


@runtime_checkable
class Surrendering(Protocol):
    """Work that leaves what it kept in order when it cannot be brought to its end."""

    def give_up(self, job: Job, reason: HoruxError) -> None:
        """End the job as failed for that reason. Raises JobTaken, and whatever keeps it from doing so in order."""


Around = Callable[[str, str, Mapping[str, str]], AbstractContextManager[None]]
"""Lasts as long as a piece of work, by its kind, its name among them and the ids of what it is about; sees its end."""


def unwatched(_what: str, _name: str, _ids: Mapping[str, str]) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Handling:
    """Delivers events to their reactions and runs jobs by their kind. Everything it does may be done again."""

    deliveries: Deliveries
    jobs: Jobs
    reactions: Mapping[type[Event], Callable[[Any, EventId], None]]
    kinds: Mapping[str, Callable[[Job], None]]
    clock: Callable[[], datetime]
    around: Around = unwatched

    def deliver(self, event: EventId | None = None) -> bool:
        """Hand one event on: the named one or the oldest due. False when there was none to be had."""
        delivery = self.deliveries.claim(event, self.clock())
        if delivery is None:
            return False
        name = type(delivery.event).__name__
        try:
            if isinstance(delivery.event, UnknownEvent):
                raise EventUnknown(delivery.event.name)
            with bound_contextvars(eventId=str(delivery.id)):
                self._react(delivery.event, delivery.id)
        except Exception as error:  # noqa: BLE001 the worker's loop outlives any single event
            attempts = delivery.attempts + 1
            wait = min(_FIRST_WAIT * 2 ** (attempts - 1), _LONGEST_WAIT)
            hopeless = attempts >= _TRIES or isinstance(error, MailRefused)
            retry_at = None if hopeless else self.clock() + wait
            self.deliveries.failed(delivery.id, told(error), retry_at)
            foreseen = isinstance(error, HoruxError)
            tell = _log.warning if foreseen and not hopeless else _log.error
            told_of = {"event_name": name, "event_id": str(delivery.id), "attempts": attempts, "why": told(error)}
            tell("evento no entregado", **told_of, exc_info=not foreseen)
        else:
            self.deliveries.delivered(delivery.id, self.clock())
            _log.info("evento entregado", event_name=name, event_id=str(delivery.id))
        return True

    def _react(self, event: Event, ident: EventId) -> None:
        with self.around("evento", type(event).__name__, {"event_id": str(ident)}):
            self.reactions[type(event)](event, ident)

    def run(self, job: JobId) -> bool:
        """Run one job to its end. False when it is not to be run, or not for now: then it is taken up again."""
        try:
            with self.jobs.begin(job) as begun:
                return begun is not None and self._told(begun)
        except Unavailable as error:
            _log.warning("trabajo pospuesto", job_id=str(job), why=told(error))
        except JobTaken:
            _log.warning("trabajo en otras manos", job_id=str(job))
        return False

    def _told(self, job: Job) -> bool:
        """Whatever is written down meanwhile says of which job and whose it is."""
        with bound_contextvars(jobId=str(job.id), tenantId=str(job.tenant)):
            return self._ran(job)

    def _ran(self, job: Job) -> bool:
        """Raises Unavailable or JobTaken."""
        _log.info("trabajo empezado", job_id=str(job.id), kind=job.kind, tenant_id=str(job.tenant), tries=job.tries)
        try:
            if job.tries > TRIES:
                raise JobExhausted
            with self.around("trabajo", job.kind, {"job_id": str(job.id), "tenant_id": str(job.tenant)}):
                self.kinds[job.kind](job)
        except (Unavailable, JobTaken):
            raise
        except HoruxError as error:
            self._gave_up(job, error)
            _log.info("trabajo rechazado", job_id=str(job.id), code=error.code)
        except Exception:  # noqa: BLE001 the worker's loop outlives any single job
            _log.exception("trabajo fallido", job_id=str(job.id))
            self._gave_up(job, JobBroken())
        else:
            _log.info("trabajo terminado", job_id=str(job.id))
        return True

    def _gave_up(self, job: Job, reason: HoruxError) -> None:
        """Raises JobTaken, and Unavailable when the job is to be tried again: else it ends here, in order or not."""
        work = self.kinds.get(job.kind)
        if isinstance(work, Surrendering):
            try:
                work.give_up(job, reason)
            except JobTaken:
                raise
            except Exception as error:
                if isinstance(error, Unavailable) and job.tries <= TRIES:
                    raise
                _log.exception("trabajo abandonado sin orden", job_id=str(job.id))
            else:
                return
        self.jobs.fail(job, str(reason), {"code": reason.code, "detail": str(reason)})


def told(error: Exception) -> str:
    """What is kept of an error beside the event: a driver's own words may hold an address or a password."""
    return f"{type(error).__name__}: {error}"[:500] if isinstance(error, HoruxError) else type(error).__name__
