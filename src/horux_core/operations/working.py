"""The long work of all clients, for the operator: what runs, waits or failed, and having a failed one done again."""

from dataclasses import dataclass
from uuid import uuid4

from horux_core.audit.ports import AuditTrail
from horux_core.fiscal.alertas.revisando import REVISION
from horux_core.fiscal.configuracion.adjusting import RECALCULO
from horux_core.identity.model import Actor, Permission
from horux_core.jobs.errors import JobUnrepeatable
from horux_core.jobs.model import Job, JobState, Tally
from horux_core.jobs.ports import Jobs
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import JobId
from horux_core.kernel.pages import Page
from horux_core.tenancy.deeds import deed
from horux_core.tenancy.listing import LONGEST_PAGE, PAGE, live
from horux_core.tenancy.ports import Registry

REINTENTO = "trabajo-reintentado"
_OF_THE_BOOKS_ALONE = frozenset({RECALCULO, REVISION})
"""What works on nothing else can be done again at any time; what was uploaded is not kept after a failure."""


@dataclass(frozen=True, slots=True)
class JobsSeen:
    """Some of them, and how many there are of all."""

    page: Page[Job]
    tally: Tally


@dataclass(frozen=True, slots=True)
class BrowseJobs:
    """All that are kept, newest first, or those in one state. Raises CursorMalformed."""

    jobs: Jobs

    def __call__(
        self, actor: Actor, state: JobState | None = None, cursor: str | None = None, limit: int = PAGE
    ) -> JobsSeen:
        actor.require(Permission.OPERATE)
        return JobsSeen(self.jobs.page(state, cursor, max(1, min(limit, LONGEST_PAGE))), self.jobs.tally())


@dataclass(frozen=True, slots=True)
class RetryJob:
    """Put a failed job of a client again, unless one of its kind waits: that will see all there is.

    Raises TenantMissing, JobMissing or JobUnrepeatable.
    """

    jobs: Jobs
    registry: Registry
    audit: AuditTrail
    clock: Clock

    def __call__(self, actor: Actor, rfc: str, job: JobId) -> None:
        actor.require(Permission.OPERATE)
        tenant = live(self.registry, rfc)
        failed = self.jobs.get(tenant.id, job)
        if not repeatable(failed):
            raise JobUnrepeatable
        path = f"/op/trabajos/{job}/reintentar"
        self.audit.record(deed(actor, tenant.id, REINTENTO, "POST", path, {"rfc": tenant.rfc, "trabajo": failed.kind}))
        if not self.jobs.queued(tenant.id, failed.kind):
            self.jobs.put(Job(JobId(uuid4()), tenant.id, failed.kind, {}, actor.user, self.clock()))


def repeatable(job: Job) -> bool:
    """Whether it failed and can be done again from what is kept."""
    return job.state is JobState.FALLIDO and job.kind in _OF_THE_BOOKS_ALONE
