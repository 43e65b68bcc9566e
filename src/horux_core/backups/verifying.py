"""Proving a run again, long after it was made."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from horux_core.backups import naming
from horux_core.backups.errors import BackupMissing
from horux_core.backups.manifest import Listed
from horux_core.backups.model import BackupFile, BackupId, FileState, Told
from horux_core.backups.shelf import Key, Parts, Shelf, chosen, held, poured, read_manifest, require_intact
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.errors import HoruxError


@dataclass(frozen=True, slots=True)
class VerifyBackup:
    """With the private key each file is restored and compared; without, it is told whether it is what was written."""

    shelf: Shelf
    parts: Parts

    def __call__(self, actor: Actor, wanted: str | None, key: Key | None, told: Told) -> tuple[BackupFile, ...]:
        """What was found of each. Raises BackupUnderWay, BackupMissing, BackupKeyInvalid or BackupDamaged."""
        actor.require(Permission.OPERATE)
        with held(self.shelf.log):
            run = chosen(self.shelf, wanted)
            return self._looked_at(run, told) if key is None else self._restored(run, key, told)

    def _looked_at(self, run: BackupId, told: Told) -> tuple[BackupFile, ...]:
        noted = next((one for one in self.shelf.log.all() if one.id == run), None)
        if noted is None:
            raise BackupMissing("La base no sabe de ese respaldo: compruébalo con su llave privada (--key).")
        if naming.MANIFEST not in self.shelf.store.names(run):
            raise BackupMissing("De ese respaldo no está el manifiesto: no se puede restaurar nada de él.")
        files = [file for file in noted.files if file.octets]
        return tuple(self._judged(file, partial(require_intact, self.shelf, run, file), told) for file in files)

    def _restored(self, run: BackupId, key: Key, told: Told) -> tuple[BackupFile, ...]:
        manifest = read_manifest(self.shelf, run, key)
        for part in self.parts.values():
            part.site.sweep()
        if all(one.id != run for one in self.shelf.log.all()):
            self.shelf.log.adopted(manifest.as_run())
        done: list[BackupFile] = []
        for listed in manifest.files:
            file = self._judged(listed.file, partial(self._tried, run, listed, key), told)
            if file.proven:
                self.shelf.log.proven(run, file.subject.key, self.shelf.clock())
            done.append(file)
        return tuple(done)

    def _tried(self, run: BackupId, listed: Listed, key: Key) -> None:
        with self.parts[listed.file.subject.kind].site.trial(listed.file.subject) as trial:
            poured(self.shelf, run, listed, key, trial)

    def _judged(self, file: BackupFile, look: Callable[[], object], told: Told) -> BackupFile:
        try:
            look()
            found = replace(file, state=FileState.PROBADO, verified_at=self.shelf.clock(), error=None)
        except HoruxError as error:
            found = replace(file, state=FileState.SIN_PROBAR, error=str(error))
        told(found)
        return found
