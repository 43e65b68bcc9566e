"""The runs that are kept, and reading from them so that nothing altered is ever used."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from horux_core.backups import manifest as manifests
from horux_core.backups import naming
from horux_core.backups.errors import BackupDamaged, BackupMissing, BackupUnderWay
from horux_core.backups.manifest import Listed, Manifest
from horux_core.backups.model import BackupFile, BackupId, Contents, Kind, differences
from horux_core.backups.ports import BackupLog, BackupStore, Dumper, ManifestSigner, Readable, Site, Trial, Wrapping
from horux_core.kernel.clock import Clock

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """How one kind of subject is dumped, and becomes itself again."""

    dumper: Dumper
    site: Site


Parts = Mapping[Kind, Part]


@dataclass(frozen=True, slots=True)
class Shelf:
    store: BackupStore
    log: BackupLog
    wrapping: Wrapping
    signer: ManifestSigner
    clock: Clock


@dataclass(frozen=True, slots=True)
class Key:
    """What opens runs: the private key itself, and whose signature is believed besides this installation's own."""

    private: str = field(repr=False)
    trusted: str | None = None


class Checked:
    """Reads, and knows afterwards whether it was what had been written."""

    def __init__(self, source: Readable) -> None:
        self._source, self._digest, self._octets = source, sha256(), 0

    def read(self, size: int = -1, /) -> bytes:
        octets = self._source.read(size)
        self._digest.update(octets)
        self._octets += len(octets)
        return octets

    def require(self, file: BackupFile) -> None:
        """All of it having been read. Raises BackupDamaged."""
        while self.read(_PIECE):
            pass
        if (self._octets, self._digest.hexdigest()) != (file.octets, file.sha256):
            raise BackupDamaged(f"El archivo de {file.subject.named} no es el que se guardó: fue alterado o cortado.")


@contextmanager
def held(log: BackupLog) -> Iterator[None]:
    """Raises BackupUnderWay."""
    with log.hold() as ours:
        if not ours:
            raise BackupUnderWay("Otro proceso está respaldando o restaurando. Espera a que termine y repite.")
        yield


def require_intact(shelf: Shelf, run: BackupId, file: BackupFile) -> None:
    """Without opening it. Raises BackupMissing or BackupDamaged."""
    with shelf.store.reading(run, naming.file_name(file.subject)) as stored:
        Checked(stored).require(file)


def poured(shelf: Shelf, run: BackupId, listed: Listed, key: Key, trial: Trial) -> Contents:
    """Open a file into a trial; what is there then is what had been kept. Raises BackupDamaged or what a trial does."""
    with shelf.store.reading(run, naming.file_name(listed.file.subject)) as stored:
        checked = Checked(stored)
        shelf.wrapping.open(checked, trial, key.private)
        checked.require(listed.file)
    found = trial.found()
    require_equal(listed.file, listed.contents, found)
    return found


def require_equal(file: BackupFile, kept: Contents, found: Contents) -> None:
    """Raises BackupDamaged."""
    told = differences(kept, found)
    if told:
        raise BackupDamaged(f"Lo restaurado de {file.subject.named} no es lo guardado: {'; '.join(told[:5])}.")


def read_manifest(shelf: Shelf, run: BackupId, key: Key) -> Manifest:
    """Raises BackupMissing, BackupKeyInvalid or BackupDamaged."""
    sink = _Bounded(manifests.LONGEST)
    with shelf.store.reading(run, naming.MANIFEST) as stored:
        shelf.wrapping.open(stored, sink, key.private)
    return manifests.loaded(bytes(sink.octets), run, shelf.signer, key.trusted)


def finished_runs(shelf: Shelf) -> tuple[BackupId, ...]:
    """Those that have their manifest, oldest first."""
    return tuple(run for run in shelf.store.runs() if naming.MANIFEST in shelf.store.names(run))


def chosen(shelf: Shelf, wanted: str | None) -> BackupId:
    """The one asked for, else the last that was finished. Raises BackupMissing."""
    if wanted is not None:
        return naming.run_of(wanted)
    there = finished_runs(shelf)
    if not there:
        raise BackupMissing("No hay ningún respaldo terminado. Haz uno con: horux backup run.")
    return there[-1]


class _Bounded:
    def __init__(self, most: int) -> None:
        self.octets, self._most = bytearray(), most

    def write(self, octets: bytes, /) -> int:
        if len(self.octets) + len(octets) > self._most:
            raise BackupDamaged("El manifiesto del respaldo es más largo de lo que puede ser: no se usa nada de él.")
        self.octets += octets
        return len(octets)

    def flush(self) -> None:
        """It is in memory."""
