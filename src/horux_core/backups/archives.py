"""A folder as one stream of octets (tar, POSIX.1-1988): plain files and folders, and nothing else on the way back."""

import tarfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import PurePosixPath

from horux_core.backups.errors import BackupDamaged
from horux_core.backups.model import Contents, Entry

_BLOCK = tarfile.BLOCKSIZE
_LONGEST = 64 << 20
_NOT_OURS = "El archivo de la carpeta trae algo que ningún respaldo guarda: no se usa nada de él."
_CUT = "El archivo de la carpeta está cortado: no se usa nada de él."

Filed = tuple[str, bytes]
"""The path of a file below the folder, and what is in it."""


def packed(files: Iterator[Filed]) -> Iterator[bytes]:
    for name, octets in files:
        told = tarfile.TarInfo(name)
        told.size, told.mode = len(octets), 0o600
        yield told.tobuf(tarfile.USTAR_FORMAT, "utf-8") + octets + b"\0" * (-len(octets) % _BLOCK)
    yield b"\0" * (2 * _BLOCK)


def entry(name: str, octets: bytes) -> Entry:
    return Entry(name, len(octets), sha256(octets).hexdigest())


def summed(entries: list[Entry]) -> Contents:
    return Contents(tuple(sorted(entries, key=lambda one: one.name)))


class Unpacking:
    """Takes what `packed` gave, in pieces of any size, and hands each file on to `take`. Raises BackupDamaged."""

    def __init__(self, take: Callable[[str, bytes], None]) -> None:
        self._take, self._left, self._zeros = take, bytearray(), 0
        self._of: tarfile.TarInfo | None = None

    def write(self, octets: bytes, /) -> int:
        self._left += octets
        while self._step():
            pass
        return len(octets)

    def flush(self) -> None:
        """Whole files are handed on as they come."""

    def require_end(self) -> None:
        if self._of is not None or self._zeros != 2 * _BLOCK:
            raise BackupDamaged(_CUT)

    def _step(self) -> bool:
        if self._zeros:
            self._zeros += len(self._left)
            if any(self._left) or self._zeros > 2 * _BLOCK:
                raise BackupDamaged(_NOT_OURS)
            self._left.clear()
            return False
        if self._of is None:
            return self._header()
        length = self._of.size + -self._of.size % _BLOCK
        if len(self._left) < length:
            return False
        octets = bytes(self._left[: self._of.size])
        del self._left[:length]
        name, self._of = self._of.name, None
        self._take(name, octets)
        return True

    def _header(self) -> bool:
        if len(self._left) < _BLOCK:
            return False
        head = bytes(self._left[:_BLOCK])
        del self._left[:_BLOCK]
        if not any(head):
            self._zeros = _BLOCK
            return True
        try:
            told = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            raise BackupDamaged(_NOT_OURS) from error
        if not told.isreg() or not 0 <= told.size <= _LONGEST or not _plain(told.name):
            raise BackupDamaged(_NOT_OURS)
        self._of = told
        return True


class FilesDump:
    """The files as a dump: each is asked for when it is read."""

    def __init__(self, files: Iterator[Filed]) -> None:
        self._entries: list[Entry] = []
        self._pieces = packed(self._noted(files))
        self._piece = b""

    def read(self, size: int = -1, /) -> bytes:
        if not self._piece:
            self._piece = next(self._pieces, b"")
        taken = self._piece if size < 0 else self._piece[:size]
        self._piece = self._piece[len(taken) :]
        return taken

    def contents(self) -> Contents:
        return summed(self._entries)

    def _noted(self, files: Iterator[Filed]) -> Iterator[Filed]:
        for name, octets in files:
            self._entries.append(entry(name, octets))
            yield name, octets


class Counted:
    """Nothing is written: what came out of the seal is held against what went in."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._unpacking = Unpacking(lambda name, octets: self._entries.append(entry(name, octets)))

    def write(self, octets: bytes, /) -> int:
        return self._unpacking.write(octets)

    def flush(self) -> None:
        self._unpacking.flush()

    def found(self) -> Contents:
        self._unpacking.require_end()
        return summed(self._entries)


def _plain(name: str) -> bool:
    """Whether it leads below the folder and nowhere else."""
    parts = PurePosixPath(name).parts
    clean = name == "/".join(parts) and "\0" not in name and "\\" not in name
    return clean and bool(parts) and not any(part in ("..", ".", "/") for part in parts)
