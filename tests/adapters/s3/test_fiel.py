"""The vault's suites, and what only a store promises of its copies."""

from uuid import UUID

import pytest

from contracts.boveda import a_seal, some_pieces
from contracts.clients import a_tenant
from contracts.ports.anchors import AnchorsContract
from contracts.ports.receipts import ReceiptsContract
from contracts.ports.sealed_folders import SealedFoldersContract
from horux_adapters.s3.bucket import Bucket
from horux_adapters.s3.fiel_anchors import S3Anchors, S3Receipts
from horux_adapters.s3.fiel_copies import S3SealedFolders, packed, unpacked
from horux_core.fiel.anchoring import AnchorForm
from horux_core.fiel.errors import LedgerBroken, VaultUnavailable
from horux_core.fiel.model import Head
from horux_core.fiel.ports import Anchors, Receipts, SealedFolders

FORM = AnchorForm({"0a1b2c3d": b"una"}, "0a1b2c3d")


class TestS3SealedFolders(SealedFoldersContract):
    @pytest.fixture
    def folders(self, bucket: Bucket) -> SealedFolders:
        return S3SealedFolders(bucket)


class TestS3Anchors(AnchorsContract):
    @pytest.fixture
    def anchors(self, bucket: Bucket) -> Anchors:
        return S3Anchors(bucket, FORM)

    def test_reads_nothing_that_was_touched_or_is_another_s(self, bucket: Bucket) -> None:
        anchors, tenant, other = S3Anchors(bucket, FORM), a_tenant().id, a_tenant().id
        anchors.put(tenant, Head(12, "ab" * 32))
        octets = bucket.get(f"libro/{tenant}")
        for key, text in ((tenant, octets[:-2] + b"x\n"), (tenant, b""), (other, octets)):
            bucket.put(f"libro/{key}", text)
            with pytest.raises(LedgerBroken):
                anchors.get(key)


class TestS3Receipts(ReceiptsContract):
    @pytest.fixture
    def receipts(self, bucket: Bucket) -> Receipts:
        return S3Receipts(bucket)


class Cut(Exception):
    """The process dies here."""


@pytest.mark.parametrize("at", range(1, 8))
def test_killed_between_any_two_requests_a_copy_is_the_new_one_or_the_former(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    folders, tenant, former, latter = S3SealedFolders(bucket), a_tenant(), a_seal(1), a_seal(2)
    kept = {seal.id: some_pieces(seal) for seal in (former, latter)}
    folders.draft(tenant, former.id, kept[former.id])
    folders.promote(tenant, former.id)
    asked = [0]

    def dying(model: object, params: object, **_: object) -> None:
        asked[0] += 1
        if asked[0] == at:
            raise Cut

    events = bucket.client.meta.events
    events.register("before-call.s3", dying)
    try:
        folders.draft(tenant, latter.id, kept[latter.id])
        folders.promote(tenant, latter.id)
    except Cut:
        pass
    finally:
        events.unregister("before-call.s3", dying)
    found = folders.read(tenant)
    assert found in kept.values()
    for seal in folders.drafts(tenant):
        folders.promote(tenant, seal)
    assert folders.read(tenant) in (kept[latter.id], found)
    assert folders.drafts(tenant) == frozenset()


def test_a_copy_names_no_taxpayer(bucket: Bucket) -> None:
    tenant, seal = a_tenant(), a_seal()
    S3SealedFolders(bucket).draft(tenant, seal.id, some_pieces(seal))
    assert [found.key for found in bucket.all()] == [f"copias/{tenant.id}/{seal.id}"]


def test_of_a_damaged_copy_is_given_what_can_be_made_out() -> None:
    pieces = some_pieces(a_seal())
    octets = packed(pieces)
    assert unpacked(octets) == pieces
    for length in range(0, len(octets), 3):
        assert unpacked(octets[:length]).items() <= pieces.items()
    for at in range(len(octets)):
        touched = octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]
        assert set(unpacked(touched)) <= set(pieces)


def test_the_vault_says_to_try_later_while_the_store_is_away(bucket: Bucket) -> None:
    tenant, nowhere = a_tenant(), Bucket(bucket.client, "no-hay")
    for act in (
        lambda: S3SealedFolders(nowhere).read(tenant),
        lambda: S3SealedFolders(nowhere).draft(tenant, UUID(int=1), {}),
        lambda: S3Anchors(nowhere, FORM).put(tenant.id, Head(1, "ab" * 32)),
        lambda: S3Anchors(nowhere, FORM).get(tenant.id),
        lambda: S3Receipts(nowhere).highest(tenant.id),
    ):
        with pytest.raises(VaultUnavailable):
            act()
