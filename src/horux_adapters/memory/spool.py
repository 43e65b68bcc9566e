"""Uploads in memory."""

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import BinaryIO
from weakref import WeakSet

from horux_core.fiscal.cfdi.ports import Source, SpooledFile, SpoolRef
from horux_core.fiscal.cfdi.spooling import require_room, shortened
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
    _arriving: "WeakSet[MemoryWriter]" = field(default_factory=WeakSet, repr=False)

    def create(self, tenant: TenantId, job: JobId) -> "MemoryWriter":
        writer = MemoryWriter(self, SpoolRef(tenant, job))
        self.look_for_room(writer)
        self._arriving.add(writer)
        return writer

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

    def keep(self, writer: "MemoryWriter") -> None:
        self.look_for_room(writer)
        self._kept[writer.ref] = _Upload(bytes(writer.taken), tuple(writer.files), self.clock())
        self.let_go(writer)

    def let_go(self, writer: "MemoryWriter") -> None:
        self._arriving.discard(writer)

    def look_for_room(self, writer: "MemoryWriter") -> None:
        waiting = [len(upload.content) for ref, upload in self._kept.items() if ref.tenant == writer.ref.tenant]
        arriving = {*self._arriving, writer}
        require_room(waiting, [len(each.taken) for each in arriving if each.ref.tenant == writer.ref.tenant])


class MemoryWriter:
    def __init__(self, spool: MemorySpool, ref: SpoolRef) -> None:
        self._spool = spool
        self.ref = ref
        self.taken = bytearray()
        self.files: list[SpooledFile] = []

    def begin(self, name: str) -> None:
        self.files.append(SpooledFile(shortened(name), len(self.taken), 0))

    def write(self, chunk: bytes) -> None:
        self.taken += chunk
        last = self.files[-1]
        self.files[-1] = SpooledFile(last.name, last.at, last.size + len(chunk))
        self._spool.look_for_room(self)

    def content(self) -> bytes:
        return bytes(self.taken)

    def commit(self) -> SpoolRef:
        self._spool.keep(self)
        return self.ref

    def discard(self) -> None:
        self._spool.let_go(self)
        self.taken.clear()
