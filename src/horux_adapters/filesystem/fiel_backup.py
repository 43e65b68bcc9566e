"""The e.firmas' folder in backups: all of it, with the anchors and receipts, sealed as it is."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from horux_adapters.filesystem.durable import make, remove, sync, write_new
from horux_core.backups import archives, naming
from horux_core.backups.archives import Counted, Filed, FilesDump, Unpacking
from horux_core.backups.errors import BackupFailed, NotRestorable
from horux_core.backups.model import Contents, Subject
from horux_core.backups.ports import Trial, Writable
from horux_core.fiel.errors import VaultUnavailable

_HIDDEN = ".horux"
"""What begins so is of restorings, and no part of the vault."""

_MARK = f"{_HIDDEN}-respaldo"
_RECEIPTS = "recibos/"
_OF_A_STORE = "copias/"
_LOOKS = 20
_HALF = ".parte"
_OURS = re.compile(r"horux_(?:lado|antes)_fiel_[0-9]{14}")


@dataclass(frozen=True, slots=True)
class FilesystemDumper:
    root: Path

    @contextmanager
    def dumped(self, subject: Subject) -> Iterator[FilesDump]:  # noqa: ARG002
        with _on_disk():
            if not self.root.is_dir():
                raise BackupFailed(f"No está la carpeta de e.firmas {self.root}: corrige FIEL_DIR.")
            yield FilesDump(walked(self.root))


@dataclass(frozen=True, slots=True)
class FilesystemSite:
    """What is restored lies hidden in the same folder until it takes its place: no right elsewhere is needed."""

    root: Path

    @contextmanager
    def trial(self, subject: Subject) -> Iterator[Trial]:  # noqa: ARG002
        with _on_disk():
            yield Counted()

    @contextmanager
    def beside(self, subject: Subject, name: str) -> Iterator[Trial]:  # noqa: ARG002
        place, half = self._place(name), self._place(name).with_suffix(_HALF)
        with _on_disk():
            make(self.root)
            if place.exists():
                raise NotRestorable(f"Ya está {place}: espera un segundo y repite.")
            remove(half)
            make(half)
            try:
                yield _Laid(half)
                half.rename(place)
                sync(self.root)
            except BaseException:
                remove(half)
                raise

    def swap(self, subject: Subject, name: str, aside: str, mark: str) -> None:  # noqa: ARG002
        """Name by name, the mark last: one that is cut off is not marked, and is done again from the beginning.

        The receipts that are there come along: what they name was destroyed, whatever is restored.
        """
        place, former = self._place(name), self._place(aside)
        with _on_disk():
            for known in (self.root, *self._hidden("antes")):
                for name_there, octets in walked(known):
                    if name_there.startswith(_RECEIPTS):
                        _put_new(place, name_there, octets)
            remove(self.root / _MARK)
            there = [path for path in self.root.iterdir() if not path.name.startswith(_HIDDEN)]
            if there:
                make(former)
            for path in there:
                path.rename(former / path.name)
            for path in sorted(place.iterdir()):
                path.rename(self.root / path.name)
            write_new(self.root / _MARK, mark.encode())
            sync(self.root)
            place.rmdir()

    def mark(self, subject: Subject) -> str:  # noqa: ARG002
        try:
            return (self.root / _MARK).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def sweep(self) -> int:
        with _on_disk():
            halves = [half for half in self._hidden("lado") if half.suffix == _HALF]
            for half in halves:
                remove(half)
        return len(halves)

    def left_over(self) -> tuple[str, ...]:
        with _on_disk():
            names = [path.name[1:] for what in ("antes", "lado") for path in self._hidden(what)]
        return tuple(sorted(name for name in names if _OURS.fullmatch(name)))

    def drop(self, name: str) -> bool:
        if not naming.LEFT_OVER.fullmatch(name):
            raise NotRestorable(f"«{name[:80]}» no es una carpeta que haya dejado una restauración: no se borra.")
        with _on_disk():
            return bool(_OURS.fullmatch(name)) and remove(self._place(name))

    def _hidden(self, what: str) -> list[Path]:
        return sorted(self.root.glob(f"{_HIDDEN}_{what}_fiel_*")) if self.root.is_dir() else []

    def _place(self, name: str) -> Path:
        return self.root / f".{name}"


@dataclass(frozen=True, slots=True)
class FilesystemReceiptKeeper:
    root: Path

    @contextmanager
    def gathering(self, folder: str) -> Iterator[Writable]:
        found: list[Filed] = []

        def take(name: str, octets: bytes) -> None:
            if name.startswith(_RECEIPTS):
                found.append((name, octets))

        unpacking = Unpacking(take)
        yield unpacking
        unpacking.require_end()
        with _on_disk():
            for name, octets in found:
                _put_new(self.root / f".{folder}", name, octets)


class _Laid:
    """Writes the files, and reads them again for what is found."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unpacking = Unpacking(self._take)

    def write(self, octets: bytes, /) -> int:
        return self._unpacking.write(octets)

    def flush(self) -> None:
        self._unpacking.flush()

    def found(self) -> Contents:
        self._unpacking.require_end()
        return archives.summed([archives.entry(name, octets) for name, octets in walked(self._folder)])

    def _take(self, name: str, octets: bytes) -> None:
        if name.startswith(_OF_A_STORE):
            raise NotRestorable("Ese respaldo es de una bóveda en un almacén: restáuralo con FILES=s3.")
        _put_new(self._folder, name, octets)


def walked(root: Path) -> Iterator[Filed]:
    """Every plain file, each folder's as they were together: one that changes meanwhile is read again."""
    folders = [root]
    while folders:
        folder = folders.pop(0)
        for _ in range(_LOOKS):
            before, within = _seen(folder)
            files = [(path, _read(path)) for path in before]
            if all(octets is not None for _, octets in files) and _seen(folder)[0] == before:
                folders += within
                yield from ((path.relative_to(root).as_posix(), octets or b"") for path, octets in files)
                break
        else:
            raise BackupFailed(f"La carpeta {folder.name} de las e.firmas no deja de cambiar: repite en un minuto.")


def _seen(folder: Path) -> tuple[dict[Path, tuple[int, int]], list[Path]]:
    """Its files, each as itself at this moment, and its folders. What is half written is nobody's yet."""
    files: dict[Path, tuple[int, int]] = {}
    folders: list[Path] = []
    with suppress(FileNotFoundError):
        for path in sorted(path for path in folder.iterdir() if not path.name.startswith(_HIDDEN)):
            with suppress(FileNotFoundError):
                found = path.lstat()
                if stat.S_ISDIR(found.st_mode):
                    folders.append(path)
                elif stat.S_ISREG(found.st_mode) and not path.name.endswith(".nuevo"):
                    files[path] = (found.st_ino, found.st_mtime_ns)
    return files, folders


def _read(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (FileNotFoundError, IsADirectoryError):
        return None
    with os.fdopen(descriptor, "rb") as found:
        return found.read()


def _put_new(folder: Path, name: str, octets: bytes) -> None:
    """A file that is there stays as it is."""
    place = folder / name
    missing = [up for up in reversed(place.relative_to(folder).parents) if str(up) != "."]
    for up in missing:
        make(folder / up)
    if not place.exists():
        write_new(place, octets)
        sync(place.parent)


@contextmanager
def _on_disk() -> Iterator[None]:
    """Raises BackupFailed for whatever the place refuses."""
    try:
        yield
    except VaultUnavailable as error:
        raise BackupFailed("La carpeta de e.firmas no se deja usar.") from error
    except OSError as error:
        where = f" en {error.filename}" if isinstance(error.filename, str) else ""
        raise BackupFailed(f"La carpeta de e.firmas no se deja usar: {error.strerror}{where}.") from error
