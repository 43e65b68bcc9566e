"""Taking in a big upload: a job that may be cut off anywhere and run again, and still enters each file once."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from horux_core.fiscal.cfdi.entering import AdmitUpload, EnterFiles, enter, small
from horux_core.fiscal.cfdi.outcome import Batch, Outcome
from horux_core.fiscal.cfdi.ports import Avance, SpoolRef, Uploads
from horux_core.fiscal.cfdi.upload_errors import ReadingSaturated
from horux_core.fiscal.iva.recomputing import recompute
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.jobs.errors import JobMissing, JobTaken
from horux_core.jobs.model import TRIES, Job
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

KEPT = "kept"
"""Under this name the outcome of a load that failed holds that of the files it had dealt with for good, if any."""

_STRETCH = 5_000
"""Documents worked out in one transaction: a few seconds, so that others get their turn."""

_MANY = 1_000
"""With more new documents than these the books have grown so much that they must be told."""


@dataclass(frozen=True, slots=True)
class TakeUpload:
    """An upload has arrived whole: enter it at once when it is small, else leave it to a job."""

    uploads: Uploads
    jobs: Jobs
    enter_files: EnterFiles
    clock: Clock

    def __call__(self, actor: Actor, upload: SpoolRef) -> Outcome | JobId:
        """What came of it, or the job that will tell. The spool keeps it only for a job.

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
            job = Job(upload.id, actor.tenant, CARGA, {}, actor.user, self.clock(), recibidos=files)
            self.jobs.put(job)
            queued = True
            return upload.id
        finally:
            if not queued:
                self.uploads.remove(upload)


@dataclass(frozen=True, slots=True)
class ShowLoad:
    """How far a big upload has got."""

    jobs: Jobs

    def __call__(self, actor: Actor, job: JobId) -> Job:
        """Raises JobMissing."""
        actor.require(Permission.READ_BOOKS)
        return self.jobs.get(actor.tenant, job)


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

    def __call__(self, job: Job) -> None:
        """Raises JobTaken, and whatever else keeps it from its end; then it may be run again."""
        upload = SpoolRef(job.tenant, job.id)
        try:
            outcome = self._enter(job, upload)
        except (Invalid, NotEntitled, NotFound) as refusal:
            self.give_up(job, refusal)
            return
        self._work_out(job.tenant)
        if outcome.inserted > _MANY:
            with self.books.open(job.tenant) as books:
                books.grown()
        self.jobs.finish(job, outcome.plain())
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
                self._work_out(job.tenant)
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

    def _enter(self, job: Job, upload: SpoolRef) -> Outcome:
        tenant = self.registry.get(job.tenant)
        if tenant.state is not TenantState.LIVE:
            raise TenantMissing("La empresa de esta carga ya no está activa.")
        entitlement = self.entitlements.of(job.tenant)
        with self.books.open(job.tenant) as books:
            avance = books.cargas.avance(job.id)
        with self.uploads.batches(upload, tenant.rfc, avance.siguiente) as reading:
            if entitlement.cfdi_limit == ILIMITADO:
                return self._by_batches(job, reading.files, reading.batches, avance)
            return self._whole(job, reading.files, reading.batches, avance, entitlement)

    def _by_batches(self, job: Job, files: int, batches: Iterator[Batch], avance: Avance) -> Outcome:
        outcome = avance.outcome
        self.jobs.progress(job, files, outcome.seen)
        for number, batch in enumerate(batches, avance.siguiente):
            outcome += self._kept(job, number, batch, outcome)
            self.jobs.progress(job, files, outcome.seen)
        return outcome

    def _kept(self, job: Job, number: int, batch: Batch, so_far: Outcome) -> Outcome:
        """Raises JobTaken."""
        with self.books.open(job.tenant) as books:
            _taken_up(books, job, number)
            part = enter(books, batch).after(so_far)
            books.cargas.anotar(job.id, number, part)
        return part

    def _whole(
        self, job: Job, files: int, batches: Iterator[Batch], avance: Avance, entitlement: Entitlement
    ) -> Outcome:
        """Raises JobTaken."""
        outcome = Outcome()
        number = avance.siguiente - 1
        with self.books.open(job.tenant) as books:
            _taken_up(books, job, avance.siguiente)
            kept = books.cfdis.count()
            for number, batch in enumerate(batches, avance.siguiente):  # noqa: B007
                outcome += enter(books, batch)
                if outcome.inserted:
                    require_cfdi_room(entitlement, kept, outcome.inserted)
                self.jobs.progress(job, files, avance.outcome.seen + outcome.seen)
            if number >= avance.siguiente:
                books.cargas.anotar(job.id, number, outcome)
        return avance.outcome + outcome

    def _work_out(self, tenant: TenantId) -> None:
        more = True
        while more:
            with self.books.open(tenant) as books:
                books.lock()
                more = recompute(books, _STRETCH)


def _taken_up(books: OpenBooks, job: Job, number: int) -> None:
    """Be the only one that goes on from that batch. Raises JobTaken when another runner has come as far already."""
    books.lock()
    if books.cargas.avance(job.id).siguiente != number:
        raise JobTaken


def _problem(refusal: HoruxError) -> dict[str, object]:
    return {"code": refusal.code, "title": refusal.title, "detail": str(refusal), **refusal.facts}
