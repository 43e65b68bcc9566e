"""The suite, and what only a store promises."""

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest

from contracts.ports.spool import FAR_OFF, SpoolContract, a_ref, begun, parts, spooled, written
from horux_adapters.s3.bucket import Bucket
from horux_adapters.s3.source import S3Source
from horux_adapters.s3.spool import S3Spool
from horux_core.fiscal.cfdi import spooling
from horux_core.fiscal.cfdi.limites import MIB
from horux_core.fiscal.cfdi.ports import Spool
from horux_core.fiscal.cfdi.upload_errors import SpoolUnavailable, TooManyLoads, UploadMissing
from tests.system.processes import free_port
from tests.system.waiting import until


def now() -> datetime:
    return datetime.now(UTC)


class TestS3Spool(SpoolContract):
    @pytest.fixture
    def spool(self, bucket: Bucket) -> Spool:
        return S3Spool(bucket, now)


class TestParts:
    @pytest.fixture
    def spool(self, bucket: Bucket) -> S3Spool:
        return S3Spool(bucket, now, part=MIB)

    def test_have_names_of_our_own(self, spool: S3Spool) -> None:
        ref = spooled(spool, ("../../../fuera.xml", b"<a/>"))
        assert {found.key for found in spool.bucket.all()} == {
            f"{ref.tenant}/{ref.id}/{name}" for name in ("p00000", "entera")
        }

    def test_of_a_large_upload_are_read_across_their_borders(self, spool: S3Spool) -> None:
        first, second = bytes(range(256)) * 6_000, b"dos" * 400_000
        ref = a_ref()
        writer = spool.create(ref.tenant, ref.id)
        for name, octets in (("a", first), ("b", second)):
            writer.begin(name)
            for at in range(0, len(octets), 65_536):
                writer.write(octets[at : at + 65_536])
        assert writer.content() == first + second
        writer.commit()
        assert parts(spool, ref) == [("a", first), ("b", second)]
        with spool.source(ref)() as file:
            file.seek(MIB - 3)
            assert file.read(6) == (first + second)[MIB - 3 : MIB + 3]
            assert file.seek(0, 2) == len(first) + len(second)
            assert file.read(1) == b""

    def test_of_a_large_upload_take_the_memory_of_one(self, spool: S3Spool) -> None:
        writer = begun(spool, a_ref().tenant)
        tracemalloc.start()
        try:
            written(writer, 16 * MIB)
            ref = writer.commit()
            with spool.source(ref)() as file:
                while file.read(MIB // 4):
                    pass
            assert tracemalloc.get_traced_memory()[1] < 8 * MIB
        finally:
            tracemalloc.stop()

    def test_that_arrive_at_another_machine_count(
        self, spool: S3Spool, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spooling, "MAX_TOGETHER", 3 * MIB)
        tenant, other = a_ref().tenant, S3Spool(bucket, now, part=MIB)
        there = begun(other, tenant)
        written(there, 2 * MIB)
        here = begun(spool, tenant)
        with pytest.raises(TooManyLoads):
            written(here, 2 * MIB)
        here.discard()
        there.commit()

    def test_that_a_crash_left_take_nobody_s_room_and_are_swept(
        self, spool: S3Spool, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spooling, "MAX_ARRIVING", 1)
        tenant = a_ref().tenant
        written(begun(spool, tenant), 2 * MIB)
        with pytest.raises(TooManyLoads):
            spool.create(tenant, a_ref().id)
        later = S3Spool(bucket, lambda: now() + timedelta(hours=2))
        later.create(tenant, a_ref().id).discard()
        assert later.sweep(frozenset(), now() + timedelta(minutes=1)) >= 1
        assert list(bucket.all()) == []

    @pytest.mark.parametrize("at", range(1, 9))
    def test_killed_between_any_two_requests_are_there_whole_or_not_at_all(self, spool: S3Spool, at: int) -> None:
        ref, events, left = a_ref(), spool.bucket.client.meta.events, [at]

        def dying(**_: object) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt

        events.register("before-call.s3", dying)
        try:
            writer = spool.create(ref.tenant, ref.id)
            writer.begin("a.zip")
            written(writer, 2 * MIB)
            writer.commit()
        except KeyboardInterrupt:
            with pytest.raises(UploadMissing):
                spool.files(ref)
        else:
            assert left[0] > 0
            assert parts(spool, ref) == [("a.zip", bytes(2 * MIB))]
        finally:
            events.unregister("before-call.s3", dying)
        spool.sweep(frozenset(), FAR_OFF)
        assert list(spool.bucket.all()) == []

    def test_that_were_discarded_are_gone(self, spool: S3Spool) -> None:
        writer = begun(spool, a_ref().tenant)
        written(writer, 2 * MIB)
        writer.discard()
        until("the store holds nothing", lambda: not list(spool.bucket.all()), 10)

    @pytest.mark.parametrize("step", ["write", "commit"])
    def test_of_a_client_that_is_let_go_meanwhile_are_missing(self, spool: S3Spool, step: str) -> None:
        writer = begun(spool, a_ref().tenant)
        spool.bucket.empty()
        with pytest.raises(UploadMissing):
            written(writer, 2 * MIB) if step == "write" else writer.commit()
        writer.discard()
        until("the store holds nothing", lambda: not [f for f in spool.bucket.all() if f.key.endswith("entera")], 10)

    def test_are_opened_with_an_address_and_no_key(self, spool: S3Spool) -> None:
        ref = spooled(spool, ("a", b"abc"))
        source = spool.source(ref)
        assert "Signature" not in repr(source)
        assert source.links
        assert all(spool.bucket.client._request_signer._credentials.secret_key not in link for link in source.links)
        spool.remove(ref)
        with pytest.raises(UploadMissing), source() as file:
            file.read(1)


def test_an_address_that_does_not_answer_is_told_to_no_log(caplog: pytest.LogCaptureFixture) -> None:
    link = f"https://127.0.0.1:{free_port()}/cargas/p00000?X-Amz-Signature=secreta"
    with S3Source((link,), 4, 4)() as file, pytest.raises(SpoolUnavailable):
        file.read(4)
    assert "secreta" not in caplog.text
