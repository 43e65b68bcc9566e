"""Whether everything could be restored now: what an operator sees of the backups, and what there is to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from horux_core.backups.listing import ListBackups
from horux_core.backups.model import BackupFile, Run, RunState, Subject
from horux_core.backups.ports import Estate
from horux_core.backups.retention import Retention, Stay
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.clock import Clock
from horux_core.kernel.pages import Page, numbered
from horux_core.tenancy.listing import LONGEST_PAGE, PAGE

LATE, LOST = timedelta(hours=26), timedelta(hours=50)
"""The next one is due after a day; two nights without one are more than a night that went wrong."""
_TAKES_AT_MOST = timedelta(hours=12)


class Outlook(StrEnum):
    """Of several, the first that is so."""

    SIN_LLAVE = "sin_llave"
    NINGUNO = "ninguno"
    PERDIDO = "perdido"
    FALLAS = "fallas"
    """Of something the last run has no proven file."""
    ATRASADO = "atrasado"
    BIEN = "bien"


class Standing(StrEnum):
    PROBADO = "probado"
    SIN_PROBAR = "sin_probar"
    FALLIDO = "fallido"
    FALTA = "falta"
    """It was not there yet, or not any more, at the last run."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """One thing to keep: what became of it in the last run that ended, and its last proven file with its run."""

    subject: Subject
    standing: Standing
    last: BackupFile | None
    proven: BackupFile | None
    run: Run | None

    @property
    def well(self) -> bool:
        return self.standing is Standing.PROBADO


@dataclass(frozen=True, slots=True)
class Kept:
    """A run and, when its files are there, why they are."""

    run: Run
    stays: Stay | None

    @property
    def proven(self) -> int:
        return sum(file.proven for file in self.run.files)


@dataclass(frozen=True, slots=True)
class BackupsSeen:
    """`last` is the last run that ended with files, `working` one under way. `verified_at` is the last proof of all."""

    outlook: Outlook
    last: Run | None
    working: Run | None
    verified_at: datetime | None
    page: Page[Guarded]
    total: int
    faulty: int
    runs: tuple[Kept, ...]
    kept: Mapping[Stay, int]
    retention: Retention
    sealed: bool

    @property
    def proven(self) -> int:
        return self.total - self.faulty


@dataclass(frozen=True, slots=True)
class ShowBackups:
    """Every thing to keep, what is not well first, a page of them at a time. `sealed`: there is a key to seal them to.

    Raises DatabaseUnavailable or CursorMalformed.
    """

    backups: ListBackups
    estate: Estate
    retention: Retention
    clock: Clock
    sealed: bool

    def __call__(self, actor: Actor, cursor: str | None = None, limit: int = PAGE) -> BackupsSeen:
        actor.require(Permission.OPERATE)
        start, most = numbered(cursor) or 0, max(1, min(limit, LONGEST_PAGE))
        runs, now = self.backups(actor), self.clock()
        last = next((run for run in runs if run.kept), None)
        guarded = _guarded(self._subjects(last), last, runs) if last else ()
        faulty = sum(not one.well for one in guarded)
        stays = self.retention.stays(runs, now)
        listed = tuple(Kept(run, stays.get(run.id)) for run in runs if run.state is not RunState.RETIRADO)
        return BackupsSeen(
            self._outlook(last, faulty, now),
            last,
            next((run for run in runs if _at_work(run, now)), None),
            max((file.verified_at for run in runs for file in run.files if file.verified_at), default=None),
            Page(guarded[start : start + most], str(start + most) if start + most < len(guarded) else None),
            len(guarded),
            faulty,
            listed,
            {stay: sum(one.stays is stay for one in listed) for stay in Stay},
            self.retention,
            self.sealed,
        )

    def _subjects(self, last: Run) -> tuple[Subject, ...]:
        """Whatever the last run was to keep, and who was taken in since."""
        kept = {file.subject.key: file.subject for file in last.files}
        return tuple(({one.key: one for one in self.estate.clients()} | kept).values())

    def _outlook(self, last: Run | None, faulty: int, now: datetime) -> Outlook:
        age = now - last.started_at if last is not None else timedelta()
        told = (
            (Outlook.SIN_LLAVE, not self.sealed),
            (Outlook.NINGUNO, last is None),
            (Outlook.PERDIDO, age > LOST),
            (Outlook.FALLAS, faulty > 0),
            (Outlook.ATRASADO, age > LATE),
        )
        return next((outlook for outlook, so in told if so), Outlook.BIEN)


def _at_work(run: Run, now: datetime) -> bool:
    """One that was killed is told of as cut off by the next; until then it is too old to be at work."""
    return run.state is RunState.EN_CURSO and now - run.started_at < _TAKES_AT_MOST


def _guarded(subjects: Iterable[Subject], last: Run, runs: Iterable[Run]) -> tuple[Guarded, ...]:
    proven: dict[str, tuple[BackupFile, Run]] = {}
    for run in runs:
        if run.kept:
            for file in run.files:
                if file.proven:
                    proven.setdefault(file.subject.key, (file, run))
    of_last = {file.subject.key: file for file in last.files}
    seen = (_one(subject, of_last.get(subject.key), proven.get(subject.key)) for subject in subjects)
    return tuple(sorted(seen, key=lambda one: (one.well, one.subject.tenant is not None, one.subject.named)))


def _one(subject: Subject, last: BackupFile | None, proven: tuple[BackupFile, Run] | None) -> Guarded:
    standing = Standing.FALTA if last is None else Standing(last.state.value)
    file, run = proven or (None, None)
    return Guarded(subject, standing, last, file, run)
