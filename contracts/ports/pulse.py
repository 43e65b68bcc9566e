"""What every Pulse promises; a subclass brings `seen`: it with the stores of the same database."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from contracts.clients import a_tenant
from contracts.ports.backup_log import MINUTE, NOON, a_client, a_file, a_run
from contracts.ports.jobs import a_job
from contracts.ports.notices import a_notice
from contracts.ports.registry import kept
from horux_core.backups.model import BackupFile, FileState, Kind, Run, RunState, Subject
from horux_core.backups.ports import BackupLog
from horux_core.billing.notices import NoticeState
from horux_core.billing.ports import Notices
from horux_core.diagnosis.figures import BackupAge, Clientele, Waiting
from horux_core.diagnosis.ports import Pulse
from horux_core.identity.events import ResetAsked
from horux_core.jobs.ports import Jobs
from horux_core.kernel.events import Event
from horux_core.outbox.ports import Deliveries
from horux_core.tenancy.model import TenantState
from horux_core.tenancy.ports import Registry


@dataclass(frozen=True, slots=True)
class Seen:
    pulse: Pulse
    registry: Registry
    jobs: Jobs
    notices: Notices
    deliveries: Deliveries
    backups: BackupLog
    put: Callable[[Event], None]


def backed_up(log: BackupLog, run: Run, *files: BackupFile) -> None:
    log.begun(run)
    for file in files:
        log.made(run.id, file)
    log.ended(run.ended(files, run.started_at), None)


class PulseContract:
    def test_of_a_service_that_did_nothing_all_is_nothing(self, seen: Seen) -> None:
        taken = seen.pulse.taken()
        assert (dict(taken.clients), taken.jobs_waiting, taken.jobs_running) == ({}, Waiting(), Waiting())
        assert (taken.jobs_failed, taken.events, taken.events_given_up, taken.troubles) == (0, Waiting(), 0, 0)
        assert (dict(taken.notices), taken.notices_waiting, dict(taken.uses)) == ({}, Waiting(), {})
        assert (taken.duties_failing, taken.backup) == (0, BackupAge())

    def test_counts_clients_by_how_they_stand(self, seen: Seen) -> None:
        quiet = replace(a_tenant("TPR840604D98"), active=False)
        coming = a_tenant("ROEM691011EZ4", TenantState.PROVISIONING)
        gone = replace(a_tenant("EKU9003173C9", TenantState.DELETED), database_name="horux_deleted_x")
        kept(seen.registry, a_tenant(), quiet, coming, gone)
        assert dict(seen.pulse.taken().clients) == {
            Clientele.ACTIVO: 1, Clientele.SOLO_LECTURA: 1, Clientele.EN_ALTA: 1, Clientele.DADO_DE_BAJA: 1,
        }  # fmt: skip

    def test_tells_jobs_that_wait_run_and_failed(self, seen: Seen) -> None:
        tenant = a_tenant()
        kept(seen.registry, tenant)
        first, second, broken = (a_job(tenant.id) for _ in range(3))
        for job in (first, replace(second, created_at=first.created_at + timedelta(minutes=1)), broken):
            seen.jobs.put(job)
        with seen.jobs.begin(broken.id) as begun:
            assert begun is not None
            taken = seen.pulse.taken()
            assert (taken.jobs_waiting, taken.jobs_running.count) == (Waiting(2, first.created_at), 1)
            seen.jobs.fail(begun, "No se pudo.", {})
        taken = seen.pulse.taken()
        assert (taken.jobs_running, taken.jobs_failed) == (Waiting(), 1)

    def test_tells_events_that_are_due_and_those_given_up(self, seen: Seen) -> None:
        seen.put(ResetAsked("ana@cascabel.mx"))
        taken = seen.pulse.taken()
        assert taken.events.count == 1
        assert taken.events.since is not None
        assert taken.events.age(taken.taken_at + timedelta(minutes=5)) >= timedelta(minutes=5)
        delivery = seen.deliveries.claim(None, taken.taken_at)
        assert delivery is not None
        seen.deliveries.failed(delivery.id, "No.", None)
        taken = seen.pulse.taken()
        assert (taken.events, taken.events_given_up) == (Waiting(), 1)

    def test_tells_notices_by_what_became_of_them(self, seen: Seen) -> None:
        waiting = a_notice()
        for notice in (waiting, a_notice(NoticeState.IGNORADO), a_notice(NoticeState.RECHAZADO)):
            seen.notices.take(notice)
        taken = seen.pulse.taken()
        assert dict(taken.notices) == {"pendiente": 1, "ignorado": 1, "rechazado": 1}
        assert taken.notices_waiting == Waiting(1, waiting.received_at)

    def test_a_backup_is_as_old_as_what_is_proven_of_it_is(self, seen: Seen) -> None:
        client, central = a_client(), Subject(Kind.CENTRAL)
        backed_up(seen.backups, a_run(), a_file(client), a_file(central, verified_at=NOON + MINUTE))
        assert seen.pulse.taken().backup == BackupAge(a_run().started_at, NOON)
        unproven = a_file(client, state=FileState.SIN_PROBAR, verified_at=None)
        backed_up(seen.backups, a_run(9), unproven, a_file(central, verified_at=NOON + 9 * MINUTE))
        assert seen.pulse.taken().backup == BackupAge(a_run(9).started_at, NOON)
        assert a_run(9).ended((unproven,), NOON).state is RunState.PARCIAL
        new = a_file(a_client("TPR840604D98"), state=FileState.FALLIDO, verified_at=None)
        backed_up(seen.backups, a_run(20), a_file(client), new)
        assert seen.pulse.taken().backup == BackupAge(a_run(20).started_at, None)
        seen.backups.begun(a_run(30))
        assert seen.pulse.taken().backup == BackupAge(a_run(20).started_at, None)
