"""One stretch of an upload, read: a pure function of its bytes."""

import io
from typing import BinaryIO

from horux_adapters.sat.archive import Document, Stretch
from horux_adapters.sat.passing_thread import in_passing_thread
from horux_adapters.sat.reader import SatReader
from horux_adapters.sat.reading import read_cfdi
from horux_adapters.sat.zips import Member, content
from horux_core.fiscal.cfdi.direccion import direccion
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.outcome import Batch, Rejected
from horux_core.fiscal.cfdi.stored import Entry

_READER = SatReader()


def read_batch(file: BinaryIO, stretch: Stretch, rfc: str) -> Batch:
    """Documents of the taxpayer are entries, all others are rejected with their reason."""
    return in_passing_thread(_read, file, stretch, rfc)


def _read(file: BinaryIO, stretch: Stretch, rfc: str) -> Batch:
    entries: list[Entry] = []
    rejected: list[Rejected] = list(stretch.rejected)
    nested = _Nested(file)
    for document in stretch.documents:
        try:
            entries.append(_entry(nested, document, rfc))
        except CfdiRejected as refusal:
            rejected.append(Rejected(document.name, refusal.code, str(refusal)))
    return Batch(tuple(entries), tuple(rejected), stretch.ignored)


def _entry(nested: "_Nested", document: Document, rfc: str) -> Entry:
    xml = content(nested.file(document.inside), document.member)
    cfdi = read_cfdi(xml)
    return Entry(document.name, cfdi, direccion(cfdi, rfc), _READER.pack(xml))


class _Nested:
    """The ZIP inside the upload that is being read, kept while its documents follow each other."""

    def __init__(self, file: BinaryIO) -> None:
        self._outer = file
        self._inside: Member | None = None
        self._inner: BinaryIO = file

    def file(self, inside: Member | None) -> BinaryIO:
        if inside is None:
            return self._outer
        if inside != self._inside:
            self._inner, self._inside = io.BytesIO(content(self._outer, inside)), inside
        return self._inner
