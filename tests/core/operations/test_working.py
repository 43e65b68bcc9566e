"""The operator's jobs: all of them counted, and a failed one done again where that can be."""

from dataclasses import replace
from uuid import uuid4

import pytest

from contracts.clients import NOW, OPERATOR, a_tenant
from contracts.ports.registry import kept
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.outbox import MemoryOutbox
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.jobs.errors import JobMissing, JobUnrepeatable
from horux_core.jobs.model import Job, JobState
from horux_core.kernel.ids import JobId, TenantId
from horux_core.operations.working import BrowseJobs, RetryJob
from horux_core.tenancy.errors import TenantMissing

RFC, OTHER = "CAS2408138W2", "AAA080808HL8"
OWNER = replace(OPERATOR, platform_admin=False, role=Role.OWNER, tenant_id=TenantId(uuid4()))


class Office:
    def __init__(self) -> None:
        control = MemoryDatabase()
        registry = MemoryRegistry(control, lambda tables: MemoryOutbox(tables, lambda: NOW))
        self.tenant, self.other = (a_tenant(rfc) for rfc in (RFC, OTHER))
        for tenant in (self.tenant, self.other):
            kept(registry, tenant)
        self.jobs, self.trail = MemoryJobs(control), MemoryAuditTrail(control)
        self.browse, self.retry = BrowseJobs(self.jobs), RetryJob(self.jobs, registry, self.trail, lambda: NOW)

    def job(self, kind: str, state: JobState = JobState.FALLIDO) -> Job:
        job = Job(JobId(uuid4()), self.tenant.id, kind, {}, None, NOW, state)
        self.jobs.put(job)
        return job

    def waiting(self) -> list[str]:
        return [job.kind for job in self.browse(OPERATOR, JobState.EN_COLA).page.items]


@pytest.mark.parametrize("kind", ["recalculo", "alertas"])
def test_a_failed_one_of_the_books_is_put_again_once_and_told(kind: str) -> None:
    office = Office()
    failed = office.job(kind)
    office.retry(OPERATOR, RFC.lower(), failed.id)
    office.retry(OPERATOR, RFC, failed.id)
    assert office.waiting() == [kind]
    assert office.browse(OPERATOR).tally.counts == {JobState.FALLIDO: 1, JobState.EN_COLA: 1}
    told = office.trail.page(office.tenant.id, None, 9, action="trabajo-reintentado").items
    assert [entry.detail for entry in told] == [{"rfc": RFC, "trabajo": kind}] * 2


@pytest.mark.parametrize(
    ("kind", "state"),
    [("carga", JobState.FALLIDO), ("paquete-sat", JobState.FALLIDO), ("recalculo", JobState.TERMINADO),
     ("alertas", JobState.PROCESANDO)],
)  # fmt: skip
def test_nothing_else_is(kind: str, state: JobState) -> None:
    office = Office()
    job = office.job(kind, state)
    with pytest.raises(JobUnrepeatable):
        office.retry(OPERATOR, RFC, job.id)
    assert office.waiting() == []
    assert office.trail.page(None, None, 9).items == ()


def test_is_the_operators_alone_and_of_the_client_named() -> None:
    office = Office()
    job = office.job("recalculo")
    with pytest.raises(ActionForbidden):
        office.retry(OWNER, RFC, job.id)
    with pytest.raises(ActionForbidden):
        office.browse(OWNER)
    with pytest.raises(JobMissing):
        office.retry(OPERATOR, OTHER, job.id)
    with pytest.raises(TenantMissing):
        office.retry(OPERATOR, "TPR840604D98", job.id)
