"""What every Runs promises; a subclass brings `runs`, empty, and `trail` over the same database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from contracts.clients import NOW, a_run, a_tenant
from contracts.ports.audit_trail import a_deed, deeds
from horux_core.audit.ports import AuditTrail
from horux_core.kernel.ids import RunId
from horux_core.onboarding.errors import RunInProgress, RunLost
from horux_core.onboarding.model import Run, RunKind, RunState, Step
from horux_core.onboarding.ports import Runs
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import Tenant


def stored(runs: Runs, run: Run) -> Run:
    with runs.transaction() as tx:
        return tx.runs.lock(run.id)


def died(runs: Runs, run: Run, *steps: Step) -> None:
    """A run whose process ended after recording these steps."""
    with runs.begin(run):
        for step in steps:
            runs.step(run.id, step)


def ended(runs: Runs, run: Run, tenant: Tenant, fail: bool = False) -> None:
    with runs.transaction() as tx:
        tx.tenants.add(tenant)
        tx.runs.end(run.id, RunState.TERMINADA, None)
        tx.audit.record(a_deed(tenant.id))
        if fail:
            raise ZeroDivisionError


class RunsContract:
    def test_records_a_run_before_it_is_at_work(self, runs: Runs) -> None:
        run = a_run()
        with runs.begin(run):
            assert stored(runs, run) == run

    def test_records_each_step(self, runs: Runs) -> None:
        run = a_run()
        with runs.begin(run):
            runs.step(run.id, Step.REGISTRO)
            runs.step(run.id, Step.BASE)
            assert stored(runs, run).step is Step.BASE

    def test_finds_the_newest_of_its_kind_over_an_rfc(self, runs: Runs) -> None:
        older, newer = a_run(), a_run(started_at=NOW + timedelta(days=1))
        for run in (older, newer, a_run(kind=RunKind.BAJA, started_at=NOW + timedelta(days=2))):
            died(runs, run, Step.REGISTRO)
        found = runs.latest(newer.rfc, RunKind.ALTA)
        assert found is not None
        assert (found.id, found.step) == (newer.id, Step.REGISTRO)
        assert runs.latest("TPR840604D98", RunKind.ALTA) is None

    def test_an_open_run_nobody_holds_is_dead(self, runs: Runs) -> None:
        younger, older = a_run(started_at=NOW + timedelta(seconds=1)), a_run(kind=RunKind.BAJA)
        with runs.begin(younger), runs.begin(older):
            assert runs.dead() == ()
        assert runs.dead() == (older, younger)

    def test_a_run_is_dead_after_any_end_of_its_process(self, runs: Runs) -> None:
        run = a_run()
        with pytest.raises(KeyboardInterrupt), runs.begin(run):
            raise KeyboardInterrupt
        assert runs.dead() == (run,)

    def test_an_ended_run_is_not_dead(self, runs: Runs) -> None:
        run = a_run()
        with runs.begin(run), runs.transaction() as tx:
            tx.runs.end(run.id, RunState.DESHECHA, Step.BASE)
        found = stored(runs, run)
        assert (found.state, found.failed_step) == (RunState.DESHECHA, Step.BASE)
        assert runs.dead() == ()

    def test_ends_a_run_once(self, runs: Runs) -> None:
        run = a_run()
        died(runs, run)
        for state in (RunState.TERMINADA, RunState.DESHECHA):
            with runs.transaction() as tx:
                tx.runs.end(run.id, state, None)
        assert stored(runs, run).state is RunState.TERMINADA

    def test_takes_no_step_of_a_run_that_has_ended(self, runs: Runs) -> None:
        run = a_run()
        with runs.begin(run):
            with runs.transaction() as tx:
                tx.runs.end(run.id, RunState.DESHECHA, None)
            with pytest.raises(RunLost):
                runs.step(run.id, Step.BASE)

    def test_knows_no_other_run(self, runs: Runs) -> None:
        with pytest.raises(RunLost):
            runs.step(RunId(uuid4()), Step.BASE)
        with pytest.raises(RunLost):
            stored(runs, a_run())
        with runs.resume(RunId(uuid4())) as ours:
            assert not ours

    def test_lets_one_take_up_a_dead_run(self, runs: Runs) -> None:
        run = a_run()
        died(runs, run, Step.REGISTRO)
        with runs.resume(run.id) as ours:
            assert ours
            assert runs.dead() == ()
            with runs.resume(run.id) as again:
                assert not again
        with runs.resume(run.id) as later:
            assert later, "who gave it up left it to others"

    def test_nobody_takes_up_a_run_at_work_nor_one_that_has_ended(self, runs: Runs) -> None:
        run = a_run()
        with runs.begin(run):
            with runs.resume(run.id) as ours:
                assert not ours
            with runs.transaction() as tx:
                tx.runs.end(run.id, RunState.TERMINADA, None)
        with runs.resume(run.id) as ours:
            assert not ours

    def test_only_one_run_is_at_work_on_a_client(self, runs: Runs) -> None:
        first = a_run()
        at_once = Barrier(4)

        def one(_: int) -> bool:
            at_once.wait()
            try:
                died(runs, a_run(first.tenant))
            except RunInProgress:
                return False
            return True

        with ThreadPoolExecutor(4) as threads:
            assert sum(threads.map(one, range(4))) == 1
        died(runs, a_run())
        open_run = next(run for run in runs.dead() if run.tenant == first.tenant)
        with runs.transaction() as tx:
            tx.runs.end(open_run.id, RunState.TERMINADA, None)
        died(runs, a_run(first.tenant))

    def test_keeps_a_runs_end_and_what_it_brings_about_together(self, runs: Runs, trail: AuditTrail) -> None:
        run, tenant = a_run(), a_tenant()
        died(runs, run)
        with pytest.raises(ZeroDivisionError):
            ended(runs, run, tenant, fail=True)
        assert stored(runs, run).state is RunState.ABIERTA
        with pytest.raises(TenantMissing), runs.transaction() as tx:
            tx.tenants.lock(tenant.id)
        assert deeds(trail.page(tenant.id, None, 10)) == []
        ended(runs, run, tenant)
        assert len(deeds(trail.page(tenant.id, None, 10))) == 1
        with runs.transaction() as tx:
            assert tx.tenants.lock(tenant.id) == tenant
