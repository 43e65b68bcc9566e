"""The suite, and what only a store promises."""

import traceback
import tracemalloc
from dataclasses import replace
from hashlib import sha256
from uuid import uuid4

import pytest

from contracts.ports.backup_store import CENTRAL, BackupStoreContract, a_run, put, read
from horux_adapters.s3.backup_store import S3BackupStore
from horux_adapters.s3.bucket import Bucket, connected
from horux_core.backups.errors import BackupFailed
from horux_core.backups.ports import BackupStore
from tests.adapters.s3.store import NAME, Store

MIB = 1 << 20
PART = 5 * MIB


class TestS3BackupStore(BackupStoreContract):
    @pytest.fixture
    def store(self, bucket: Bucket) -> BackupStore:
        return S3BackupStore(bucket)


class TestInParts:
    @pytest.fixture
    def store(self, bucket: Bucket) -> S3BackupStore:
        return S3BackupStore(bucket, PART)

    def test_a_large_file_comes_and_goes_a_part_at_a_time(self, store: S3BackupStore) -> None:
        piece, digest = bytes(range(256)) * (MIB // 256), sha256()
        tracemalloc.start()
        try:
            with store.writing(a_run(), CENTRAL) as out:
                for _ in range(32):
                    out.write(piece)
                    digest.update(piece)
                assert store.names(a_run()) == frozenset()
            found = sha256()
            with store.reading(a_run(), CENTRAL) as source:
                while octets := source.read(MIB):
                    found.update(octets)
            assert tracemalloc.get_traced_memory()[1] < 20 * MIB
        finally:
            tracemalloc.stop()
        assert found.hexdigest() == digest.hexdigest() == out.sha256
        assert store.bucket.unfinished() == ()

    def test_what_breaks_off_leaves_no_part(self, store: S3BackupStore) -> None:
        with pytest.raises(ZeroDivisionError), store.writing(a_run(), CENTRAL) as out:  # noqa: PT012
            out.write(bytes(2 * PART))
            assert store.bucket.unfinished()
            _ = 1 / 0
        assert (store.bucket.unfinished(), store.runs()) == ((), ())

    def test_what_a_kill_left_goes_with_its_run(self, store: S3BackupStore) -> None:
        left = store.bucket.begin(f"{a_run()}/{CENTRAL}")
        left.add(bytes(PART))
        assert (store.runs(), store.names(a_run())) == ((a_run(),), frozenset())
        put(store, a_run(), CENTRAL, b"entero")
        assert read(store, a_run(), CENTRAL) == b"entero"
        store.remove(a_run())
        assert (store.runs(), store.bucket.unfinished()) == ((), ())


def test_tells_what_to_do_when_the_store_does_not_take_the_key(s3_store: Store) -> None:
    secret = uuid4().hex
    address = replace(s3_store.address, access="otra", secret=secret)
    with pytest.raises(BackupFailed, match=r"InvalidAccessKeyId.*horux doctor") as told:
        put(S3BackupStore(connected(address, NAME)), a_run(), CENTRAL, b"uno")
    assert secret not in "".join(traceback.format_exception(told.value)) + repr(address)
