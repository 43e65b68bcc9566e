"""What the doctor is told of a store."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import pytest

from contracts.boveda import a_seal, some_pieces
from contracts.clients import a_tenant
from horux_adapters.s3 import examining
from horux_adapters.s3.bucket import Bucket, Patience, connected
from horux_adapters.s3.fiel_anchors import S3Anchors
from horux_adapters.s3.fiel_copies import S3SealedFolders
from horux_adapters.s3.troubles import StoreTrouble
from horux_core.fiel.anchoring import AnchorForm
from horux_core.fiel.model import EMPTY, Component, Copy
from horux_core.kernel.errors import Unavailable
from tests.adapters.s3.store import NAME, Store


def test_one_that_serves_is_well_and_nothing_of_the_trial_stays(bucket: Bucket) -> None:
    assert examining.trouble(bucket) is None
    assert list(bucket.all()) == []


@pytest.mark.parametrize("fault", ["access", "secret"])
def test_keys_that_it_does_not_take_are_told(s3_store: Store, fault: str) -> None:
    told = examining.trouble(connected(replace(s3_store.address, **{fault: "otra"}), NAME))
    assert told is not None
    assert "no acepta S3_ACCESS_KEY" in told


def test_a_bucket_that_is_not_there_is_told(s3_store: Store) -> None:
    assert examining.trouble(connected(s3_store.address, "no-hay")) == "En el almacén no está el bucket no-hay."


@pytest.fixture
def open_bucket(bucket: Bucket) -> Iterator[Bucket]:
    """Anybody may read what is in it."""
    rule = {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"]}
    policy = {"Version": "2012-10-17", "Statement": [{**rule, "Resource": [f"arn:aws:s3:::{NAME}/*"]}]}
    bucket.client.put_bucket_policy(Bucket=NAME, Policy=json.dumps(policy))
    yield bucket
    bucket.client.delete_bucket_policy(Bucket=NAME)


def test_a_bucket_that_is_open_to_all_is_told(open_bucket: Bucket) -> None:
    told = examining.trouble(open_bucket)
    assert told is not None
    assert "está abierto" in told


def test_a_bucket_that_keeps_versions_is_told(bucket: Bucket) -> None:
    """The tests' own store keeps none: here it says that it does."""

    def enabled(**_: object) -> object:
        return SimpleNamespace(status_code=200), {"Status": "Enabled"}

    bucket.client.meta.events.register("before-call.s3.GetBucketVersioning", enabled)
    told = examining.trouble(bucket)
    assert told is not None
    assert "guarda versiones" in told


def test_tells_whose_copy_is_whole_and_the_keys_all_was_written_under(bucket: Bucket) -> None:
    whole, half, drafted = (a_tenant() for _ in range(3))
    folders, pieces = S3SealedFolders(bucket), some_pieces(a_seal(1, "ffffffff"))
    partial: Copy = {part: piece for part, piece in pieces.items() if part is not Component.PASSWORD}
    for tenant, copy in ((whole, pieces), (half, partial)):
        folders.draft(tenant, a_seal().id, copy)
        folders.promote(tenant, next(iter(folders.drafts(tenant))))
    folders.draft(drafted, a_seal().id, pieces)
    S3Anchors(bucket, AnchorForm({"0a1b2c3d": b"una"}, "0a1b2c3d")).put(whole.id, EMPTY)
    assert examining.whole_copies(bucket) == {str(whole.id)}
    assert examining.versions(bucket) == {"ffffffff", "0a1b2c3d"}
    with pytest.raises(Unavailable, match="no-hay"):
        examining.versions(Bucket(bucket.client, "no-hay"))


def test_one_that_says_nothing_holds_nobody_up(s3_store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = replace(s3_store.address, endpoint=f"http://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(StoreTrouble, match="ReadTimeoutError"):
            connected(address, NAME, Patience(0.2, 1)).get(str(uuid4()))


def test_a_folder_that_a_store_marks_is_no_object(bucket: Bucket) -> None:
    bucket.put("vacia/", b"")
    bucket.put("llena/uno", b"1")
    assert [found.key for found in bucket.all()] == ["llena/uno"]
