"""Big uploads that cannot be brought to their end: why, and what is kept of them."""

from contextlib import nullcontext
from typing import Any

import pytest

from horux_adapters.memory.cargas import MemoryCargas
from horux_adapters.memory.libro_iva import MemoryLibroIva
from horux_adapters.sat import archive
from horux_core.fiscal.cfdi import loading
from horux_core.fiscal.cfdi.outcome import Outcome
from horux_core.fiscal.cfdi.upload_errors import UploadMissing
from horux_core.jobs.model import TRIES, JobState
from horux_core.kernel.ids import JobId
from horux_core.tenancy.errors import DatabaseUnavailable
from horux_core.tenancy.model import TenantState
from tests.carga import Carga
from tests.core.fiscal.cfdi.test_loading import mixed


def raising(fault: Exception) -> None:
    raise fault


class TestFailing:
    @pytest.mark.usefixtures("short_stretches")
    @pytest.mark.parametrize("fault", [None, KeyError("x")])
    def test_tells_what_was_kept_before(
        self, carga: Carga, monkeypatch: pytest.MonkeyPatch, fault: Exception | None
    ) -> None:
        ident = carga.queued(mixed())
        anotar = MemoryCargas.anotar

        def twice(cargas: MemoryCargas, job: JobId, hasta: int, outcome: Outcome) -> None:
            if hasta == 2:
                raise UploadMissing
            anotar(cargas, job, hasta, outcome)

        monkeypatch.setattr(MemoryCargas, "anotar", twice)
        with nullcontext() if fault is None else pytest.raises(KeyError), monkeypatch.context() as patched:
            if fault is not None:
                patched.setattr(MemoryLibroIva, "replace", lambda *_: raising(fault))
            carga.run(ident)
        job = carga.job(ident)
        problem: dict[str, Any] = dict(job.outcome or {})
        kept = Outcome.of(problem[loading.KEPT])
        assert (job.state, problem["code"], kept.inserted) == (JobState.FALLIDO, "carga-perdida", 6)
        assert (carga.count(), carga.on_spool()) == (6, 0)
        assert carga.despacho.pending() == (0 if fault is None else 6)

    @pytest.mark.usefixtures("short_stretches")
    def test_is_tried_again_while_what_was_kept_cannot_be_worked_out_now(
        self, carga: Carga, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ident = carga.queued(mixed())
        carga.limit(1)
        with monkeypatch.context() as patched:
            patched.setattr(MemoryLibroIva, "pending", lambda *_: raising(DatabaseUnavailable("No responde.")))
            for _ in range(TRIES):
                with pytest.raises(DatabaseUnavailable):
                    carga.run(ident)
                assert carga.job(ident).state is JobState.PROCESANDO
            with pytest.raises(DatabaseUnavailable):
                carga.run(ident)
        job = carga.job(ident)
        assert (job.state, dict(job.outcome or {})["code"]) == (JobState.FALLIDO, "plan-limit-reached")
        assert loading.KEPT not in dict(job.outcome or {})

    def test_an_upload_that_is_gone_says_so(self, carga: Carga) -> None:
        ident = carga.queued(mixed())
        carga.spool._kept.clear()
        job = carga.run(ident)
        assert (job.state, dict(job.outcome or {})["code"]) == (JobState.FALLIDO, "carga-perdida")

    def test_an_upload_beyond_the_limits_is_refused_whole(self, carga: Carga, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archive, "MAX_INFLATED", 1000)
        job = carga.run(carga.queued(mixed()))
        assert (job.state, dict(job.outcome or {})["code"]) == (JobState.FALLIDO, "carga-demasiado-grande")
        assert (carga.count(), carga.on_spool()) == (0, 0)

    def test_a_taxpayer_that_left_gets_nothing_entered(self, carga: Carga) -> None:
        ident = carga.queued(mixed())
        with carga.despacho.control.transaction() as tables:
            tenant = tables["tenants"][carga.despacho.tenant]
            tables["tenants"][tenant.id] = tenant.closing()
        job = carga.run(ident)
        assert (job.state, carga.on_spool(), tenant.closing().state) == (
            JobState.FALLIDO,
            0,
            TenantState.DEPROVISIONING,
        )
