"""What every Jobs promises; a subclass brings the `jobs` and `tenant` fixtures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from horux_core.jobs.errors import JobMissing, JobTaken
from horux_core.jobs.model import Job, JobState
from horux_core.jobs.ports import Jobs
from horux_core.kernel.ids import JobId, TenantId
from horux_core.kernel.pages import CursorMalformed

_DAWN = datetime(2026, 3, 1, 6, tzinfo=UTC)


def a_job(tenant: TenantId, minute: int = 0) -> Job:
    return Job(JobId(uuid4()), tenant, "carga", {"archivo": "x"}, None, _DAWN + timedelta(minutes=minute), recibidos=3)


def soon() -> datetime:
    """When whatever waits has waited long enough."""
    return datetime.now(UTC) + timedelta(hours=1)


def finished(jobs: Jobs, job: Job, outcome: dict[str, object]) -> None:
    with jobs.begin(job.id) as mine:
        assert mine is not None
        jobs.finish(mine, outcome)


class JobsContract:
    def test_gives_a_job_back_as_it_was_put(self, jobs: Jobs, tenant: TenantId) -> None:
        job = a_job(tenant)
        jobs.put(job)
        assert jobs.get(tenant, job.id) == job

    def test_hides_a_job_from_other_tenants(self, jobs: Jobs, tenant: TenantId) -> None:
        job = a_job(tenant)
        jobs.put(job)
        with pytest.raises(JobMissing):
            jobs.get(TenantId(uuid4()), job.id)
        with pytest.raises(JobMissing):
            jobs.get(tenant, JobId(uuid4()))

    def test_is_run_by_one_at_a_time(self, jobs: Jobs, tenant: TenantId) -> None:
        job = a_job(tenant)
        jobs.put(job)
        with jobs.begin(job.id) as mine, jobs.begin(job.id) as other:
            assert mine is not None
            assert mine.state is JobState.PROCESANDO
            assert other is None
        with jobs.begin(job.id) as again:
            assert again is not None

    def test_an_ended_or_unknown_job_is_not_run_again(self, jobs: Jobs, tenant: TenantId) -> None:
        job = a_job(tenant)
        jobs.put(job)
        finished(jobs, job, {"inserted": 1})
        for ended in (job.id, JobId(uuid4())):
            with jobs.begin(ended) as nothing:
                assert nothing is None

    def test_shows_progress_and_outcome(self, jobs: Jobs, tenant: TenantId) -> None:
        job = a_job(tenant)
        jobs.put(job)
        with jobs.begin(job.id) as mine:
            assert mine is not None
            jobs.progress(mine, 20, 7)
            jobs.progress(mine, 20, 5)
            assert (jobs.get(tenant, job.id).recibidos, jobs.get(tenant, job.id).procesados) == (20, 7)
            jobs.finish(mine, {"inserted": 3, "rejected": [{"file": "a"}]})
        ended = jobs.get(tenant, job.id)
        assert ended.state is JobState.TERMINADO
        assert ended.outcome == {"inserted": 3, "rejected": [{"file": "a"}]}

    def test_tells_why_it_failed(self, jobs: Jobs, tenant: TenantId) -> None:
        job = a_job(tenant)
        jobs.put(job)
        with jobs.begin(job.id) as mine:
            assert mine is not None
            jobs.fail(mine, "El archivo ya no está.", {"inserted": 0})
        assert jobs.get(tenant, job.id).error == "El archivo ya no está."
        assert jobs.get(tenant, job.id).state is JobState.FALLIDO

    def test_knows_whether_one_of_a_kind_waits(self, jobs: Jobs, tenant: TenantId) -> None:
        job = replace(a_job(tenant), kind="de-espera")
        assert not jobs.queued(tenant, "de-espera")
        jobs.put(job)
        assert jobs.queued(tenant, "de-espera")
        assert not jobs.queued(tenant, "de-otra")
        assert not jobs.queued(TenantId(uuid4()), "de-espera")
        with jobs.begin(job.id):
            assert not jobs.queued(tenant, "de-espera")

    def test_knows_what_kinds_of_a_tenant_have_not_ended(self, jobs: Jobs, tenant: TenantId) -> None:
        waiting, running, ended, failed = (
            replace(a_job(tenant), kind=kind) for kind in ("espera", "corre", "acaba", "falla")
        )
        for job in (waiting, running, ended, failed):
            jobs.put(job)
        finished(jobs, ended, {})
        with jobs.begin(failed.id) as begun:
            assert begun is not None
            jobs.fail(begun, "No.", {})
        with jobs.begin(running.id):
            found = jobs.unended(tenant)
        assert found & {"espera", "corre", "acaba", "falla"} == {"espera", "corre"}
        assert jobs.unended(TenantId(uuid4())) == frozenset()

    def test_knows_which_have_not_ended(self, jobs: Jobs, tenant: TenantId) -> None:
        waiting, running, ended = (a_job(tenant) for _ in range(3))
        for job in (waiting, running, ended):
            jobs.put(job)
        finished(jobs, ended, {})
        with jobs.begin(running.id):
            assert {waiting.id, running.id} <= jobs.open_ones()
        assert ended.id not in jobs.open_ones()

    def test_knows_the_jobs_whose_runner_died(self, jobs: Jobs, tenant: TenantId) -> None:
        running, dead = a_job(tenant), a_job(tenant)
        for job in (running, dead):
            jobs.put(job)
        with jobs.begin(dead.id):
            pass
        with jobs.begin(running.id):
            lost = jobs.lost(soon())
            assert dead.id in lost
            assert running.id not in lost
        finished(jobs, dead, {})
        assert dead.id not in jobs.lost(soon())

    def test_knows_the_jobs_whose_wake_up_is_gone(self, jobs: Jobs, tenant: TenantId) -> None:
        job = a_job(tenant)
        jobs.put(job)
        assert job.id not in jobs.lost(datetime.now(UTC))
        assert job.id in jobs.lost(soon())

    def test_waits_longer_with_each_try_that_did_not_get_on(self, jobs: Jobs, tenant: TenantId) -> None:
        job = a_job(tenant)
        jobs.put(job)
        for tries in range(1, 6):
            with jobs.begin(job.id) as mine:
                assert mine is not None
                assert (mine.attempt, mine.tries) == (tries, tries)
        assert job.id not in jobs.lost(datetime.now(UTC) + timedelta(seconds=28))
        assert job.id in jobs.lost(soon())
        with jobs.begin(job.id) as mine:
            assert mine is not None
            jobs.progress(mine, 3, 1)
        assert jobs.get(tenant, job.id).tries == 0

    def test_a_runner_that_was_replaced_changes_nothing(self, jobs: Jobs, tenant: TenantId) -> None:
        job = a_job(tenant)
        jobs.put(job)
        with jobs.begin(job.id) as first:
            pass
        with jobs.begin(job.id) as second:
            assert first is not None
            assert second is not None
            with pytest.raises(JobTaken):
                jobs.progress(first, 3, 3)
            with pytest.raises(JobTaken):
                jobs.finish(first, {})
            with pytest.raises(JobTaken):
                jobs.fail(first, "no", {})
            jobs.finish(second, {"inserted": 1})
            with pytest.raises(JobTaken):
                jobs.fail(second, "tarde", {})
        assert jobs.get(tenant, job.id).outcome == {"inserted": 1}

    def test_shows_the_newest_first(self, jobs: Jobs, tenant: TenantId) -> None:
        older, newer = a_job(tenant, 1), a_job(tenant, 2)
        jobs.put(newer)
        jobs.put(older)
        seen = [job.id for job in jobs.recent(100)]
        assert seen.index(newer.id) < seen.index(older.id)
        assert len(jobs.recent(1)) == 1

    def test_shows_all_of_a_state_a_page_at_a_time(self, jobs: Jobs, tenant: TenantId) -> None:
        later = 2_000_000  # Than any that another test has left.
        made = [replace(a_job(tenant, later + n), kind="otra") for n in range(3)]
        before = jobs.tally().counts
        for job in made:
            jobs.put(job)
        first = jobs.page(None, None, 2)
        assert [job.id for job in first.items] == [made[2].id, made[1].id]
        assert jobs.page(None, first.next_cursor, 2).items[0].id == made[0].id
        finished(jobs, made[1], {})
        waiting = [job.id for job in jobs.page(JobState.EN_COLA, None, 500).items]
        assert (waiting[:2], made[1].id in waiting) == ([made[2].id, made[0].id], False)
        tally = jobs.tally()
        assert tally.counts[JobState.EN_COLA] == before.get(JobState.EN_COLA, 0) + 2
        assert tally.counts[JobState.TERMINADO] == before.get(JobState.TERMINADO, 0) + 1
        assert tally.counts[JobState.EN_COLA] == len(waiting)
        assert tally.waiting_since == min(job.created_at for job in jobs.page(JobState.EN_COLA, None, 500).items)
        with pytest.raises(CursorMalformed):
            jobs.page(None, "x", 2)

    def test_keeps_what_was_done_at_once_and_has_nobody_run_it(self, jobs: Jobs, tenant: TenantId) -> None:
        done = replace(a_job(tenant), state=JobState.TERMINADO, procesados=3, outcome={"inserted": 3})
        jobs.record(done)
        assert jobs.get(tenant, done.id) == done
        assert done.id not in jobs.lost(soon())
        assert done.id not in jobs.open_ones()
        with jobs.begin(done.id) as nobody:
            assert nobody is None

    def test_tells_a_tenant_its_own_latest_of_a_kind(self, jobs: Jobs, tenant: TenantId) -> None:
        later = 1_000_000  # Than any that another test has left.
        older, newer = a_job(tenant, later), a_job(tenant, later + 1)
        other = replace(a_job(tenant, later + 2), kind="otra")
        for job in (newer, older, other):
            jobs.put(job)
        own = [job.id for job in jobs.latest(tenant, "carga", 100)]
        assert own.index(newer.id) < own.index(older.id)
        assert other.id not in own
        assert jobs.latest(tenant, "carga", 1) == (newer,)
        assert jobs.latest(TenantId(uuid4()), "carga", 100) == ()
