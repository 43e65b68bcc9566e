"""What taking in an upload needs: where its bytes wait, who reads them, and how far it has got."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol

from horux_core.fiscal.cfdi.outcome import Batch, Outcome
from horux_core.kernel.ids import JobId, TenantId


@dataclass(frozen=True, slots=True)
class SpoolRef:
    """An upload on the spool. It has the id of the job that will read it, when one does."""

    tenant: TenantId
    id: JobId


@dataclass(frozen=True, slots=True)
class SpooledFile:
    """One file of an upload: the name it was sent with, for display, and which bytes of the upload are its own."""

    name: str
    at: int
    size: int


class SpoolWriter(Protocol):
    """An upload that is arriving. Files are written one after the other.

    Each method but `discard` raises SpoolUnavailable when there is no room left, and those that take bytes or keep
    them TooManyLoads when the taxpayer has too much on the spool.
    """

    def begin(self, name: str) -> None:
        """The next file starts; the name is for display, may be anything and may be empty.

        It is kept as `shortened` cuts it.
        """

    def write(self, chunk: bytes) -> None:
        """More bytes of the file begun last."""

    def content(self) -> bytes:
        """All that was written so far, in memory: for what is small."""

    def commit(self) -> SpoolRef:
        """Keep the upload: it is there, whole, even if the machine stops now."""

    def discard(self) -> None:
        """Leave no trace of it; nothing after `commit`."""


class Source(Protocol):
    """Opens one upload anew each time. It can be sent to another process."""

    def __call__(self) -> BinaryIO:
        """Raises UploadMissing; what is read of it raises that too, and SpoolUnavailable."""


class Spool(Protocol):
    """Where uploads wait until they are read."""

    def create(self, tenant: TenantId, job: JobId) -> SpoolWriter:
        """Raises SpoolUnavailable when there is no room left, TooManyLoads when the taxpayer has too much there."""

    def source(self, ref: SpoolRef) -> Source: ...

    def files(self, ref: SpoolRef) -> tuple[SpooledFile, ...]:
        """What the upload consists of, in the order it came. Raises UploadMissing."""

    def remove(self, ref: SpoolRef) -> None:
        """Nothing when it is not there."""

    def sweep(self, keep: frozenset[JobId], before: datetime) -> int:
        """Remove what a crash left: uploads, whole or cut off, written before that moment and not to be kept."""


class ReadingRoom(Protocol):
    """Bounds how much of what was sent is read at once in this process, whoever sent it."""

    def __call__(self, size: int) -> AbstractContextManager[None]:
        """A place for reading so many bytes; what is read is let go of before it is left.

        What is small does not wait. Raises ReadingSaturated when the others take too long, or are too many.
        """


@dataclass(frozen=True, slots=True)
class UploadSize:
    """`files` counts every entry, also those of ZIPs and the ones to ignore; `sent` and `inflated` are bytes."""

    files: int
    sent: int
    inflated: int


class Uploads(Protocol):
    """Reads uploads on the spool: a ZIP is opened, and one level of ZIPs inside it.

    Every method raises UploadMissing, and UploadTooLarge for more entries or inflated bytes than are allowed.
    Nothing is inflated beyond those limits, and a file's name is never used as a path. A file that cannot be
    read is a rejection in its batch, never an error. All raise SpoolUnavailable while the spool does not answer;
    `size` and `read` also raise ReadingSaturated.
    """

    def size(self, ref: SpoolRef) -> UploadSize: ...

    def read(self, ref: SpoolRef, rfc: str) -> Batch:
        """All of a small one, in this process. `rfc` is the taxpayer's: a document of others is rejected."""

    def batches(self, ref: SpoolRef, rfc: str, desde: int) -> AbstractContextManager["Reading"]:
        """All of a big one, in the reading processes, from batch `desde` (0 is the first) on.

        The same upload always has the same batches.
        """

    def remove(self, ref: SpoolRef) -> None:
        """Take the upload off the spool; nothing when it is not there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An upload being read: how many files it has, and its batches in order, read a few ahead of who asks."""

    files: int
    batches: Iterator[Batch]


@dataclass(frozen=True, slots=True)
class Avance:
    """How far a big upload has got: the number of the next batch, and what became of those before it."""

    siguiente: int = 0
    outcome: Outcome = field(default_factory=Outcome)


class Cargas(Protocol):
    """How far big uploads have got in one taxpayer's books, kept in the transaction that entered their files.

    So an upload that was cut off goes on where it was, and its counts stay true.
    """

    def avance(self, job: JobId) -> Avance:
        """`Avance()` when nothing is noted."""

    def anotar(self, job: JobId, hasta: int, outcome: Outcome) -> None:
        """The batches up to number `hasta`, that included, are entered; `outcome` is of those not noted before."""

    def anotadas(self) -> tuple[JobId, ...]:
        """The uploads of which something is noted, any order."""

    def olvidar(self, job: JobId) -> None:
        """Its notes are no longer needed; nothing when there are none."""
