"""Which backups there are, and which is the last that is proven."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from horux_core.backups.model import BackupFile, Run
from horux_core.backups.ports import BackupLog
from horux_core.identity.model import Actor, Permission


@dataclass(frozen=True, slots=True)
class Standing:
    """The last run, whatever became of it, and of each subject, by its key, the last file of a run that is proven."""

    last: Run | None
    proven: Mapping[str, BackupFile]

    @property
    def proven_since(self) -> datetime | None:
        """The moment from which on nothing is proven of at least one of what the last run was to keep."""
        if self.last is None:
            return None
        found = [self.proven.get(file.subject.key) for file in self.last.files]
        dates = [file.verified_at for file in found if file is not None and file.verified_at is not None]
        return min(dates) if dates and len(dates) == len(found) else None


@dataclass(frozen=True, slots=True)
class ListBackups:
    """Every run, newest first, each with its files."""

    log: BackupLog

    def __call__(self, actor: Actor) -> tuple[Run, ...]:
        actor.require(Permission.OPERATE)
        return self.log.all()

    def standing(self) -> Standing:
        """For metrics and the operator's overview. Raises DatabaseUnavailable."""
        runs = self.log.all()
        proven: dict[str, BackupFile] = {}
        for run in runs:
            if run.kept:
                for file in run.files:
                    if file.proven:
                        proven.setdefault(file.subject.key, file)
        return Standing(runs[0] if runs else None, proven)
