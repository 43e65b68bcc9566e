"""What every Spool promises; a subclass brings the `spool` fixture."""

import pickle
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from horux_core.fiscal.cfdi import spooling
from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.ports import Spool, SpooledFile, SpoolRef, SpoolWriter
from horux_core.fiscal.cfdi.upload_errors import TooManyLoads, UploadMissing
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


def begun(spool: Spool, tenant: TenantId) -> SpoolWriter:
    writer = spool.create(tenant, JobId(uuid4()))
    writer.begin("a.zip")
    return writer


def written(writer: SpoolWriter, size: int) -> None:
    for _ in range(size // (MIB // 8)):
        writer.write(bytes(MIB // 8))


def spooled_whole(spool: Spool, content: bytes) -> SpoolRef:
    writer = begun(spool, TenantId(uuid4()))
    writer.write(content)
    return writer.commit()


class SpoolContract:
    def test_gives_back_the_files_as_they_were_written(self, spool: Spool) -> None:
        files = [("uno.xml", b"<uno/>" * 50), ("", b""), ("../../\x00dos\udce9.xml", b"\x00\xff")]
        assert parts(spool, spooled(spool, *files)) == files

    def test_cuts_a_long_name_between_two_characters(self, spool: Spool) -> None:
        names = ("x" * 300, "ñ" * 200, "a" + "\U0001f600" * 970, "\udce9" * 90, "línea\n\u2028" + "y" * 240)
        kept = [name for name, _ in parts(spool, spooled(spool, *((name, b"<a/>") for name in names)))]
        assert kept == ["x" * 255, "ñ" * 127, "a" + "\U0001f600" * 63, "\udce9" * 85, names[-1]]

    def test_has_no_room_for_more_than_a_taxpayer_may_have_waiting(
        self, spool: Spool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spooling, "MAX_WAITING", 3)
        tenant, refs = TenantId(uuid4()), []
        late = spool.create(tenant, JobId(uuid4()))
        for _ in range(3):
            refs.append(spooled(spool, ("a", b"1"), ref=SpoolRef(tenant, JobId(uuid4()))))
        with pytest.raises(TooManyLoads):
            spool.create(tenant, JobId(uuid4()))
        with pytest.raises(TooManyLoads):
            late.commit()
        late.discard()
        assert parts(spool, spooled(spool, ("b", b"2"))) == [("b", b"2")]
        spool.remove(refs[0])
        spooled(spool, ("a", b"1"), ref=SpoolRef(tenant, JobId(uuid4())))

    def test_has_no_room_for_more_than_a_taxpayer_may_send_at_once(
        self, spool: Spool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spooling, "MAX_ARRIVING", 2)
        tenant = TenantId(uuid4())
        first, second = (spool.create(tenant, JobId(uuid4())) for _ in range(2))
        with pytest.raises(TooManyLoads):
            spool.create(tenant, JobId(uuid4()))
        first.discard()
        third = spool.create(tenant, JobId(uuid4()))
        for writer in (second, third):
            writer.discard()

    def test_has_no_room_for_more_bytes_than_a_taxpayer_may_have_there(
        self, spool: Spool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spooling, "MAX_TOGETHER", 2 * MIB)
        alone = begun(spool, TenantId(uuid4()))
        written(alone, 3 * MIB)
        alone.commit()
        kept = spooled_whole(spool, bytes(MIB + MIB // 2))
        arriving = begun(spool, kept.tenant)
        with pytest.raises(TooManyLoads):
            written(arriving, 3 * MIB)
        arriving.discard()
        small = begun(spool, kept.tenant)
        written(small, MIB // 4)
        small.commit()
        large = begun(spool, kept.tenant)
        with pytest.raises(TooManyLoads):  # noqa: PT012 whether it is told while writing or at the end is not promised
            written(large, MIB // 2)
            large.commit()
        large.discard()

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

    def test_gives_back_what_was_written_so_far(self, spool: Spool) -> None:
        writer = begun(spool, TenantId(uuid4()))
        assert writer.content() == b""
        writer.write(b"uno")
        writer.begin("b.xml")
        writer.write(b"dos")
        assert writer.content() == b"unodos"
        writer.write(b"tres")
        assert writer.content() == b"unodostres"
        writer.discard()

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
