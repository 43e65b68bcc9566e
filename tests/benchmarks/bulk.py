"""A big upload, from the spool to worked-out books, against the least that the same rows can cost."""

import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

from horux_adapters.container.horux import Horux, job_kinds
from horux_adapters.worker.handling import Handling
from horux_core.fiscal.alertas.revisando import REVISION
from horux_core.jobs.model import Job, JobState
from horux_core.kernel.ids import JobId, TenantId
from tests.benchmarks import floor
from tests.benchmarks.ground import RFC, Ground, Measure, Memory, N, a_zip_of_documents


def run(ground: Ground) -> list[Measure]:
    """The books stay filled for the measurements after this one."""
    packed = a_zip_of_documents(ground.folder)
    with Memory() as memory:
        entered, whole = loaded(ground, packed)
    least = floor.measured(ground, packed)
    return [
        Measure("carga: piso (descomprimir, leer, COPY)", f"{least:.2f} s, {N / least:,.0f} CFDI/s"),
        Measure("carga: CFDI guardados", f"{entered:.2f} s, {N / entered:,.0f} CFDI/s", f"{entered / least:.2f} pisos"),
        Measure("carga: IVA e ISR calculados", f"{whole:.2f} s, {N / whole:,.0f} CFDI/s", f"{whole / least:.2f} pisos"),
        Measure("carga: memoria máxima del trabajador y sus lectores", f"{memory.peak:,.0f} MiB"),
    ]


def filled(ground: Ground) -> None:
    """The taxpayer has N documents, worked out."""
    with ground.horux.gateways.books().open(ground.tenant()) as books:
        if books.cfdis.count() >= N:
            return
    loaded(ground, a_zip_of_documents(ground.folder))


def reviewed(ground: Ground, horux: Horux | None = None, now: datetime | None = None) -> float:
    """Seconds to review the taxpayer's alerts, and to match its bank, after a change of its books; as of `now`."""
    horux, at = horux or ground.horux, now or datetime.now(UTC)
    gateways = horux.gateways
    job = Job(JobId(uuid4()), ground.tenant(), REVISION, {}, None, at)
    gateways.jobs().put(job)
    handling = Handling(gateways.deliveries(), gateways.jobs(), {}, job_kinds(horux), lambda: at)
    began = time.perf_counter()
    handling.run(job.id)
    assert gateways.jobs().get(job.tenant, job.id).state is JobState.TERMINADO
    return time.perf_counter() - began


def loaded(ground: Ground, packed: Path, rfc: str = RFC, documents: int = N) -> tuple[float, float]:
    """Seconds until the last document was kept, and until the job had ended."""
    gateways, tenant, ident = ground.horux.gateways, ground.tenant(rfc), JobId(uuid4())
    _spool(ground, packed, tenant, ident)
    gateways.jobs().put(Job(ident, tenant, "carga", {}, None, datetime.now(UTC)))
    handling = Handling(gateways.deliveries(), gateways.jobs(), {}, job_kinds(ground.horux), lambda: datetime.now(UTC))
    kept: list[float] = []
    ended = Event()
    began = time.perf_counter()

    def watch() -> None:
        while not kept and not ended.wait(0.02):
            if gateways.jobs().get(tenant, ident).procesados >= documents:
                kept.append(time.perf_counter() - began)

    watcher = Thread(target=watch)
    watcher.start()
    handling.run(ident)
    whole = time.perf_counter() - began
    ended.set()
    watcher.join()
    job = gateways.jobs().get(tenant, ident)
    assert job.state is JobState.TERMINADO, job.error
    assert job.outcome is not None
    assert job.outcome["inserted"] == documents, job.outcome
    return (kept or [whole])[0], whole


def _spool(ground: Ground, packed: Path, tenant: TenantId, ident: JobId) -> None:
    writer = ground.horux.gateways.spool().create(tenant, ident)
    writer.begin("muestra.zip")
    with packed.open("rb") as file:
        while chunk := file.read(1 << 20):
            writer.write(chunk)
    writer.commit()
