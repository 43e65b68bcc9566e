"""Taking CFDIs into a taxpayer's books in memory, with the real reader and its processes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import uuid4

from contracts.ports.spool import spooled
from horux_adapters.memory.outbox import MemoryOutbox
from horux_adapters.memory.spool import MemorySpool
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_adapters.sat.pool import ReadingPool
from horux_adapters.sat.reader import SatReader
from horux_adapters.sat.uploads import SatUploads
from horux_core.fiscal.cfdi.entering import AdmitUpload, EnterCfdi, EnterFiles
from horux_core.fiscal.cfdi.loading import LoadCfdis, ShowLoad, TakeUpload
from horux_core.fiscal.cfdi.outcome import Outcome
from horux_core.fiscal.cfdi.ports import SpoolRef
from horux_core.identity.model import Actor, Role
from horux_core.jobs.model import Job
from horux_core.kernel.ids import JobId
from tests.despacho import AHORA, Despacho


@dataclass(frozen=True)
class Carga:
    despacho: Despacho = field(default_factory=Despacho)
    spool: MemorySpool = field(default_factory=lambda: MemorySpool(lambda: AHORA))
    pool: ReadingPool = field(default_factory=lambda: ReadingPool(1))

    def __post_init__(self) -> None:
        self.limit(-1)

    @property
    def uploads(self) -> SatUploads:
        return SatUploads(self.spool, self.pool)

    @property
    def registry(self) -> MemoryRegistry:
        return MemoryRegistry(self.despacho.control, lambda tables: MemoryOutbox(tables, lambda: AHORA))

    @property
    def admit_upload(self) -> AdmitUpload:
        return AdmitUpload(self.despacho.entitlements)

    @property
    def enter_cfdi(self) -> EnterCfdi:
        return EnterCfdi(SatReader(), self.despacho.books, self.registry, self.despacho.entitlements)

    @property
    def take_upload(self) -> TakeUpload:
        enter = EnterFiles(self.uploads, self.despacho.books, self.registry, self.despacho.entitlements)
        return TakeUpload(self.uploads, self.despacho.jobs, enter, lambda: AHORA)

    @property
    def show_load(self) -> ShowLoad:
        return ShowLoad(self.despacho.jobs)

    @property
    def load_cfdis(self) -> LoadCfdis:
        despacho = self.despacho
        return LoadCfdis(despacho.jobs, self.uploads, despacho.books, self.registry, despacho.entitlements)

    def limit(self, cfdis: int) -> None:
        """How many CFDIs the taxpayer's plan allows from now on."""
        with self.despacho.control.transaction() as tables:
            tenant = tables["tenants"][self.despacho.tenant]
            tables["tenants"][tenant.id] = replace(tenant, cfdi_limit_override=cfdis)

    def actor(self, role: Role = Role.OWNER) -> Actor:
        return self.despacho.actor(role)

    def new_id(self) -> JobId:
        return JobId(uuid4())

    def take(self, *files: tuple[str, bytes]) -> Outcome | JobId:
        ref = spooled(self.spool, *files, ref=SpoolRef(self.despacho.tenant, self.new_id()))
        return self.take_upload(self.actor(), ref)

    def queued(self, *files: tuple[str, bytes]) -> JobId:
        """A job for those files, however few."""
        ref = spooled(self.spool, *files, ref=SpoolRef(self.despacho.tenant, self.new_id()))
        self.despacho.jobs.put(Job(ref.id, self.despacho.tenant, "carga", {}, None, AHORA))
        return ref.id

    def run(self, job: JobId) -> Job:
        """What a worker does with a job; answers how it stands after."""
        with self.despacho.jobs.begin(job) as begun:
            if begun is not None:
                self.load_cfdis(begun)
        return self.job(job)

    def job(self, job: JobId) -> Job:
        return self.despacho.jobs.get(self.despacho.tenant, job)

    def count(self) -> int:
        with self.despacho.books.open(self.despacho.tenant) as books:
            return books.cfdis.count()

    def on_spool(self) -> int:
        return len(self.spool._kept)


def a_job_outcome(outcome: Outcome) -> Mapping[str, object]:
    return outcome.plain()
