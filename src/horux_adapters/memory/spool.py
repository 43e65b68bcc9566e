"""Uploads in memory."""

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from horux_core.fiscal.cfdi.ports import Source, SpooledFile, SpoolRef
from horux_core.fiscal.cfdi.upload_errors import UploadMissing
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import JobId, TenantId


@dataclass(frozen=True, slots=True)
class _Upload:
    content: bytes
    files: tuple[SpooledFile, ...]
    written_at: datetime


@dataclass(frozen=True, slots=True)
class MemorySource:
    content: bytes | None = field(repr=False)

    def __call__(self) -> BinaryIO:
        if self.content is None:
            raise UploadMissing
        return BytesIO(self.content)


@dataclass(frozen=True, slots=True)
class MemorySpool:
    clock: Clock
    _kept: dict[SpoolRef, _Upload] = field(default_factory=dict, repr=False)

    def create(self, tenant: TenantId, job: JobId) -> "MemoryWriter":
        return MemoryWriter(self, SpoolRef(tenant, job))

    def source(self, ref: SpoolRef) -> Source:
        found = self._kept.get(ref)
        return MemorySource(found.content if found else None)

    def files(self, ref: SpoolRef) -> tuple[SpooledFile, ...]:
        found = self._kept.get(ref)
        if found is None:
            raise UploadMissing
        return found.files

    def remove(self, ref: SpoolRef) -> None:
        self._kept.pop(ref, None)

    def sweep(self, keep: frozenset[JobId], before: datetime) -> int:
        left = [ref for ref, upload in self._kept.items() if upload.written_at < before and ref.id not in keep]
        for ref in left:
            self.remove(ref)
        return len(left)

    def keep(self, ref: SpoolRef, content: bytes, files: tuple[SpooledFile, ...]) -> None:
        self._kept[ref] = _Upload(content, files, self.clock())


class MemoryWriter:
    def __init__(self, spool: MemorySpool, ref: SpoolRef) -> None:
        self._spool = spool
        self._ref = ref
        self._content = bytearray()
        self._files: list[SpooledFile] = []

    def begin(self, name: str) -> None:
        self._files.append(SpooledFile(name, len(self._content), 0))

    def write(self, chunk: bytes) -> None:
        self._content += chunk
        last = self._files[-1]
        self._files[-1] = SpooledFile(last.name, last.at, last.size + len(chunk))

    def commit(self) -> SpoolRef:
        self._spool.keep(self._ref, bytes(self._content), tuple(self._files))
        return self._ref

    def discard(self) -> None:
        self._content.clear()
