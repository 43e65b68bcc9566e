"""Bringing a whole installation back onto a server that holds none."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from horux_core.backups import naming
from horux_core.backups.errors import BackupMissing
from horux_core.backups.manifest import Listed, Manifest
from horux_core.backups.model import BackupFile, BackupId, Kind, Subject, Told
from horux_core.backups.ports import ReceiptKeeper
from horux_core.backups.shelf import (
    Key,
    Parts,
    Shelf,
    chosen,
    finished_runs,
    held,
    poured,
    read_manifest,
    require_intact,
)
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.errors import HoruxError


@dataclass(frozen=True, slots=True)
class RestoreAll:
    """First it is all checked; then the e.firmas, each client and last the central database take their places.

    Without its central database an installation is none, so a kill leaves one that is still to be restored: done
    again, it goes on where it was. Receipts of e.firmas destroyed since, in later runs or in the folder that is there,
    come along: what they name does not open again.
    """

    shelf: Shelf
    parts: Parts
    receipts: ReceiptKeeper
    require_empty: Callable[[], None]
    side_by_side: Callable[[Callable[[Listed], BackupFile], tuple[Listed, ...]], tuple[BackupFile, ...]]

    def __call__(self, actor: Actor, wanted: str | None, key: Key, server: str | None, told: Told) -> Manifest:
        """Clients go to `server`, else to the one each had. Raises what RestoreClient raises."""
        actor.require(Permission.OPERATE)
        self.require_empty()
        with held(self.shelf.log):
            run = chosen(self.shelf, wanted)
            manifest = read_manifest(self.shelf, run, key)
            central, fiel = (_required(manifest, kind) for kind in (Kind.CENTRAL, Kind.FIEL))
            for listed in manifest.files:
                require_intact(self.shelf, run, listed.file)
            for part in self.parts.values():
                part.site.sweep()
            now = self.shelf.clock()

            def placed(listed: Listed) -> BackupFile:
                self._placed(run, _on(listed, server), key, now)
                told(listed.file)
                return listed.file

            placed(fiel)
            clients = tuple(one for one in manifest.files if one.file.subject.kind is Kind.CLIENTE)
            self.side_by_side(placed, clients)
            placed(central)
        self.shelf.log.adopted(manifest.as_run())
        return manifest

    def _placed(self, run: BackupId, listed: Listed, key: Key, now: datetime) -> None:
        subject, site = listed.file.subject, self.parts[listed.file.subject.kind].site
        if site.mark(subject) == run:
            return
        beside = naming.beside_name(subject, now)
        with site.beside(subject, beside) as trial:
            poured(self.shelf, run, listed, key, trial)
        if subject.kind is Kind.FIEL:
            self._gathered(run, beside, key)
        site.swap(subject, beside, naming.aside_name(subject, now), run)

    def _gathered(self, run: BackupId, folder: str, key: Key) -> None:
        """A later run that cannot be opened has none to give."""
        for later in (one for one in finished_runs(self.shelf) if one > run):
            with suppress(HoruxError):
                listed = _required(read_manifest(self.shelf, later, key), Kind.FIEL)
                require_intact(self.shelf, later, listed.file)
                with (
                    self.receipts.gathering(folder) as sink,
                    self.shelf.store.reading(later, naming.file_name(listed.file.subject)) as stored,
                ):
                    self.shelf.wrapping.open(stored, sink, key.private)


def _required(manifest: Manifest, kind: Kind) -> Listed:
    listed = manifest.of(str(kind))
    if listed is None:
        raise BackupMissing(f"A ese respaldo le falta la {Subject(kind).named}: elige otro con horux backup list.")
    return listed


def _on(listed: Listed, server: str | None) -> Listed:
    """Of the central database it says where all its clients are."""
    if server is None or listed.file.subject.kind is Kind.FIEL:
        return listed
    return replace(listed, file=replace(listed.file, subject=replace(listed.file.subject, server=server)))
