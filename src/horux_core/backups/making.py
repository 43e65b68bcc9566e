"""Making one file of a run, and proving it: read back from where it lies, opened, restored and compared."""

from dataclasses import dataclass, replace

from horux_core.backups import naming
from horux_core.backups.manifest import Listed
from horux_core.backups.model import BackupFile, BackupId, Contents, FileState, Subject
from horux_core.backups.ports import Witness
from horux_core.backups.shelf import Checked, Parts, Shelf, require_equal
from horux_core.kernel.errors import HoruxError


@dataclass(frozen=True, slots=True)
class Made:
    """`contents` is None when there is no file."""

    file: BackupFile
    contents: Contents | None = None

    @property
    def listed(self) -> Listed | None:
        return None if self.contents is None else Listed(self.file, self.contents)


@dataclass(frozen=True, slots=True)
class MakeFile:
    """What fails is told in what it answers: whatever one subject holds, the others are backed up."""

    shelf: Shelf
    parts: Parts

    def __call__(self, run: BackupId, subject: Subject) -> Made:
        began, made = self.shelf.clock(), Made(BackupFile(subject, FileState.FALLIDO))
        try:
            made, witness = self._written(run, subject)
            self._proven(run, made, witness)
            file = replace(made.file, state=FileState.PROBADO, verified_at=self.shelf.clock())
        except Exception as error:  # noqa: BLE001 a failure of one is not the others'
            file = replace(made.file, error=_told(error))
        seconds = (self.shelf.clock() - began).total_seconds()
        return Made(replace(file, seconds=round(seconds, 3)), made.contents)

    def _written(self, run: BackupId, subject: Subject) -> tuple[Made, Witness]:
        dumping = self.parts[subject.kind].dumper.dumped(subject)
        with dumping as dump, self.shelf.store.writing(run, naming.file_name(subject)) as out:
            witness = self.shelf.wrapping.seal(dump, out)
            contents = dump.contents()
        file = BackupFile(subject, FileState.SIN_PROBAR, out.octets, out.sha256, contents.rows)
        return Made(file, contents), witness

    def _proven(self, run: BackupId, made: Made, witness: Witness) -> None:
        subject = made.file.subject
        with (
            self.parts[subject.kind].site.trial(subject) as trial,
            self.shelf.store.reading(run, naming.file_name(subject)) as stored,
        ):
            checked = Checked(stored)
            self.shelf.wrapping.proof(checked, trial, witness)
            checked.require(made.file)
            found = trial.found()
        assert made.contents is not None
        require_equal(made.file, made.contents, found)


def _told(error: Exception) -> str:
    """Of what nobody foresaw only its kind: its text may hold anything."""
    if isinstance(error, HoruxError):
        return str(error)
    return f"Error inesperado ({type(error).__name__}): mira el registro de PostgreSQL y el espacio en disco."
