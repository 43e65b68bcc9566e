"""Taking in a package of the SAT: the metadata first, then its XML as any other upload's."""

from contextlib import suppress
from dataclasses import dataclass, replace

from horux_core.fiscal.cfdi.entering import AdmitUpload, EnterFiles, small
from horux_core.fiscal.cfdi.limites import SMALL_SENT
from horux_core.fiscal.cfdi.loading import EnterBatches, LoadCfdis
from horux_core.fiscal.cfdi.outcome import Outcome
from horux_core.fiscal.cfdi.ports import SpoolRef
from horux_core.fiscal.cfdi.upload_errors import ReadingSaturated
from horux_core.fiscal.paquetes.metadatos import EnterMetadata
from horux_core.fiscal.paquetes.model import ResultadoMetadata
from horux_core.fiscal.recomputing import grew, work_out
from horux_core.identity.model import Actor, Permission
from horux_core.jobs.model import Job
from horux_core.jobs.ports import Jobs
from horux_core.kernel.clock import Clock
from horux_core.kernel.errors import HoruxError, Invalid, NotEntitled, NotFound
from horux_core.kernel.ids import JobId, UserId
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements

PAQUETE = "paquete-sat"
"""The kind of the job."""

METADATA = "metadata"
"""Under this name the outcome of such a job holds what came of the metadata."""


@dataclass(frozen=True, slots=True)
class ResultadoPaquete:
    """What came of each file of a package."""

    metadata: ResultadoMetadata
    cfdi: Outcome

    @property
    def vacio(self) -> bool:
        """Whether nothing at all was in it that could be taken, now or before."""
        return not (self.metadata.archivos or self.cfdi.inserted or self.cfdi.duplicates)


@dataclass(frozen=True, slots=True)
class AdmitPackage:
    """Whether who asks may send packages now: asked before any of their bytes are received."""

    entitlements: Entitlements

    def __call__(self, actor: Actor) -> None:
        """Raises ActionForbidden, SubscriptionInactive or FeatureNotInPlan."""
        AdmitUpload(self.entitlements)(actor)
        require_feature(self.entitlements.of(actor.tenant), Feature.XML_SAT)


@dataclass(frozen=True, slots=True)
class ImportPackage:
    """Take a whole package in, of any size. Done twice, or in another order, it comes to the same.

    No job is behind it, so it takes no note of how far it got: whoever asks has it done again from the start.
    """

    enter_metadata: EnterMetadata
    enter_files: EnterFiles
    enter_batches: EnterBatches

    def __call__(self, actor: Actor, upload: SpoolRef) -> ResultadoPaquete:
        """A file that cannot be read is told, and the others are taken. The upload stays on the spool.

        Raises what AdmitPackage raises, PlanLimitReached when its XML does not all fit (then none of them is kept, and
        the metadata is), and what cannot be read of the upload as a whole: UploadTooLarge's kin, UploadMissing.
        """
        AdmitPackage(self.enter_batches.entitlements)(actor)
        rfc = self.enter_batches.registry.get(actor.tenant).rfc
        at_once = small(self.enter_files.uploads.size(upload))
        metadata = self.enter_metadata(actor, rfc, upload)
        outcome = self.enter_files(actor, upload) if at_once else self._by_batches(upload)
        return ResultadoPaquete(metadata, _sin(metadata, outcome))

    def _by_batches(self, upload: SpoolRef) -> Outcome:
        outcome = self.enter_batches(upload, lambda _files, _seen: None)
        work_out(self.enter_batches.books, upload.tenant, grown=grew(outcome.inserted))
        return outcome


@dataclass(frozen=True, slots=True)
class TakePackage:
    """A package has arrived whole: import it at once when it is small, else leave it to a job."""

    import_package: ImportPackage
    jobs: Jobs
    clock: Clock

    def __call__(self, actor: Actor, upload: SpoolRef) -> ResultadoPaquete | JobId:
        """What came of it, or the job that will tell. The spool keeps it only for a job. Raises as ImportPackage."""
        queued = False
        uploads = self.import_package.enter_batches.uploads
        try:
            AdmitPackage(self.import_package.enter_batches.entitlements)(actor)
            files = 0
            with suppress(ReadingSaturated):
                size = uploads.size(upload)
                if small(size) and self.import_package.enter_metadata.paquetes.pesa(upload) <= SMALL_SENT:
                    return self.import_package(actor, upload)
                files = size.files
            self.jobs.put(Job(upload.id, actor.tenant, PAQUETE, {}, actor.user, self.clock(), recibidos=files))
            queued = True
            return upload.id
        finally:
            if not queued:
                uploads.remove(upload)


@dataclass(frozen=True, slots=True)
class LoadPackage:
    """Import a big package: a job that may be cut off anywhere and run again."""

    enter_metadata: EnterMetadata
    load_cfdis: LoadCfdis

    def __call__(self, job: Job) -> None:
        """Raises JobTaken, and whatever else keeps it from its end; then it may be run again."""
        upload = SpoolRef(job.tenant, job.id)
        try:
            rfc = self.load_cfdis.registry.get(job.tenant).rfc
            sender = replace(Actor.system(job.tenant), user=UserId(job.created_by) if job.created_by else None)
            metadata = self.enter_metadata(sender, rfc, upload)
        except (Invalid, NotEntitled, NotFound) as refusal:
            self.give_up(job, refusal)
            return
        self.load_cfdis(job, {METADATA: metadata.plain()})

    def give_up(self, job: Job, reason: HoruxError) -> None:
        """As LoadCfdis does."""
        self.load_cfdis.give_up(job, reason)


@dataclass(frozen=True, slots=True)
class ShowPackage:
    """How far a big package has got."""

    jobs: Jobs
    entitlements: Entitlements

    def __call__(self, actor: Actor, job: JobId) -> Job:
        """Raises JobMissing, or FeatureNotInPlan."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.XML_SAT)
        return self.jobs.get(actor.tenant, job)


def _sin(metadata: ResultadoMetadata, outcome: Outcome) -> Outcome:
    """Without the files, passed over as documents, that were read as metadata."""
    leidos = {*metadata.archivos, *(r.file for r in metadata.rechazados)}
    ignored = tuple(each for each in outcome.ignored if each.file not in leidos)
    return replace(outcome, ignored=ignored)
