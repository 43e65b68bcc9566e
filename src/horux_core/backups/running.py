"""Backing everything up: each thing a file of its own, each file proven, and what failed told."""

from dataclasses import dataclass, replace
from uuid import uuid4

from horux_core.backups import manifest as manifests
from horux_core.backups import naming
from horux_core.backups.errors import BackupFailed
from horux_core.backups.events import BackupTrouble
from horux_core.backups.making import Made, MakeFile
from horux_core.backups.manifest import Manifest
from horux_core.backups.model import BackupFile, BackupId, Kind, Run, RunState, Subject, Told
from horux_core.backups.ports import Estate, SideBySide
from horux_core.backups.retention import Retention
from horux_core.backups.shelf import Shelf, held
from horux_core.identity.model import Actor, Permission

_TOLD = 20


def _quietly(_file: BackupFile) -> None:
    """Nobody waits for it."""


class _Source:
    def __init__(self, octets: bytes) -> None:
        self._left = memoryview(octets)

    def read(self, size: int = -1, /) -> bytes:
        size = len(self._left) if size < 0 else size
        piece, self._left = bytes(self._left[:size]), self._left[size:]
        return piece


@dataclass(frozen=True, slots=True)
class RunBackup:
    """The e.firmas first, then the central database, then every client, so that each knows of what came before it.

    What runs that were killed left is taken away first; what is over is let go of last.
    """

    shelf: Shelf
    estate: Estate
    make: MakeFile
    retention: Retention
    side_by_side: SideBySide

    def __call__(self, actor: Actor, told: Told = _quietly) -> Run:
        """Raises BackupUnderWay, DatabaseUnavailable, and BackupFailed when nothing could be kept."""
        actor.require(Permission.OPERATE)
        with held(self.shelf.log):
            self._cleared()
            now = self.shelf.clock()
            run = Run(naming.run_id(now, uuid4()), now)
            self.shelf.log.begun(run)
            made = self._made(run.id, told)
            run = run.ended(tuple(one.file for one in made), self.shelf.clock())
            self._listed(run, made)
            self.shelf.log.ended(run, self._trouble(run))
            self._retired()
            return run

    def _made(self, run: BackupId, told: Told) -> tuple[Made, ...]:
        made: dict[str, Made] = {}

        def one(subject: Subject) -> BackupFile:
            made[subject.key] = done = self.make(run, subject)
            self.shelf.log.made(run, done.file)
            told(done.file)
            return done.file

        one(Subject(Kind.FIEL))
        one(self.estate.central())
        self.side_by_side(one, self.estate.clients())
        return tuple(made[key] for key in sorted(made))

    def _listed(self, run: Run, made: tuple[Made, ...]) -> None:
        """From here on the run is one. Where this fails nothing of it can be trusted: it is let go of."""
        assert run.ended_at is not None
        listed = tuple(one.listed for one in made if one.listed is not None)
        failed = tuple(one.file for one in made if one.listed is None)
        octets = manifests.dumped(Manifest(run.id, run.started_at, run.ended_at, listed, failed), self.shelf.signer)
        try:
            with self.shelf.store.writing(run.id, naming.MANIFEST) as out:
                self.shelf.wrapping.seal(_Source(octets), out)
        except BackupFailed:
            self._cut_off(run)
            raise

    def _trouble(self, run: Run) -> BackupTrouble | None:
        faulty = [f"{file.subject.named}: {file.error or 'sin probar'}" for file in run.faulty]
        if not faulty:
            return None
        which = "\n".join(" ".join(line.split())[:300] for line in faulty[:_TOLD])
        return BackupTrouble(run.id, len(faulty), len(run.files), which, self.shelf.clock().isoformat())

    def _cleared(self) -> None:
        for part in self.make.parts.values():
            part.site.sweep()
        there = set(self.shelf.store.runs())
        for run in self.shelf.log.all():
            if run.state is RunState.EN_CURSO:
                if naming.MANIFEST in self.shelf.store.names(run.id):
                    ended = run.ended(run.files, self.shelf.clock())
                    self.shelf.log.ended(ended, self._trouble(ended))
                else:
                    self._cut_off(run)
            elif not run.kept and run.id in there:
                self.shelf.store.remove(run.id)

    def _cut_off(self, run: Run) -> None:
        now = self.shelf.clock()
        self.shelf.log.ended(run.cut_off(now), BackupTrouble(run.id, 0, 0, "", now.isoformat()))
        self.shelf.store.remove(run.id)

    def _retired(self) -> None:
        runs = {run.id: run for run in self.shelf.log.all()}
        for ident in self.retention.over(runs.values(), self.shelf.clock()):
            self.shelf.log.ended(replace(runs[ident], state=RunState.RETIRADO), None)
            self.shelf.store.remove(ident)
