"""Big uploads: each file once, wherever the work is cut off, and the truth told of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from contracts.ports.uploads import a_zip, many, xml
from horux_adapters.memory.books import MemoryOpenBooks
from horux_adapters.memory.cargas import MemoryCargas
from horux_adapters.memory.cfdis import MemoryCfdis
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.libro_iva import MemoryLibroIva
from horux_adapters.memory.spool import MemorySpool
from horux_adapters.sat.uploads import SatUploads
from horux_core.fiscal import recomputing
from horux_core.fiscal.cfdi import outcome as outcomes
from horux_core.fiscal.cfdi.outcome import Outcome, total
from horux_core.fiscal.cfdi.ports import Avance, Reading, SpoolRef
from horux_core.fiscal.cfdi.upload_errors import ReadingSaturated
from horux_core.identity.errors import ActionForbidden
from horux_core.jobs.errors import JobMissing, JobTaken
from horux_core.jobs.model import Job, JobState
from tests.carga import Carga
from tests.despacho import Despacho


def mixed() -> tuple[str, bytes]:
    """Eleven files: a conflict and a duplicate across stretches, a broken one and one to ignore."""
    files = [(f"{n}.xml", xml(n)) for n in range(1, 8)]
    other = xml(1).replace(b'Total="1160.00"', b'Total="1161.00"')
    return "z.zip", a_zip(*files, ("2 copia.xml", xml(2)), ("1b.xml", other), ("roto.xml", b"<a"), ("n.pdf", b"n"))


def told(job: Job) -> tuple[JobState, dict[str, Any]]:
    return job.state, dict(job.outcome or {})


@pytest.mark.usefixtures("short_stretches")
class TestLoading:
    def test_enters_all_that_is_good_works_it_out_and_tells(self, carga: Carga) -> None:
        job = carga.run(carga.queued(mixed()))
        outcome = Outcome.of(job.outcome or {})
        assert job.state is JobState.TERMINADO
        assert (outcome.received, outcome.inserted, outcome.duplicates) == (10, 7, 1)
        assert [each.code for each in outcome.rejected] == ["uuid-con-otro-contenido", "xml-truncado"]
        assert [each.file for each in outcome.ignored] == ["n.pdf"]
        assert (job.recibidos, job.procesados) == (11, 11)
        assert (carga.count(), carga.despacho.pending(), carga.on_spool()) == (7, 0, 0)
        mes = carga.despacho.mes(2025, 1)
        assert mes is not None
        assert mes.iva_trasladado == 7 * 160

    @pytest.mark.parametrize("what", ["size", "read"])
    def test_what_arrived_whole_is_queued_when_nothing_more_can_be_read_at_once(
        self, carga: Carga, monkeypatch: pytest.MonkeyPatch, what: str
    ) -> None:
        def saturated(*_: object) -> None:
            raise ReadingSaturated

        with monkeypatch.context() as busy:
            busy.setattr(SatUploads, what, saturated)
            taken = carga.take(mixed())
        assert not isinstance(taken, Outcome)
        job = carga.run(taken)
        assert (Outcome.of(job.outcome or {}).inserted, job.recibidos, carga.on_spool()) == (7, 11, 0)

    def test_of_the_same_again_adds_nothing(self, carga: Carga) -> None:
        carga.run(carga.queued(mixed()))
        outcome = Outcome.of(carga.run(carga.queued(mixed())).outcome or {})
        assert (outcome.inserted, outcome.duplicates, carga.count()) == (0, 8, 7)

    def test_a_job_that_has_ended_is_not_run_again(self, carga: Carga) -> None:
        ident = carga.queued(mixed())
        first = carga.run(ident)
        assert carga.run(ident) == first

    def test_forgets_the_notes_of_one_that_was_cut_off_at_its_end(self, carga: Carga) -> None:
        over, gone, open_one = carga.queued(mixed()), carga.new_id(), carga.queued(mixed())
        carga.run(over)
        with carga.despacho.books.open(carga.despacho.tenant) as books:
            for noted in (over, gone, open_one):
                books.cargas.anotar(noted, 0, Outcome(1))
        carga.run(carga.queued(mixed()))
        with carga.despacho.books.open(carga.despacho.tenant) as books:
            assert books.cargas.anotadas() == (open_one,)

    @pytest.mark.parametrize(("many", "times"), [(6, 1), (7, 0)])
    def test_tells_the_books_when_they_have_grown_much(
        self, carga: Carga, monkeypatch: pytest.MonkeyPatch, many: int, times: int
    ) -> None:
        told = []
        monkeypatch.setattr(recomputing, "_MANY", many)
        monkeypatch.setattr(MemoryOpenBooks, "grown", lambda books: told.append(books.cfdis.count()))
        carga.run(carga.queued(mixed()))
        assert told == [7] * times

    @pytest.mark.usefixtures("short_stretches")
    def test_notes_only_the_files_that_it_will_tell(self, carga: Carga, monkeypatch: pytest.MonkeyPatch) -> None:
        noted: list[Outcome] = []
        monkeypatch.setattr(outcomes, "TOLD", 3)
        monkeypatch.setattr(MemoryCargas, "anotar", lambda _self, _job, _hasta, part: noted.append(part))
        monkeypatch.setattr(MemoryCargas, "avance", lambda _self, _job: Avance(len(noted), total(noted)))
        job = carga.run(carga.queued(*((f"{n}.xml", b"no") for n in range(10))))
        assert sum(bool(part.rejected_total) for part in noted) > 1
        assert [each.file for part in noted for each in part.rejected] == ["0.xml", "1.xml", "2.xml"]
        assert Outcome.of(job.outcome or {}) == total(noted)
        assert total(noted).rejected_total == 10

    def test_leaves_no_notes_of_how_far_it_got(self, carga: Carga) -> None:
        ident = carga.queued(mixed())
        carga.run(ident)
        with carga.despacho.books.open(carga.despacho.tenant) as books:
            assert books.cargas.avance(ident).siguiente == 0


class Cut(BaseException):
    """The process dies here."""


def dying(at: int, before: bool, call: Callable[..., Any], calls: list[int]) -> Callable[..., Any]:
    def made(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] == at and before:
            raise Cut
        result = call(*args, **kwargs)
        if calls[0] == at and not before:
            raise Cut
        return result

    return made


STEPS = (
    (MemoryCfdis, "enter"),
    (MemoryCargas, "anotar"),
    (MemoryCargas, "avance"),
    (MemoryCargas, "olvidar"),
    (MemoryJobs, "progress"),
    (MemoryJobs, "finish"),
    (MemoryJobs, "fail"),
    (MemoryLibroIva, "replace"),
    (MemorySpool, "remove"),
)


@pytest.mark.usefixtures("short_stretches")
@pytest.mark.parametrize("limit", [-1, 7], ids=["sin-limite", "con-limite"])
@pytest.mark.parametrize("before", [True, False], ids=["antes", "despues"])
def test_cut_off_at_any_step_and_run_again_it_ends_as_if_nothing_had_happened(
    monkeypatch: pytest.MonkeyPatch, limit: int, before: bool
) -> None:
    carga = Carga()
    carga.limit(limit)
    wanted = told(carga.run(carga.queued(mixed())))
    at, cuts = 0, 0
    while True:
        at += 1
        again = Carga(Despacho(), pool=carga.pool)
        again.limit(limit)
        ident = again.queued(mixed())
        calls = [0]
        with monkeypatch.context() as patched:
            for kind, name in STEPS:
                patched.setattr(kind, name, dying(at, before, getattr(kind, name), calls))
            try:
                again.run(ident)
            except Cut:
                cuts += 1
        job = again.run(ident)
        assert told(job) == wanted, at
        assert (job.recibidos, job.procesados) == (11, 11)
        assert (again.count(), again.despacho.pending()) == (7, 0)
        if calls[0] < at:
            break
    assert cuts >= 9
    carga.pool.close()


class TestLimit:
    def test_what_fits_is_entered(self, carga: Carga) -> None:
        carga.limit(7)
        assert Outcome.of(carga.run(carga.queued(mixed())).outcome or {}).inserted == 7

    @pytest.mark.usefixtures("short_stretches")
    def test_what_does_not_fit_is_refused_whole_with_the_designs_words(self, carga: Carga) -> None:
        carga.limit(7)
        carga.take(("9.xml", xml(9)))
        job = carga.run(carga.queued(mixed()))
        assert (job.state, job.error) == (
            JobState.FALLIDO,
            "Límite de CFDIs alcanzado (1/7). Contacta soporte para upgrade.",
        )
        problem = dict(job.outcome or {})
        assert (problem["code"], problem["limit"], problem["current"]) == ("plan-limit-reached", 7, 1)
        assert (carga.count(), carga.on_spool()) == (1, 0)

    def test_what_is_stored_already_always_fits(self, carga: Carga) -> None:
        carga.run(carga.queued(mixed()))
        carga.limit(5)
        assert carga.run(carga.queued(mixed())).state is JobState.TERMINADO

    @pytest.mark.usefixtures("short_stretches")
    def test_a_runner_that_comes_second_enters_nothing_again(
        self, carga: Carga, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        carga.limit(7)
        ident = carga.queued(mixed())
        with carga.despacho.jobs.begin(ident) as late:
            assert late is not None
        batches = SatUploads.batches

        @contextmanager
        def overtaken(uploads: SatUploads, ref: SpoolRef, rfc: str, desde: int) -> Iterator[Reading]:
            """Between what the runner read of its progress and its transaction another one did all of it."""
            monkeypatch.setattr(SatUploads, "batches", batches)
            with carga.despacho.books.open(ref.tenant) as books:
                books.cargas.anotar(ref.id, 3, Outcome(7))
            with batches(uploads, ref, rfc, desde) as reading:
                yield reading

        monkeypatch.setattr(SatUploads, "batches", overtaken)
        with pytest.raises(JobTaken):
            carga.load_cfdis(late)
        assert carga.count() == 0
        with carga.despacho.books.open(carga.despacho.tenant) as books:
            assert books.cargas.avance(ident) == Avance(4, Outcome(7))

    @pytest.mark.usefixtures("short_stretches")
    def test_two_at_once_never_exceed_it(self, carga: Carga) -> None:
        carga.limit(10)
        jobs = [
            carga.queued(("z.zip", a_zip(*((f"{n}.xml", xml(n)) for n in range(at, at + 7))))) for at in (100, 200, 300)
        ]
        with ThreadPoolExecutor(3) as threads:
            states = sorted(job.state for job in threads.map(carga.run, jobs))
        assert states == [JobState.FALLIDO, JobState.FALLIDO, JobState.TERMINADO]
        assert carga.count() == 7


def test_a_job_is_shown_to_its_own_taxpayer_and_to_who_reads_there(carga: Carga) -> None:
    ident = carga.queued(("z.zip", many(1)))
    assert carga.show_load(carga.actor(), ident).state is JobState.EN_COLA
    other = carga.despacho.actor(tenant_id=carga.new_id())
    with pytest.raises(JobMissing):
        carga.show_load(other, ident)
    with pytest.raises(ActionForbidden):
        carga.show_load(carga.despacho.actor(role=None), ident)
