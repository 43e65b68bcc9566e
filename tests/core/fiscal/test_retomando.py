"""Documents that wait to be worked out while nobody is at it are taken up, once, whatever cut the last ones off."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.libros import a_cfdi, a_tenant, an_entry
from horux_adapters.memory.books import MemoryBooks
from horux_adapters.memory.libro_iva import MemoryLibroIva
from horux_adapters.worker.handling import Handling
from horux_core.fiscal.cfdi.loading import CARGA
from horux_core.fiscal.configuracion.adjusting import RECALCULO, RecomputeBooks
from horux_core.fiscal.paquetes.importando import PAQUETE
from horux_core.fiscal.retomando import TakeUpPending
from horux_core.jobs.model import TRIES, Job, JobState
from horux_core.kernel.ids import JobId, TenantId
from horux_core.tenancy.errors import DatabaseUnavailable, TenantMissing
from tests.despacho import AHORA, Despacho

OTRA = TenantId(UUID(int=2))


def take_up(despacho: Despacho) -> TakeUpPending:
    return TakeUpPending(despacho.books, despacho.registry, despacho.jobs, despacho.clock)


def marked(despacho: Despacho, tenant: TenantId | None = None) -> None:
    """As a migration, or a load that was cut off after it entered them, leaves them."""
    with despacho.books.open(tenant or despacho.tenant) as books:
        books.cfdis.enter([an_entry(a_cfdi(1))])
        books.iva.mark_all()


def jobs(despacho: Despacho) -> list[Job]:
    return list(despacho.jobs.recent(100))


def run_all(despacho: Despacho) -> None:
    nobody: Any = None
    kinds = {RECALCULO: RecomputeBooks(despacho.jobs, despacho.books)}
    handling = Handling(nobody, despacho.jobs, {}, kinds, despacho.clock)
    for job in jobs(despacho):
        handling.run(job.id)


def test_marked_documents_are_worked_out_by_a_job() -> None:
    despacho = Despacho()
    marked(despacho)
    assert take_up(despacho)() == {"recálculos": 1}
    (job,) = jobs(despacho)
    assert (job.kind, job.tenant, job.created_by, job.created_at) == (RECALCULO, despacho.tenant, None, AHORA)
    run_all(despacho)
    assert despacho.pending() == 0
    mes = despacho.mes(2026, 1)
    assert mes is not None
    assert mes.iva_trasladado == 160


def test_books_with_nothing_to_work_out_are_left_alone() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    assert take_up(despacho)() == {"recálculos": 0}
    assert jobs(despacho) == []


def test_done_twice_it_queues_once() -> None:
    despacho = Despacho()
    marked(despacho)
    assert [take_up(despacho)()["recálculos"] for _ in range(3)] == [1, 0, 0]
    assert len(jobs(despacho)) == 1


@pytest.mark.parametrize("kind", [CARGA, PAQUETE, RECALCULO])
def test_what_somebody_is_at_is_left_to_them_until_it_fails(kind: str) -> None:
    despacho = Despacho()
    marked(despacho)
    other = Job(JobId(uuid4()), despacho.tenant, kind, {}, None, AHORA)
    despacho.jobs.put(other)
    assert take_up(despacho)() == {"recálculos": 0}
    with despacho.jobs.begin(other.id) as begun:
        assert begun is not None
        assert take_up(despacho)() == {"recálculos": 0}
        despacho.jobs.fail(begun, "Se cortó.", {})
    assert take_up(despacho)() == {"recálculos": 1}


def test_a_review_of_alerts_is_not_being_at_it() -> None:
    despacho = Despacho()
    marked(despacho)
    despacho.jobs.put(Job(JobId(uuid4()), despacho.tenant, "alertas", {}, None, AHORA))
    assert take_up(despacho)() == {"recálculos": 1}


@pytest.mark.parametrize("fault", [KeyError("x"), DatabaseUnavailable("No responde.")])
def test_a_recomputation_that_failed_after_all_its_tries_is_taken_up_again(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    despacho = Despacho()
    marked(despacho)
    take_up(despacho)()

    def broken(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(MemoryLibroIva, "replace", broken)
        for _ in range(TRIES + 1):
            run_all(despacho)
    assert [job.state for job in jobs(despacho)] == [JobState.FALLIDO]
    assert despacho.pending() == 1
    assert take_up(despacho)() == {"recálculos": 1}
    run_all(despacho)
    assert despacho.pending() == 0


def test_who_is_cut_off_before_the_job_is_kept_finds_it_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    despacho = Despacho()
    marked(despacho)

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    for place, method in ((type(despacho.jobs), "unended"), (MemoryBooks, "open"), (type(despacho.jobs), "put")):
        with monkeypatch.context() as patched:
            patched.setattr(place, method, cut_off)
            with pytest.raises(KeyboardInterrupt):
                take_up(despacho)()
        assert jobs(despacho) == []
    assert take_up(despacho)() == {"recálculos": 1}


def a_second_one(despacho: Despacho) -> None:
    with despacho.control.transaction() as tables:
        tables["tenants"][OTRA] = a_tenant(OTRA, "TPR840604D98")
    marked(despacho, OTRA)


@pytest.mark.parametrize("gone", [DatabaseUnavailable("No responde."), TenantMissing("Ya no está.")])
def test_one_that_does_not_answer_keeps_nobody_else_waiting(
    monkeypatch: pytest.MonkeyPatch, gone: DatabaseUnavailable | TenantMissing
) -> None:
    despacho = Despacho()
    marked(despacho)
    a_second_one(despacho)
    open_books = MemoryBooks.open

    def opened(books: MemoryBooks, tenant: TenantId) -> Any:
        if tenant == despacho.tenant:
            raise gone
        return open_books(books, tenant)

    monkeypatch.setattr(MemoryBooks, "open", opened)
    if isinstance(gone, DatabaseUnavailable):
        with pytest.raises(DatabaseUnavailable):
            take_up(despacho)()
    else:
        take_up(despacho)()
    assert [job.tenant for job in jobs(despacho)] == [OTRA]


def test_those_to_skip_are_skipped() -> None:
    despacho = Despacho()
    marked(despacho)
    a_second_one(despacho)
    assert take_up(despacho)({"EKU9003173C9": "no se pudo migrar"}) == {"recálculos": 1}
    assert [job.tenant for job in jobs(despacho)] == [OTRA]
