"""Backups below one folder: a folder a run, a file a file."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from horux_adapters.filesystem.durable import closed, remove, sync
from horux_core.backups import naming
from horux_core.backups.errors import BackupFailed, BackupMissing
from horux_core.backups.model import BackupId
from horux_core.backups.ports import Readable, Written

_DRAFT = ".parte"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class FilesystemBackupStore:
    """For the service's account alone: folders 700, files 600, whatever is written on the disk before it has a name."""

    root: Path

    @contextmanager
    def writing(self, run: BackupId, name: str) -> Iterator[Written]:
        place = self._place(run, name)
        draft = place.with_name(place.name + _DRAFT)
        with _on_disk():
            self._folder(run)
            draft.unlink(missing_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                written = _File(out)
                yield written
                with _on_disk():
                    out.flush()
                    os.fsync(out.fileno())
            with _on_disk():
                draft.replace(place)
                sync(place.parent)
        except BaseException:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise

    @contextmanager
    def reading(self, run: BackupId, name: str) -> Iterator[Readable]:
        try:
            descriptor = os.open(self._place(run, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError as error:
            raise BackupMissing(f"En el respaldo {run} no está {name}.") from error
        except OSError as error:
            raise BackupFailed(f"No se puede leer {name} del respaldo {run}: {error.strerror}.") from error
        with os.fdopen(descriptor, "rb") as found:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise BackupMissing(f"En el respaldo {run}, {name} no es un archivo.")
            yield _Reading(found)

    def names(self, run: BackupId) -> frozenset[str]:
        with _on_disk():
            try:
                return frozenset(path.name for path in (self.root / run).iterdir() if naming.is_file_name(path.name))
            except FileNotFoundError:
                return frozenset()

    def runs(self) -> tuple[BackupId, ...]:
        with _on_disk():
            try:
                names = [path.name for path in self.root.iterdir()]
            except FileNotFoundError:
                return ()
        return tuple(BackupId(name) for name in sorted(names) if naming.ALL_RUNS.fullmatch(name))

    def remove(self, run: BackupId) -> None:
        folder = self.root / naming.run_of(run)
        with _on_disk():
            if not folder.is_dir() or folder.is_symlink():
                return
            if remove(folder / naming.MANIFEST):
                sync(folder)
            remove(folder)
            sync(self.root)

    def _folder(self, run: BackupId) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = self.root / run
        for place in (self.root, folder):
            with suppress(FileExistsError):
                place.mkdir(mode=0o700)
            closed(place)
        sync(self.root)

    def _place(self, run: BackupId, name: str) -> Path:
        if not naming.is_file_name(name):
            raise BackupMissing(f"«{name[:80]}» no es un archivo de respaldo.")
        return self.root / naming.run_of(run) / name


class _File:
    def __init__(self, out: BinaryIO) -> None:
        self._out, self._digest, self.octets = out, sha256(), 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, octets: bytes, /) -> int:
        with _on_disk():
            self._out.write(octets)
        self._digest.update(octets)
        self.octets += len(octets)
        return len(octets)

    def flush(self) -> None:
        with _on_disk():
            self._out.flush()


@dataclass(frozen=True, slots=True)
class _Reading:
    found: BinaryIO

    def read(self, size: int = -1, /) -> bytes:
        with _on_disk():
            return self.found.read(size)


@contextmanager
def _on_disk() -> Iterator[None]:
    """Raises BackupFailed for whatever the place refuses."""
    try:
        yield
    except OSError as error:
        why = "no queda espacio en el disco de BACKUP_DIR" if error.errno in _FULL else f"{error.strerror}"
        raise BackupFailed(f"La carpeta de respaldos no se deja usar: {why}.") from error
