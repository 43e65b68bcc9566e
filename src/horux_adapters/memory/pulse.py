from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from horux_adapters.memory.database import MemoryDatabase
from horux_core.backups.model import Run
from horux_core.billing.notices import NoticeState
from horux_core.diagnosis.figures import RECENT, BackupAge, Clientele, Figures, Waiting
from horux_core.jobs.model import JobState
from horux_core.kernel.clock import Clock
from horux_core.tenancy.model import Tenant, TenantState

_STATES = {
    TenantState.PROVISIONING: Clientele.EN_ALTA,
    TenantState.DEPROVISIONING: Clientele.EN_BAJA,
    TenantState.DELETED: Clientele.DADO_DE_BAJA,
}


@dataclass(frozen=True, slots=True)
class MemoryPulse:
    """The worker is a thread of the same process: it is heard of as long as somebody can ask."""

    control: MemoryDatabase
    clock: Clock

    def taken(self) -> Figures:
        now = self.clock()
        with self.control.transaction() as tables:
            jobs, heard = list(tables["jobs"].values()), dict(tables["jobs_heard"])
            box = [one for one in tables["outbox"].values() if one.done_at is None]
            notices = [row.notice for row in tables["notices"].values()]
            tenants = list(tables["tenants"].values())
            runs = sorted(tables["respaldos"].values(), key=lambda run: (run.started_at, run.id), reverse=True)
            uses, duties = list(tables["fiel_uses"].values()), list(tables["duties"].values())
        failed = [job for job in jobs if job.state is JobState.FALLIDO and heard[job.id] > now - RECENT]
        return Figures(
            now,
            Counter(_standing(tenant) for tenant in tenants),
            _waiting(job.created_at for job in jobs if job.state is JobState.EN_COLA),
            _waiting(heard[job.id] for job in jobs if job.state is JobState.PROCESANDO),
            len(failed),
            _waiting(one.due_at for one in box if one.due_at is not None and one.due_at <= now),
            sum(one.due_at is None for one in box),
            Counter(str(notice.state) for notice in notices),
            _waiting(notice.received_at for notice in notices if notice.state is NoticeState.PENDIENTE),
            Counter(str(use.kind) for use in uses),
            duties_failing=sum(record.failing for record in duties),
            heard_at=now,
            backup=_backups([run for run in runs if run.kept]),
        )


def _standing(tenant: Tenant) -> Clientele:
    return _STATES.get(tenant.state) or (Clientele.ACTIVO if tenant.active else Clientele.SOLO_LECTURA)


def _backups(kept: Sequence[Run]) -> BackupAge:
    """Newest first."""
    if not kept:
        return BackupAge()
    proven = [
        max((f.verified_at for run in kept for f in run.files if f.proven and f.subject.key == key and f.verified_at),
            default=None)
        for key in (file.subject.key for file in kept[0].files)
    ]  # fmt: skip
    dates = [at for at in proven if at is not None]
    return BackupAge(kept[0].started_at, min(dates) if dates and len(dates) == len(proven) else None)


def _waiting(since: Iterable[datetime]) -> Waiting:
    moments = sorted(since)
    return Waiting(len(moments), moments[0] if moments else None)
