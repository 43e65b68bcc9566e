"""The only file of a body, until it has come whole: in memory while it is small, on the spool beyond that."""

from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

from horux_core.fiscal.cfdi.ports import ReadingRoom, Spool, SpoolWriter
from horux_core.fiscal.cfdi.upload_errors import UploadMalformed
from horux_core.kernel.ids import JobId, TenantId

_IN_MEMORY = 256 * 1024
_A_CFDI = "Aquí se sube un solo CFDI. Para varios usa /api/cfdi/bulk."

Read = TypeVar("Read")


class OneFile:
    """Takes one file. What takes bytes or gives them back may wait for the disk."""

    def __init__(self, spool: Spool, room: ReadingRoom, tenant: TenantId, second: str = _A_CFDI) -> None:
        """`second` is what a second file is refused with."""
        self.name: str | None = None
        self._second = second
        self._spool = spool
        self._room = room
        self._size = 0
        self._tenant = tenant
        self._held = bytearray()
        self._writer: SpoolWriter | None = None
        self._discarded = False

    def begin(self, name: str) -> None:
        """Raises UploadMalformed for a second file."""
        if self.name is not None:
            raise UploadMalformed(self._second)
        self.name = name

    def write(self, chunk: bytes) -> None:
        """Raises SpoolUnavailable, TooManyLoads."""
        self._size += len(chunk)
        try:
            if self._writer is None and len(self._held) + len(chunk) > _IN_MEMORY:
                self._spill()
            if self._writer is None:
                self._held += chunk
            else:
                self._writer.write(chunk)
        finally:
            if self._discarded and self._writer is not None:
                self._writer.discard()

    def read(self, take: Callable[[bytes], Read], times: int = 1, weigh: Callable[[bytes], int] = len) -> Read:
        """What is made of all of it, which takes so many times its bytes, or what `weigh` finds in a small one.

        Raises SpoolUnavailable, ReadingSaturated.
        """
        with self._room(max(times * self._size, weigh(bytes(self._held)) if self._writer is None else 0)):
            return take(self._content())

    def _content(self) -> bytes:
        return bytes(self._held) if self._writer is None else self._writer.content()

    def discard(self) -> None:
        """Leave no trace of it, also while a thread is still writing."""
        self._discarded = True
        if self._writer is not None:
            self._writer.discard()

    def _spill(self) -> None:
        self._writer = self._spool.create(self._tenant, JobId(uuid4()))
        self._writer.begin("")
        self._writer.write(bytes(self._held))
        self._held.clear()
