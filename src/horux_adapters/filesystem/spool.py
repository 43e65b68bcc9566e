"""Uploads as files: one each, below a folder per tenant, under names of our own."""

import errno
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO
from uuid import UUID

from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.ports import Source, SpooledFile, SpoolRef
from horux_core.fiscal.cfdi.spooling import require_room, shortened
from horux_core.fiscal.cfdi.upload_errors import SpoolUnavailable, UploadMissing
from horux_core.kernel.ids import JobId, TenantId

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
_MARK = b"HXSPOOL2"
"""At the very end of an upload, after the length of its list of files: a file without it was cut off."""

_LENGTH = 8
_BUFFER = 64 * 1024
_DRAFT = ".part"
_DEAD_AFTER = 3_600.0
"""Seconds without a byte, after which a draft is what a crash left and takes nobody's room."""


@dataclass(frozen=True, slots=True)
class FileSource:
    path: str

    def __call__(self) -> BinaryIO:
        try:
            return Path(self.path).open("rb")
        except FileNotFoundError as error:
            raise UploadMissing from error


@dataclass(frozen=True, slots=True)
class FilesystemSpool:
    root: Path

    def create(self, tenant: TenantId, job: JobId) -> "FileWriter":
        return FileWriter(SpoolRef(tenant, job), self._path(SpoolRef(tenant, job)))

    def source(self, ref: SpoolRef) -> Source:
        return FileSource(str(self._path(ref)))

    def files(self, ref: SpoolRef) -> tuple[SpooledFile, ...]:
        with self.source(ref)() as file:
            end = file.seek(0, os.SEEK_END) - _LENGTH - len(_MARK)
            if end < 0:
                raise UploadMissing
            file.seek(end)
            length = int.from_bytes(file.read(_LENGTH), "big")
            if file.read() != _MARK or length > end:
                raise UploadMissing
            file.seek(end - length)
            return tuple(_listed(file, end))

    def remove(self, ref: SpoolRef) -> None:
        self._path(ref).unlink(missing_ok=True)

    def sweep(self, keep: frozenset[JobId], before: datetime) -> int:
        left = [path for path in self.root.glob("*/*") if _older(path, before) and _job(path) not in keep]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _path(self, ref: SpoolRef) -> Path:
        return self.root / str(ref.tenant) / str(ref.id)


class FileWriter:
    """Writes beside the final name and renames at the end: an upload is there whole or not at all.

    Its list of files grows in a file without a name, and comes after their bytes at the end.
    """

    def __init__(self, ref: SpoolRef, path: Path) -> None:
        self._ref = ref
        self._path = path
        self._draft = path.with_name(f"{path.name}{_DRAFT}")
        self._begun: tuple[str, int] | None = None
        self._size = 0
        self._next_look = MIB
        with _having_room():
            _closed_to_others(path.parent.parent)
            _closed_to_others(path.parent)
            # First what has no name: if the draft cannot be opened after it, nothing is left behind.
            self._list = TemporaryFile(dir=path.parent)  # noqa: SIM115 it lives as long as the upload arrives
            self._file = _opened(self._draft, self._list)
        try:
            self._look_for_room()
        except BaseException:
            self.discard()
            raise

    def begin(self, name: str) -> None:
        self._end_file()
        self._begun = (shortened(name), self._size)

    def write(self, chunk: bytes) -> None:
        with _having_room():
            self._file.write(chunk)
        self._size += len(chunk)
        if self._size >= self._next_look:
            self._next_look = self._size + MIB
            self._look_for_room()

    def content(self) -> bytes:
        with _having_room():
            self._file.flush()
            return self._draft.read_bytes()

    def commit(self) -> SpoolRef:
        self._end_file()
        with _having_room():
            length = self._list.tell()
            self._list.seek(0)
            shutil.copyfileobj(self._list, self._file)
            self._file.write(length.to_bytes(_LENGTH, "big") + _MARK)
            self._file.flush()
            self._look_for_room()
            os.fsync(self._file.fileno())
            self._file.close()
            self._list.close()
            self._draft.replace(self._path)
            _sync_folder(self._path.parent)
        return self._ref

    def discard(self) -> None:
        self._draft.unlink(missing_ok=True)
        # What is still buffered may find no room; it is not wanted any more.
        for file in (self._file, self._list):
            with suppress(OSError):
                file.close()

    def _end_file(self) -> None:
        if self._begun is not None:
            name, at = self._begun
            line = json.dumps([name, at, self._size - at], ensure_ascii=False) + "\n"
            with _having_room():
                self._list.write(line.encode("utf-8", "surrogatepass"))
            self._begun = None

    def _look_for_room(self) -> None:
        """Raises TooManyLoads; UploadMissing when its client has been let go."""
        waiting, arriving, now = [], [], time.time()
        with _having_room():
            there = os.scandir(self._path.parent)
        for each in there:
            with suppress(FileNotFoundError):
                found = each.stat()
                if not each.name.endswith(_DRAFT):
                    waiting.append(found.st_size)
                elif found.st_mtime > now - _DEAD_AFTER:
                    arriving.append(found.st_size)
        require_room(waiting, arriving)


@contextmanager
def _having_room() -> Iterator[None]:
    """Raises SpoolUnavailable; UploadMissing when the folder has been removed with its client."""
    try:
        yield
    except FileNotFoundError as error:
        raise UploadMissing from error
    except OSError as error:
        if error.errno in _FULL:
            raise SpoolUnavailable from error
        raise


def _opened(draft: Path, beside: IO[bytes]) -> IO[bytes]:
    try:
        return os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=_BUFFER)
    except BaseException:
        beside.close()
        raise


def _listed(file: BinaryIO, end: int) -> Iterator[SpooledFile]:
    while file.tell() < end:
        yield SpooledFile(*json.loads(file.readline().decode("utf-8", "surrogatepass")))


def _closed_to_others(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_mode & 0o077 and found.st_uid == os.geteuid():
        folder.chmod(0o700)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _older(path: Path, before: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
    except FileNotFoundError:
        return False


def _job(path: Path) -> JobId | None:
    try:
        return JobId(UUID(path.name.removesuffix(_DRAFT)))
    except ValueError:
        return None
