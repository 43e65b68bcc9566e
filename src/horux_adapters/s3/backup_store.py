"""Backups in a store: below a prefix a run, an object a file, that any client of S3 fetches."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from horux_adapters.s3.bucket import Bucket, Parts
from horux_adapters.s3.troubles import ObjectMissing, StoreTrouble
from horux_core.backups import naming
from horux_core.backups.errors import BackupFailed, BackupMissing
from horux_core.backups.model import BackupId
from horux_core.backups.ports import Readable, Written

_PART = 8 << 20
"""Octets of a part. S3 takes 10,000: each thousand are twice the last, at most 128 MiB, which is room for 900 GiB."""

_LARGEST = 128 << 20


@dataclass(frozen=True, slots=True)
class S3BackupStore:
    bucket: Bucket
    part: int = _PART

    @contextmanager
    def writing(self, run: BackupId, name: str) -> Iterator[Written]:
        written = _File(self.bucket, _key(run, name), self.part)
        try:
            yield written
            with _on_store():
                written.keep()
        except BaseException:
            # What cannot be let go of now is let go of with its run.
            with suppress(StoreTrouble, ObjectMissing):
                written.let_go()
            raise

    @contextmanager
    def reading(self, run: BackupId, name: str) -> Iterator[Readable]:
        with _found(run, name), self.bucket.opened(_key(run, name)) as found:
            yield _Reading(found)

    def names(self, run: BackupId) -> frozenset[str]:
        within = f"{run}/"
        with _on_store():
            found = [each.key.removeprefix(within) for each in self.bucket.all(within)]
        return frozenset(name for name in found if naming.is_file_name(name))

    def runs(self) -> tuple[BackupId, ...]:
        with _on_store():
            names = {*self.bucket.folders(), *(each.key.partition("/")[0] for each in self.bucket.unfinished())}
        return tuple(BackupId(name) for name in sorted(names) if naming.ALL_RUNS.fullmatch(name))

    def remove(self, run: BackupId) -> None:
        within = f"{naming.run_of(run)}/"
        with _on_store():
            self.bucket.delete(within + naming.MANIFEST)
            self.bucket.empty(within)
            for each in self.bucket.unfinished(within):
                with suppress(ObjectMissing):
                    each.let_go()


class _File:
    """Holds one part in memory."""

    def __init__(self, bucket: Bucket, key: str, part: int) -> None:
        self._bucket, self._key, self._part = bucket, key, part
        self._held, self._digest, self.octets = bytearray(), sha256(), 0
        self._parts: Parts | None = None

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, octets: bytes, /) -> int:
        self._held += octets
        self._digest.update(octets)
        self.octets += len(octets)
        with _on_store():
            while len(self._held) >= self._size():
                self._send(self._size())
        return len(octets)

    def flush(self) -> None:
        """Nothing of it is there before its end."""

    def keep(self) -> None:
        if self._parts is None:
            self._bucket.put(self._key, bytes(self._held))
            return
        if self._held:
            self._send(len(self._held))
        self._parts.keep()

    def let_go(self) -> None:
        if self._parts is not None:
            self._parts.let_go()

    def _send(self, size: int) -> None:
        if self._parts is None:
            self._parts = self._bucket.begin(self._key)
        self._parts.add(bytes(self._held[:size]))
        del self._held[:size]

    def _size(self) -> int:
        sent = 0 if self._parts is None else len(self._parts.sent)
        return min(self._part << sent // 1000, max(self._part, _LARGEST))


@dataclass(frozen=True, slots=True)
class _Reading:
    found: Any

    def read(self, size: int = -1, /) -> bytes:
        with _on_store():
            octets: bytes = self.found.read(size)
        return octets


def _key(run: BackupId, name: str) -> str:
    """Raises BackupMissing."""
    if not naming.is_file_name(name):
        raise BackupMissing(f"«{name[:80]}» no es un archivo de respaldo.")
    return f"{naming.run_of(run)}/{name}"


@contextmanager
def _found(run: BackupId, name: str) -> Iterator[None]:
    try:
        with _on_store():
            yield
    except ObjectMissing as error:
        raise BackupMissing(f"En el respaldo {run} no está {name}.") from error


@contextmanager
def _on_store() -> Iterator[None]:
    """Raises BackupFailed."""
    try:
        yield
    except StoreTrouble as error:
        raise BackupFailed(f"El almacén de respaldos no se deja usar ({error}): mira con horux doctor.") from error
