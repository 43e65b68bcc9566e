"""Uploads on the spool, read here or by the reading processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from horux_adapters.sat.archive import Stretch, plan
from horux_adapters.sat.batches import read_batch
from horux_adapters.sat.pool import ReadingPool
from horux_core.fiscal.cfdi.limites import MAX_ENTRY, MAX_INFLATED, SMALL_SENT
from horux_core.fiscal.cfdi.outcome import Batch
from horux_core.fiscal.cfdi.ports import Reading, Spool, SpoolRef, UploadSize


@dataclass(frozen=True, slots=True)
class SatUploads:
    spool: Spool
    pool: ReadingPool

    def size(self, ref: SpoolRef) -> UploadSize:
        parts = self.spool.files(ref)
        # Whoever asks only wants to know whether it is small: a big one need not be taken apart to say no.
        open_until = MAX_ENTRY if sum(part.size for part in parts) <= SMALL_SENT else 0
        return self._plan(ref, open_until)[0]

    def read(self, ref: SpoolRef, rfc: str) -> Batch:
        _, stretches = self._plan(ref, MAX_INFLATED)
        with self.spool.source(ref)() as file:
            read = [read_batch(file, stretch, rfc) for stretch in stretches]
        return Batch(
            tuple(entry for batch in read for entry in batch.entries),
            tuple(file for batch in read for file in batch.rejected),
            tuple(file for batch in read for file in batch.ignored),
        )

    @contextmanager
    def batches(self, ref: SpoolRef, rfc: str, desde: int) -> Iterator[Reading]:
        size, stretches = self._plan(ref, MAX_INFLATED)
        batches = self.pool.batches(self.spool.source(ref), rfc, stretches[desde:])
        try:
            yield Reading(size.files, batches)
        finally:
            batches.close()

    def remove(self, ref: SpoolRef) -> None:
        self.spool.remove(ref)

    def _plan(self, ref: SpoolRef, open_until: int) -> tuple[UploadSize, tuple[Stretch, ...]]:
        parts = self.spool.files(ref)
        with self.spool.source(ref)() as file:
            return plan(file, parts, open_until)
