"""Uploads on the spool, read here or by the reading processes."""

import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from horux_adapters.sat.archive import Stretch, measure, stretches
from horux_adapters.sat.batches import read_batch
from horux_adapters.sat.pool import ReadingPool
from horux_adapters.sat.room import SatReadingRoom, give_back
from horux_core.fiscal.cfdi.limites import MAX_ENTRY, SMALL_SENT
from horux_core.fiscal.cfdi.outcome import Batch
from horux_core.fiscal.cfdi.ports import Reading, ReadingRoom, Spool, SpoolRef, UploadSize

_INFLATES = 16
"""Times its bytes that an upload counts for in the room: it may be packed, and be nothing but names."""


@dataclass(frozen=True, slots=True)
class SatUploads:
    spool: Spool
    pool: ReadingPool
    room: ReadingRoom = field(default_factory=SatReadingRoom)

    def size(self, ref: SpoolRef) -> UploadSize:
        with self._in_turn(ref) as file:
            parts = self.spool.files(ref)
            # Whoever asks only wants to know whether it is small: a big one need not be taken apart to say no.
            open_until = MAX_ENTRY if sum(part.size for part in parts) <= SMALL_SENT else 0
            return measure(file, parts, open_until)

    def read(self, ref: SpoolRef, rfc: str) -> Batch:
        with self._in_turn(ref) as file:
            read = [read_batch(file, stretch, rfc) for stretch in stretches(file, self.spool.files(ref))]
        return Batch(
            tuple(entry for batch in read for entry in batch.entries),
            tuple(each for batch in read for each in batch.rejected),
            tuple(each for batch in read for each in batch.ignored),
        )

    @contextmanager
    def batches(self, ref: SpoolRef, rfc: str, desde: int) -> Iterator[Reading]:
        files, packed = self._packed(ref)
        batches = self.pool.batches(self.spool.source(ref), rfc, map(_unpacked, packed[desde:]))
        try:
            yield Reading(files, batches)
        finally:
            batches.close()
            give_back()

    def remove(self, ref: SpoolRef) -> None:
        self.spool.remove(ref)

    @contextmanager
    def _in_turn(self, ref: SpoolRef) -> Iterator[BinaryIO]:
        with self.spool.source(ref)() as file, self.room(_INFLATES * file.seek(0, os.SEEK_END)):
            yield file

    def _packed(self, ref: SpoolRef) -> tuple[int, list[bytes]]:
        """How many files there are, and the stretches as bytes: a quarter of what they weigh as values."""
        files, packed = 0, []
        with self.spool.source(ref)() as file:
            for stretch in stretches(file, self.spool.files(ref)):
                files += sum(map(len, stretch))
                packed.append(pickle.dumps(stretch, pickle.HIGHEST_PROTOCOL))
        give_back()
        return files, packed


def _unpacked(stretch: bytes) -> Stretch:
    unpacked: Stretch = pickle.loads(stretch)  # noqa: S301 - our own
    return unpacked
