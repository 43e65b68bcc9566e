"""Taking in a big upload: a job that may be cut off anywhere and run again, and still enters each file once."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from horux_core.fiscal.cfdi.entering import AdmitUpload, EnterFiles, enter, small
from horux_core.fiscal.cfdi.outcome import Batch, Outcome
from horux_core.fiscal.cfdi.ports import Avance, SpoolRef, Uploads
from horux_core.fiscal.cfdi.upload_errors import ReadingSaturated
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.fiscal.recomputing import grew, work_out
from horux_core.identity.model import Actor, Permission
from horux_core.jobs.errors import JobMissing, JobTaken
from horux_core.jobs.model import TRIES, Job, JobState
from horux_core.jobs.ports import Jobs
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import HoruxError, Invalid, NotEntitled, NotFound, Unavailable
from horux_core.kernel.ids import JobId, TenantId
from horux_core.plans.model import ILIMITADO, Entitlement
from horux_core.plans.policy import require_cfdi_room
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import TenantState
from horux_core.tenancy.ports import Registry

CARGA = "carga"
"""The kind of the job."""

CALLED = "nombre"
"""Under this name the subject of a load holds what it is shown as."""

KEPT = "kept"
"""Under this name the outcome of a load that failed holds that of the files it had dealt with for good, if any."""


@dataclass(frozen=True, slots=True)
class TakeUpload:
    """An upload has arrived whole: enter it at once when it is small, else leave it to a job."""

    uploads: Uploads
    jobs: Jobs
    enter_files: EnterFiles
    clock: Clock

    def __call__(self, actor: Actor, upload: SpoolRef, called: str = "") -> Outcome | JobId:
        """What came of it, or the job that will tell. The spool keeps it only for a job, shown as `called`.

        Raises UploadTooLarge's kin, PlanLimitReached, and what AdmitUpload raises.
        """
        queued = False
        try:
            AdmitUpload(self.enter_files.entitlements)(actor)
            files = 0
            # What has arrived whole is not sent away because others are being read: a worker waits for nobody.
            with suppress(ReadingSaturated):
                size = self.uploads.size(upload)
                if small(size):
                    return self.enter_files(actor, upload)
                files = size.files
            job = Job(upload.id, actor.tenant, CARGA, _named(called), actor.author, self.clock(), recibidos=files)
            self.jobs.put(job)
            queued = True
            return upload.id
        finally:
            if not queued:
                self.uploads.remove(upload)


@dataclass(frozen=True, slots=True)
class KeepUpload:
    """The same, and what came of one that was entered at once is kept as a load that has ended."""

    take_upload: TakeUpload

    def __call__(self, actor: Actor, upload: SpoolRef, called: str) -> JobId:
        """Raises what TakeUpload raises."""
        taken = self.take_upload(actor, upload, called)
        if not isinstance(taken, Outcome):
            return taken
        self.take_upload.jobs.record(
            Job(
                upload.id, actor.tenant, CARGA, _named(called), actor.author, self.take_upload.clock(),
                JobState.TERMINADO, taken.seen, taken.seen, taken.plain(),
            )
        )  # fmt: skip
        return upload.id


def _named(called: str) -> dict[str, object]:
    return {CALLED: called} if called else {}


@dataclass(frozen=True, slots=True)
class ListLoads:
    """The latest loads of a taxpayer, the newest first."""

    jobs: Jobs

    def __call__(self, actor: Actor, limit: int = 8) -> tuple[Job, ...]:
        """Raises ActionForbidden."""
        actor.require(Permission.READ_BOOKS)
        return self.jobs.latest(actor.tenant, CARGA, limit)


@dataclass(frozen=True, slots=True)
class ShowLoad:
    """How far a big upload has got. A key sees its own alone."""

    jobs: Jobs

    def __call__(self, actor: Actor, job: JobId) -> Job:
        """Raises JobMissing."""
        actor.require(Permission.READ_BOOKS)
        found = self.jobs.get(actor.tenant, job)
        if actor.key is not None and found.created_by != actor.key.id:
            raise JobMissing("No existe esa carga.")
        return found


@dataclass(frozen=True, slots=True)
class LoadCfdis:
    """Take a big upload into the books, batch by batch, and work out what it changes.

    What is entered and how far it got are kept in one transaction, so a second run goes on where the first was
    cut off. Under a plan with a limit the whole upload is one transaction: it fits whole, or nothing is kept.
    """

    jobs: Jobs
    uploads: Uploads
    books: Books
    registry: Registry
    entitlements: Entitlements

    def __call__(self, job: Job, beside: Mapping[str, object] | None = None) -> None:
        """Keep as its outcome what came of its files, and what is `beside` it.

        Raises JobTaken, and whatever else keeps it from its end; then it may be run again.
        """
        enter_batches = EnterBatches(self.uploads, self.books, self.registry, self.entitlements, noted=True)
        try:
            outcome = enter_batches(SpoolRef(job.tenant, job.id), partial(self.jobs.progress, job))
        except (Invalid, NotEntitled, NotFound) as refusal:
            self.give_up(job, refusal)
            return
        work_out(self.books, job.tenant, grown=grew(outcome.inserted))
        self.jobs.finish(job, {**outcome.plain(), **(beside or {})})
        self._tidied(job)

    def give_up(self, job: Job, reason: HoruxError) -> None:
        """End it as failed and tell what was kept before, which stays and is worked out.

        Raises JobTaken, Unavailable when it is to be tried again, and whatever kept the books from being worked out:
        then it has ended.
        """
        kept = self._so_far(job)
        told = {**_problem(reason), **({KEPT: kept.plain()} if kept.seen else {})}
        ending = True
        try:
            with suppress(NotFound):
                work_out(self.books, job.tenant)
        except Unavailable:
            ending = job.tries > TRIES
            raise
        finally:
            if ending:
                self.jobs.fail(job, str(reason), told)
                self._tidied(job)

    def _so_far(self, job: Job) -> Outcome:
        with suppress(NotFound), self.books.open(job.tenant) as books:
            return books.cargas.avance(job.id).outcome
        return Outcome()

    def _tidied(self, job: Job) -> None:
        """Forget the notes of this load, and those of one that was cut off when it had ended."""
        with suppress(NotFound), self.books.open(job.tenant) as books:
            for noted in books.cargas.anotadas():
                if self._ended(job.tenant, noted):
                    books.cargas.olvidar(noted)
        self.uploads.remove(SpoolRef(job.tenant, job.id))

    def _ended(self, tenant: TenantId, job: JobId) -> bool:
        try:
            return self.jobs.get(tenant, job).ended
        except JobMissing:
            return True


Progress = Callable[[int, int], None]
"""Told how many files there are, and how many of them have been dealt with."""


@dataclass(frozen=True, slots=True)
class EnterBatches:
    """Take an upload of any size into the books, to be worked out by `work_out`.

    `noted`: what is entered and how far it got are kept in one transaction, so a second run of the same job goes on
    where the first was cut off. Without it each file is looked at again, and whoever ran it leaves nothing behind.
    """

    uploads: Uploads
    books: Books
    registry: Registry
    entitlements: Entitlements
    noted: bool

    def __call__(self, upload: SpoolRef, progress: Progress) -> Outcome:
        """Raises JobTaken when it is noted, PlanLimitReached, TenantMissing and what `Uploads.batches` raises."""
        tenant = self.registry.get(upload.tenant)
        if tenant.state is not TenantState.LIVE:
            raise TenantMissing("La empresa de esta carga ya no está activa.")
        entitlement = self.entitlements.of(upload.tenant)
        avance = self._so_far(upload)
        with self.uploads.batches(upload, tenant.rfc, avance.siguiente) as reading:
            told = partial(progress, reading.files)
            if entitlement.cfdi_limit == ILIMITADO:
                return self._by_batches(upload, reading.batches, avance, told)
            return self._whole(upload, reading.batches, avance, entitlement, told)

    def _so_far(self, upload: SpoolRef) -> Avance:
        if not self.noted:
            return Avance()
        with self.books.open(upload.tenant) as books:
            return books.cargas.avance(upload.id)

    def _by_batches(
        self, upload: SpoolRef, batches: Iterator[Batch], avance: Avance, told: Callable[[int], None]
    ) -> Outcome:
        outcome = avance.outcome
        told(outcome.seen)
        for number, batch in enumerate(batches, avance.siguiente):
            outcome += self._kept(upload, number, batch, outcome)
            told(outcome.seen)
        return outcome

    def _kept(self, upload: SpoolRef, number: int, batch: Batch, so_far: Outcome) -> Outcome:
        """Raises JobTaken."""
        with self.books.open(upload.tenant) as books:
            self._taken_up(books, upload.id, number)
            part = enter(books, batch).after(so_far)
            if self.noted:
                books.cargas.anotar(upload.id, number, part)
        return part

    def _whole(
        self,
        upload: SpoolRef,
        batches: Iterator[Batch],
        avance: Avance,
        entitlement: Entitlement,
        told: Callable[[int], None],
    ) -> Outcome:
        """Raises JobTaken."""
        outcome = Outcome()
        number = avance.siguiente - 1
        with self.books.open(upload.tenant) as books:
            self._taken_up(books, upload.id, avance.siguiente)
            kept = books.cfdis.count()
            for number, batch in enumerate(batches, avance.siguiente):  # noqa: B007
                outcome += enter(books, batch)
                if outcome.inserted:
                    require_cfdi_room(entitlement, kept, outcome.inserted)
                told(avance.outcome.seen + outcome.seen)
            if self.noted and number >= avance.siguiente:
                books.cargas.anotar(upload.id, number, outcome)
        return avance.outcome + outcome

    def _taken_up(self, books: OpenBooks, job: JobId, number: int) -> None:
        """Be the only one that goes on from that batch. Raises JobTaken when another runner has come as far already."""
        books.lock()
        if self.noted and books.cargas.avance(job).siguiente != number:
            raise JobTaken


def _problem(refusal: HoruxError) -> dict[str, object]:
    return {"code": refusal.code, "title": refusal.title, "detail": str(refusal), **refusal.facts}
