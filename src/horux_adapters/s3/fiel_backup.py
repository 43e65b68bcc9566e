"""The e.firmas' part of a store in backups: sealed copies, anchors and receipts, as they are.

What is restored lies below `.horux/<name>/` until it takes its place; what was there lies so afterwards. Of what
`beside` made, `.horux/<name>.listo` says that it is whole.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from horux_adapters.s3.bucket import Bucket
from horux_adapters.s3.troubles import ObjectMissing, StoreTrouble
from horux_core.backups import archives, naming
from horux_core.backups.archives import Counted, Filed, FilesDump, Unpacking
from horux_core.backups.errors import BackupFailed, NotRestorable
from horux_core.backups.model import Contents, Subject
from horux_core.backups.ports import Trial, Writable

_HIDDEN = ".horux"
_MARK = f"{_HIDDEN}/respaldo"
_RECEIPTS = "recibos/"
_READY = ".listo"
_ASIDE = re.compile(r"horux_antes_fiel_[0-9]{14}")
_BESIDE = re.compile(r"horux_lado_fiel_[0-9]{14}")
_NAMES = re.compile(r"(?:copias|libro|recibos)/[0-9a-f-]+(?:/[0-9a-z.-]+)?")


@dataclass(frozen=True, slots=True)
class S3Dumper:
    bucket: Bucket

    @contextmanager
    def dumped(self, subject: Subject) -> Iterator[FilesDump]:  # noqa: ARG002
        with _on_store():
            self.bucket.folders()
            yield FilesDump(walked(self.bucket))


@dataclass(frozen=True, slots=True)
class S3Site:
    bucket: Bucket

    @contextmanager
    def trial(self, subject: Subject) -> Iterator[Trial]:  # noqa: ARG002
        with _on_store():
            yield Counted()

    @contextmanager
    def beside(self, subject: Subject, name: str) -> Iterator[Trial]:  # noqa: ARG002
        with _on_store():
            if name in self._there():
                raise NotRestorable(f"Ya está {name} en el almacén: espera un segundo y repite.")
            place = self._place(name)
            try:
                yield _Laid(place)
                self._hidden().put(name + _READY, b"")
            except BaseException:
                with suppress(StoreTrouble):
                    place.empty()
                raise

    def swap(self, subject: Subject, name: str, aside: str, mark: str) -> None:  # noqa: ARG002
        """Name by name, the mark last: one that is cut off is not marked, and is done again from the beginning.

        The receipts that are there come along: what they name was destroyed, whatever is restored.
        """
        with _on_store():
            place, former = self._place(name), self._place(aside)
            for known in (self.bucket, *map(self._place, filter(_ASIDE.fullmatch, self._there()))):
                for receipt, octets in walked(known, _RECEIPTS):
                    _put_new(place, receipt, octets)
            self.bucket.delete(_MARK)
            _move(self.bucket, former)
            _move(place, self.bucket)
            self.bucket.put(_MARK, mark.encode())
            self._hidden().delete(name + _READY)

    def mark(self, subject: Subject) -> str:  # noqa: ARG002
        with _on_store():
            try:
                return self.bucket.get(_MARK).decode()
            except ObjectMissing:
                return ""

    def sweep(self) -> int:
        with _on_store():
            halves = [name for name in self._there() if _BESIDE.fullmatch(name) and not self._ready(name)]
            for half in halves:
                self._place(half).empty()
        return len(halves)

    def left_over(self) -> tuple[str, ...]:
        with _on_store():
            there = self._there()
            return tuple(
                name for name in there if _ASIDE.fullmatch(name) or (_BESIDE.fullmatch(name) and self._ready(name))
            )

    def drop(self, name: str) -> bool:
        if not naming.LEFT_OVER.fullmatch(name):
            raise NotRestorable(f"«{name[:80]}» no es una carpeta que haya dejado una restauración: no se borra.")
        with _on_store():
            self._hidden().delete(name + _READY)
            return self._place(name).empty()

    def _there(self) -> tuple[str, ...]:
        return tuple(self._hidden().folders())

    def _ready(self, name: str) -> bool:
        return any(found.key == name + _READY for found in self._hidden().all(name + _READY))

    def _hidden(self) -> Bucket:
        return self.bucket.below(_HIDDEN)

    def _place(self, name: str) -> Bucket:
        return self._hidden().below(name)


@dataclass(frozen=True, slots=True)
class S3ReceiptKeeper:
    bucket: Bucket

    @contextmanager
    def gathering(self, folder: str) -> Iterator[Writable]:
        found: list[Filed] = []

        def take(name: str, octets: bytes) -> None:
            if name.startswith(_RECEIPTS):
                found.append((name, octets))

        unpacking = Unpacking(take)
        yield unpacking
        unpacking.require_end()
        with _on_store():
            for name, octets in found:
                _put_new(self.bucket.below(_HIDDEN).below(folder), name, octets)


class _Laid:
    """Puts each file as it comes, and reads them again for what is found."""

    def __init__(self, place: Bucket) -> None:
        self._place = place
        self._unpacking = Unpacking(self._take)

    def write(self, octets: bytes, /) -> int:
        return self._unpacking.write(octets)

    def flush(self) -> None:
        self._unpacking.flush()

    def found(self) -> Contents:
        self._unpacking.require_end()
        return archives.summed([archives.entry(name, octets) for name, octets in walked(self._place)])

    def _take(self, name: str, octets: bytes) -> None:
        if not _NAMES.fullmatch(name):
            raise NotRestorable(
                "Ese respaldo es de una bóveda en carpeta: restáuralo con FILES=filesystem y pásala después al almacén."
            )
        self._place.put(name, octets)


def walked(bucket: Bucket, folder: str = "") -> Iterator[Filed]:
    """Every object but what restorings left; one that goes meanwhile is passed over, and each is read whole."""
    for found in bucket.all(folder):
        if not found.key.startswith(_HIDDEN):
            with suppress(ObjectMissing):
                yield found.key, bucket.get(found.key)


def _move(source: Bucket, target: Bucket) -> None:
    for found in list(source.all()):
        if not found.key.startswith(_HIDDEN):
            octets = source.get(found.key)
            target.put(found.key, octets)
            source.delete(found.key)


def _put_new(place: Bucket, name: str, octets: bytes) -> None:
    """One that is there stays as it is."""
    if not any(found.key == name for found in place.all(name)):
        place.put(name, octets)


@contextmanager
def _on_store() -> Iterator[None]:
    """Raises BackupFailed."""
    try:
        yield
    except StoreTrouble as error:
        raise BackupFailed(f"El almacén de e.firmas no se deja usar ({error}): mira con horux doctor.") from error
