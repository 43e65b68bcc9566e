"""Uploads as files: one each, below a folder per tenant, under names of our own."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from horux_core.fiscal.cfdi.ports import Source, SpooledFile, SpoolRef
from horux_core.fiscal.cfdi.upload_errors import SpoolUnavailable, UploadMissing
from horux_core.kernel.ids import JobId, TenantId

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
_MARK = b"HXSPOOL1"
"""At the very end of an upload, after the length of its list of files: a file without it was cut off."""

_LENGTH = 8
_BUFFER = 256 * 1024
_LONGEST_NAME = 1_000


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
            return tuple(SpooledFile(*each) for each in json.loads(file.read(length)))

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
    """Writes beside the final name and renames at the end: an upload is there whole or not at all."""

    def __init__(self, ref: SpoolRef, path: Path) -> None:
        self._ref = ref
        self._path = path
        self._draft = path.with_name(f"{path.name}.part")
        self._files: list[SpooledFile] = []
        self._size = 0
        with _having_room():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(descriptor, "wb", buffering=_BUFFER)

    def begin(self, name: str) -> None:
        self._files.append(SpooledFile(name[:_LONGEST_NAME], self._size, 0))

    def write(self, chunk: bytes) -> None:
        with _having_room():
            self._file.write(chunk)
        last = self._files[-1]
        self._files[-1] = SpooledFile(last.name, last.at, last.size + len(chunk))
        self._size += len(chunk)

    def commit(self) -> SpoolRef:
        names = json.dumps([(each.name, each.at, each.size) for each in self._files]).encode()
        with _having_room():
            self._file.write(names + len(names).to_bytes(_LENGTH, "big") + _MARK)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._draft.replace(self._path)
            _sync_folder(self._path.parent)
        return self._ref

    def discard(self) -> None:
        self._draft.unlink(missing_ok=True)
        # What is still buffered may find no room; it is not wanted any more.
        with suppress(OSError):
            self._file.close()


@contextmanager
def _having_room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise SpoolUnavailable from error
        raise


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
        return JobId(UUID(path.name.removesuffix(".part")))
    except ValueError:
        return None
