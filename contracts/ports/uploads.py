"""What every Uploads promises; a subclass brings the fixtures `spool` and `uploads`, which reads from it."""

import io
import zipfile
from collections.abc import Sequence
from uuid import UUID

import pytest

from contracts.ports.spool import a_ref, spooled
from contracts.samples import EMISOR, an_xml
from horux_core.fiscal.cfdi.outcome import Batch
from horux_core.fiscal.cfdi.ports import Spool, SpoolRef, Uploads
from horux_core.fiscal.cfdi.upload_errors import TooManyFiles, UploadMissing


def xml(n: int) -> bytes:
    return an_xml(uuid=str(UUID(int=n)))


def a_zip(*files: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as packed:
        for name, content in files:
            packed.writestr(zipfile.ZipInfo(name), content, compression)
    return out.getvalue()


def many(count: int) -> bytes:
    """A ZIP of so many documents of the taxpayer."""
    return a_zip(*((f"{n}.xml", xml(n)) for n in range(1, count + 1)))


def uuids(batches: Sequence[Batch]) -> list[str]:
    return [entry.cfdi.uuid for batch in batches for entry in batch.entries]


class UploadsContract:
    def test_reads_the_documents_of_the_taxpayer_and_rejects_others_with_a_reason(
        self, spool: Spool, uploads: Uploads
    ) -> None:
        foreign = an_xml(rfc_emisor="URE180429TM6", rfc_receptor="CACX7605101P8")
        ref = spooled(spool, ("a.xml", xml(1)), ("ajeno.xml", foreign), ("roto.xml", b"<a"))
        batch = uploads.read(ref, EMISOR)
        assert uuids([batch]) == [str(UUID(int=1))]
        assert [(each.file, each.code) for each in batch.rejected] == [
            ("ajeno.xml", "cfdi-ajeno"),
            ("roto.xml", "xml-truncado"),
        ]

    def test_opens_a_zip_and_one_inside_it_and_no_further(self, spool: Spool, uploads: Uploads) -> None:
        deepest = a_zip(("3.xml", xml(3)))
        nested = a_zip(("2.xml", xml(2)), ("hondo.zip", deepest))
        batch = uploads.read(spooled(spool, ("x", a_zip(("1.xml", xml(1)), ("dentro.zip", nested)))), EMISOR)
        assert [entry.archivo for entry in batch.entries] == ["1.xml", "dentro.zip/2.xml"]
        assert [each.file for each in batch.ignored] == ["dentro.zip/hondo.zip"]

    def test_says_how_big_an_upload_is(self, spool: Spool, uploads: Uploads) -> None:
        packed = a_zip(("1.xml", b"x" * 1000), ("dentro.zip", a_zip(("2.xml", b"y" * 10), ("nota.txt", b"z"))))
        size = uploads.size(spooled(spool, ("x.zip", packed), ("suelto.xml", b"abc")))
        assert (size.files, size.sent) == (4, len(packed) + 3)
        assert 1000 + 10 + 3 <= size.inflated < 2000

    def test_gives_the_same_batches_each_time_and_from_any_of_them_on(self, spool: Spool, uploads: Uploads) -> None:
        ref = spooled(spool, ("x.zip", many(2100)))
        with uploads.batches(ref, EMISOR, 0) as reading:
            files, whole = reading.files, list(reading.batches)
        assert (files, [len(batch.entries) for batch in whole]) == (2100, [1000, 1000, 100])
        with uploads.batches(ref, EMISOR, 1) as reading:
            assert list(reading.batches) == whole[1:]

    def test_lets_go_of_an_upload_that_is_not_read_to_its_end(self, spool: Spool, uploads: Uploads) -> None:
        ref = spooled(spool, ("x.zip", many(1500)))
        with uploads.batches(ref, EMISOR, 0) as reading:
            next(reading.batches)
        uploads.remove(ref)
        uploads.remove(ref)
        with pytest.raises(UploadMissing):
            uploads.size(ref)

    def test_refuses_more_files_than_are_allowed(self, spool: Spool, uploads: Uploads) -> None:
        half = a_zip(*((f"{n}.txt", b"") for n in range(25_001)), compression=zipfile.ZIP_STORED)
        ref = spooled(spool, ("a.zip", half[:]), ("b.zip", half))
        with pytest.raises(TooManyFiles):
            uploads.size(ref)

    @pytest.mark.parametrize("way", ["size", "read", "batches"])
    def test_says_when_an_upload_is_gone(self, uploads: Uploads, way: str) -> None:
        with pytest.raises(UploadMissing):
            use(uploads, way, a_ref())


def use(uploads: Uploads, way: str, ref: SpoolRef) -> None:
    if way == "size":
        uploads.size(ref)
    elif way == "read":
        uploads.read(ref, EMISOR)
    else:
        with uploads.batches(ref, EMISOR, 0) as reading:
            list(reading.batches)
