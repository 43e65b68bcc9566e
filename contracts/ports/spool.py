"""What every Spool promises; a subclass brings the `spool` fixture."""

import pickle
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from horux_core.fiscal.cfdi.ports import Spool, SpooledFile, SpoolRef
from horux_core.fiscal.cfdi.upload_errors import UploadMissing
from horux_core.kernel.ids import JobId, TenantId

LONG_AGO, FAR_OFF = datetime(2001, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def a_ref() -> SpoolRef:
    return SpoolRef(TenantId(uuid4()), JobId(uuid4()))


def spooled(spool: Spool, *files: tuple[str, bytes], ref: SpoolRef | None = None) -> SpoolRef:
    """An upload of those files, kept."""
    where = ref or a_ref()
    writer = spool.create(where.tenant, where.id)
    for name, content in files:
        writer.begin(name)
        for at in range(0, len(content), 7):
            writer.write(content[at : at + 7])
    return writer.commit()


def parts(spool: Spool, ref: SpoolRef) -> list[tuple[str, bytes]]:
    found = []
    with spool.source(ref)() as file:
        for each in spool.files(ref):
            file.seek(each.at)
            found.append((each.name, file.read(each.size)))
    return found


class SpoolContract:
    def test_gives_back_the_files_as_they_were_written(self, spool: Spool) -> None:
        files = [("uno.xml", b"<uno/>" * 50), ("", b""), ("../../\x00dos\udce9.xml", b"\x00\xff")]
        assert parts(spool, spooled(spool, *files)) == files

    def test_names_an_upload_after_its_tenant_and_job(self, spool: Spool) -> None:
        ref = a_ref()
        assert spooled(spool, ("a", b"1"), ref=ref) == ref
        other_tenant = SpoolRef(TenantId(uuid4()), ref.id)
        with pytest.raises(UploadMissing):
            spool.files(other_tenant)

    def test_has_nothing_of_an_upload_that_is_not_kept_yet_or_was_discarded(self, spool: Spool) -> None:
        ref = a_ref()
        writer = spool.create(ref.tenant, ref.id)
        writer.begin("a.xml")
        writer.write(b"<a/>")
        with pytest.raises(UploadMissing):
            spool.files(ref)
        writer.discard()
        with pytest.raises(UploadMissing):
            spool.source(ref)()

    def test_keeps_what_was_committed_although_it_is_discarded_after(self, spool: Spool) -> None:
        ref = a_ref()
        writer = spool.create(ref.tenant, ref.id)
        writer.begin("a.xml")
        writer.commit()
        writer.discard()
        assert spool.files(ref) == (SpooledFile("a.xml", 0, 0),)

    def test_opens_an_upload_from_another_process(self, spool: Spool) -> None:
        source = pickle.loads(pickle.dumps(spool.source(spooled(spool, ("a", b"abc")))))
        with source() as file:
            assert file.read(3) == b"abc"

    def test_removes_an_upload_and_bears_being_asked_twice(self, spool: Spool) -> None:
        ref = spooled(spool, ("a", b"1"))
        spool.remove(ref)
        spool.remove(ref)
        with pytest.raises(UploadMissing):
            spool.files(ref)

    def test_sweeps_what_is_older_and_not_to_be_kept(self, spool: Spool) -> None:
        kept, left = spooled(spool, ("a", b"1")), spooled(spool, ("b", b"2"))
        assert spool.sweep(frozenset(), LONG_AGO) == 0
        assert spool.sweep(frozenset({kept.id}), FAR_OFF) == 1
        assert parts(spool, kept) == [("a", b"1")]
        with pytest.raises(UploadMissing):
            spool.files(left)
