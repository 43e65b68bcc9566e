"""Uploads in a store: received on one machine, read on another.

Below `<tenant>/<job>/` an upload has its octets in parts `p00000`, `p00001`… and, written last, `entera`: the list of
its files. Without that it is not there. The first part is there from the beginning, so that each machine sees what is
arriving at the others; parts that no list names are what a crash left.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Thread
from uuid import UUID

from horux_adapters.s3.bucket import Bucket, Found
from horux_adapters.s3.source import S3Source
from horux_adapters.s3.troubles import ObjectMissing, StoreTrouble
from horux_core.fiscal.cfdi.ports import SpooledFile, SpoolRef
from horux_core.fiscal.cfdi.spooling import require_room, shortened
from horux_core.fiscal.cfdi.upload_errors import SpoolUnavailable, UploadMissing
from horux_core.kernel.clock import Clock
from horux_core.kernel.ids import JobId, TenantId

_WHOLE = "entera"
_PART = 4 << 20
"""Octets of a part: what an arriving upload has in memory at most."""

_DEAD_AFTER = timedelta(hours=1)
"""Without a part, after which an upload is what a crash left and takes nobody's room."""

_OPEN_FOR = 24 * 3600
"""Seconds in which an upload has to be read by whoever was given its addresses."""


@dataclass(frozen=True, slots=True)
class S3Spool:
    bucket: Bucket
    clock: Clock
    part: int = _PART
    leaving: set[JobId] = field(default_factory=set, repr=False)
    """Those that this process is taking away."""

    def create(self, tenant: TenantId, job: JobId) -> "S3Writer":
        return S3Writer(self, SpoolRef(tenant, job))

    def source(self, ref: SpoolRef) -> S3Source:
        try:
            head, _ = self._list(ref)
        except UploadMissing:
            return S3Source(None, self.part, 0)
        place = self.place(ref)
        count = max(1, -(-head["size"] // head["part"]))
        links = tuple(place.link(_part(n), _OPEN_FOR) for n in range(count))
        return S3Source(links, head["part"], head["size"])

    def files(self, ref: SpoolRef) -> tuple[SpooledFile, ...]:
        return tuple(SpooledFile(*json.loads(line)) for line in self._list(ref)[1])

    def remove(self, ref: SpoolRef) -> None:
        with on_store():
            self.place(ref).delete(_WHOLE)
            self.place(ref).empty()

    def sweep(self, keep: frozenset[JobId], before: datetime) -> int:
        with on_store():
            uploads = _uploads(self.bucket.all())
        left = [ref for ref, objects in uploads.items() if _last(objects) < before and ref.id not in keep]
        for ref in left:
            self.remove(ref)
        return len(left)

    def place(self, ref: SpoolRef) -> Bucket:
        return self.bucket.below(f"{ref.tenant}/{ref.id}")

    def there(self, tenant: TenantId) -> dict[JobId, list[Found]]:
        """What each upload of a taxpayer has in the store."""
        with on_store():
            found = list(self.bucket.all(f"{tenant}/"))
        return {ref.id: objects for ref, objects in _uploads(found).items() if ref.id not in self.leaving}

    def _list(self, ref: SpoolRef) -> tuple[dict[str, int], list[bytes]]:
        try:
            with on_store():
                head, *lines = self.place(ref).get(_WHOLE).split(b"\n")
        except ObjectMissing as error:
            raise UploadMissing from error
        return json.loads(head), lines


class S3Writer:
    """Has one part in memory, and sends it when it is full."""

    def __init__(self, spool: S3Spool, ref: SpoolRef) -> None:
        self._spool, self._ref, self._place = spool, ref, spool.place(ref)
        self._held, self._lines, self._sent = bytearray(), bytearray(), 0
        self._begun: tuple[str, int] | None = None
        self._size = 0
        self._kept = self._discarded = False
        with on_store():
            self._place.put(_part(0), b"")
        try:
            self._waiting, self._arriving = self._looked()
        except BaseException:
            self.discard()
            raise

    def begin(self, name: str) -> None:
        self._end_file()
        self._begun = (shortened(name), self._size)

    def write(self, chunk: bytes) -> None:
        self._held += chunk
        self._size += len(chunk)
        require_room(self._waiting, [*self._arriving, self._size])
        while len(self._held) >= self._spool.part:
            self._waiting, self._arriving = self._looked()
            self._send(self._spool.part)

    def content(self) -> bytes:
        try:
            with on_store():
                sent = [self._place.get(_part(n)) for n in range(self._sent)]
        except ObjectMissing as error:
            raise UploadMissing from error
        return b"".join(sent) + self._held

    def commit(self) -> SpoolRef:
        self._end_file()
        self._looked()
        if self._held:
            self._send(len(self._held))
        head = json.dumps({"size": self._size, "part": self._spool.part}).encode()
        with on_store():
            self._place.put(_WHOLE, head + bytes(self._lines))
        self._kept = True
        return self._ref

    def discard(self) -> None:
        """Whoever asks need not wait: the store is told by a thread of its own, and `sweep` finds what it left."""
        if not self._kept and not self._discarded:
            self._discarded = True
            self._spool.leaving.add(self._ref.id)
            self._held.clear()
            Thread(target=self._take_away, name="horux-carga-descartada", daemon=True).start()

    def _take_away(self) -> None:
        with suppress(SpoolUnavailable):
            self._spool.remove(self._ref)
        self._spool.leaving.discard(self._ref.id)

    def _send(self, size: int) -> None:
        with on_store():
            self._place.put(_part(self._sent), bytes(self._held[:size]))
        del self._held[:size]
        self._sent += 1
        if self._discarded:
            # Another thread let go of it while this one was sending.
            self._take_away()
            raise UploadMissing

    def _end_file(self) -> None:
        if self._begun is not None:
            name, at = self._begun
            self._lines += b"\n" + json.dumps([name, at, self._size - at]).encode()
            self._begun = None

    def _looked(self) -> tuple[list[int], list[int]]:
        """The octets of each other that waits, and that arrives. Raises TooManyLoads.

        UploadMissing when its client has been let go.
        """
        there = self._spool.there(self._ref.tenant)
        if len(there.pop(self._ref.id, ())) != max(1, self._sent):
            raise UploadMissing
        waiting, arriving, now = [], [], self._spool.clock()
        for objects in there.values():
            size = sum(found.size for found in objects)
            if any(found.key.endswith(f"/{_WHOLE}") for found in objects):
                waiting.append(size)
            elif _last(objects) > now - _DEAD_AFTER:
                arriving.append(size)
        require_room(waiting, [*arriving, self._size])
        return waiting, arriving


@contextmanager
def on_store() -> Iterator[None]:
    """Raises SpoolUnavailable."""
    try:
        yield
    except StoreTrouble as error:
        raise SpoolUnavailable from error


def _part(number: int) -> str:
    return f"p{number:05}"


def _uploads(found: Iterator[Found] | list[Found]) -> dict[SpoolRef, list[Found]]:
    """By upload; what has no name of ours is nobody's."""
    uploads: dict[SpoolRef, list[Found]] = defaultdict(list)
    for each in found:
        with suppress(ValueError):
            tenant, job, _ = each.key.split("/")
            uploads[SpoolRef(TenantId(UUID(tenant)), JobId(UUID(job)))].append(each)
    return uploads


def _last(objects: list[Found]) -> datetime:
    return max(found.at for found in objects).astimezone(UTC)
