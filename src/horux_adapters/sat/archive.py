"""An upload taken apart: which of its files are documents, in stretches that can be read one by one anywhere."""

import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from horux_adapters.sat.metadata import CABEZA, es_metadata, es_terceros
from horux_adapters.sat.zips import BARE, Member, content, is_zip, members
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.limites import MAX_ENTRY, MAX_FILES, MAX_INFLATED, MIB
from horux_core.fiscal.cfdi.outcome import Ignored, Rejected
from horux_core.fiscal.cfdi.ports import SpooledFile, UploadSize
from horux_core.fiscal.cfdi.upload_errors import TooManyFiles, UploadTooLarge, ZipConContrasena

STRETCH_FILES = 1_000
STRETCH_BYTES = 32 * MIB
"""A stretch is read in one go and entered in one transaction: this bounds the memory of both."""

_LONGEST_NAME = 255
"""In bytes of UTF-8, as file systems count."""
_LEFTOVERS = frozenset({".ds_store", "thumbs.db", "desktop.ini"})

SISTEMA = "Es un archivo del sistema, no un CFDI."
CARPETA = "Es una carpeta."
ENLACE = "Es un enlace a otro archivo; no se sigue."
VACIO = "Está vacío."
NO_XML = "No es un XML."
METADATA = "Es metadata del SAT, no un CFDI: se sube en los paquetes del SAT."
ANIDADO = "Es un ZIP dentro de otro ZIP ya anidado; solo se abre un nivel. Súbelo por separado."


class Document(NamedTuple):
    """A file to read: its name for display, where it is, and the entry it is in when that is itself a ZIP."""

    name: str
    member: Member
    inside: Member | None = None


class Stretch(NamedTuple):
    """Some files of an upload, in its order: those to read, and those already known not to be read."""

    documents: tuple[Document, ...]
    rejected: tuple[Rejected, ...]
    ignored: tuple[Ignored, ...]


Found = Document | Rejected | Ignored


def measure(file: BinaryIO, parts: Sequence[SpooledFile], open_until: int) -> UploadSize:
    """How big an upload is, none of its files kept in mind. Raises TooManyFiles or UploadTooLarge.

    ZIPs inside a ZIP are opened while what was met inflates to fewer than `open_until` bytes; 0 opens none.
    """
    walk = _Walk(file, len(parts) == 1, open_until, named=False)
    files = sum(1 for part in parts for _ in walk.part(part))
    return UploadSize(files, sum(part.size for part in parts), walk.inflated)


def stretches(file: BinaryIO, parts: Sequence[SpooledFile]) -> Iterator[Stretch]:
    """Everything in an upload, a ZIP that cannot be opened as a rejection. The file may be read in between.

    Raises TooManyFiles or UploadTooLarge.
    """
    walk = _Walk(file, len(parts) == 1, MAX_INFLATED)
    return _stretches(item for part in parts for item in walk.part(part))


def shown(name: str) -> str:
    """A file's name as it may be shown: without characters that steer a terminal or a page, and not endless."""
    name = name[:_LONGEST_NAME]
    plain = name if name.isprintable() else "".join(filter(_visible, name))
    return plain.encode()[:_LONGEST_NAME].decode(errors="ignore")


def _unnamed(_name: str) -> str:
    return ""


def _visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] != "C"


class _Walk:
    """Counts what it meets, so that an upload beyond the limits is refused before more of it is opened."""

    def __init__(self, file: BinaryIO, alone: bool, open_until: int, *, named: bool = True) -> None:
        self.inflated = 0
        self._shown: Callable[[str], str] = shown if named else _unnamed
        self._open_until = open_until
        self._file = file
        self._alone = alone
        self._room = MAX_FILES

    def part(self, part: SpooledFile) -> Iterator[Found]:
        self._file.seek(part.at)
        head = self._file.read(min(part.size, CABEZA))
        if not (is_zip(head) or part.name.lower().endswith(".zip")):
            yield self._bare(part, head)
            return
        name = self._shown(part.name)
        try:
            inner = members(self._file, part.at, part.at + part.size, self._room)
            self._room -= len(inner)
            if inner.locked:
                raise ZipConContrasena
        except CfdiRejected as refusal:
            yield Rejected(name, refusal.code, str(refusal))
            return
        for member in inner:
            yield from self._member(member, "" if self._alone else f"{name}/", None)

    def _bare(self, part: SpooledFile, head: bytes) -> Found:
        self._room -= 1
        if self._room < 0:
            raise TooManyFiles
        if es_metadata(head) or es_terceros(head):
            return Ignored(self._shown(part.name), METADATA)
        self._count(part.size)
        return Document(self._shown(part.name), Member("", part.at, part.size, part.size, BARE))

    def _member(self, member: Member, prefix: str, inside: Member | None) -> Iterator[Found]:
        name = self._shown(prefix + member.name)
        why = _not_a_document(member)
        if why:
            yield Ignored(name, why)
        elif member.name.lower().endswith(".xml"):
            self._count(member.size)
            yield Document(name, member._replace(name=""), inside)
        elif inside or self.inflated >= self._open_until:
            yield Ignored(name, ANIDADO)
        else:
            self._count(member.size)
            yield from self._nested(member, name)

    def _nested(self, member: Member, name: str) -> Iterator[Found]:
        try:
            packet = content(self._file, member)
            inner = members(io.BytesIO(packet), 0, len(packet), self._room)
            self._room -= len(inner)
            if inner.locked:
                raise ZipConContrasena
        except CfdiRejected as refusal:
            yield Rejected(name, refusal.code, str(refusal))
            return
        for entry in inner:
            yield from self._member(entry, f"{name}/", member)

    def _count(self, size: int) -> None:
        """What is beyond the limit of one entry is rejected without inflating it."""
        if size <= MAX_ENTRY:
            self.inflated += size
        if self.inflated > MAX_INFLATED:
            raise UploadTooLarge(MAX_INFLATED, inflated=True)


def _not_a_document(member: Member) -> str | None:
    path = member.name.replace("\\", "/").lower()
    last = path.rstrip("/").rpartition("/")[2]
    if "__macosx" in path.split("/") or last in _LEFTOVERS or last.startswith("._"):
        return SISTEMA
    if member.folder:
        return CARPETA
    if member.link:
        return ENLACE
    if not last.endswith((".xml", ".zip")):
        return NO_XML
    return None if member.size else VACIO


def _stretches(found: Iterable[Found]) -> Iterator[Stretch]:
    some: list[Found] = []
    weight = 0
    for item in found:
        heavy = item.member.size if isinstance(item, Document) and item.member.size <= MAX_ENTRY else 0
        if some and (len(some) == STRETCH_FILES or weight + heavy > STRETCH_BYTES):
            yield _stretch(some)
            some, weight = [], 0
        some.append(item)
        weight += heavy
    if some:
        yield _stretch(some)


def _stretch(some: Sequence[Found]) -> Stretch:
    return Stretch(
        tuple(item for item in some if isinstance(item, Document)),
        tuple(item for item in some if isinstance(item, Rejected)),
        tuple(item for item in some if isinstance(item, Ignored)),
    )
