"""A bucket of an S3-compatible store, or what lies in it below a prefix: objects whole, under keys of our own."""

import logging
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import md5
from typing import Any

from horux_adapters.s3.troubles import ObjectMissing, StoreTrouble, authorities

_CONNECTING = 3.0
_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Where a store is, and who we are to it. `access` and `secret` are its two keys."""

    endpoint: str
    region: str
    access: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds without an octet of an answer, and how often the same is asked at most."""

    seconds: float
    attempts: int


SERVING = Patience(15.0, 2)
"""Somebody waits for the page."""

BACKING_UP = Patience(120.0, 5)


@dataclass(frozen=True, slots=True)
class Found:
    """An object of a listing: its size in octets, and when it was written by the store's own clock."""

    key: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was put is there, whole, when `put` returns. Every method raises StoreTrouble."""

    client: Any = field(repr=False)
    name: str
    prefix: str = ""

    def below(self, folder: str) -> "Bucket":
        return replace(self, prefix=f"{self.prefix}{folder}/")

    def put(self, key: str, octets: bytes) -> None:
        """In place of what was of that key. The store refuses what did not arrive as it was sent."""
        with _told(key):
            self.client.put_object(
                Bucket=self.name, Key=self.prefix + key, Body=octets, ContentMD5=_sum(octets), **_OCTETS
            )

    def get(self, key: str) -> bytes:
        """All of it, in memory: for what is small. Raises ObjectMissing."""
        with self.opened(key) as body:
            octets: bytes = body.read()
        return octets

    @contextmanager
    def opened(self, key: str) -> Iterator[Any]:
        """Its `read(octets)` gives it piece by piece. Raises ObjectMissing."""
        with _told(key):
            body = self.client.get_object(Bucket=self.name, Key=self.prefix + key)["Body"]
        try:
            yield _Told(body, key)
        finally:
            body.close()

    def delete(self, key: str) -> None:
        """Nothing when there is none."""
        with _told(key):
            self.client.delete_object(Bucket=self.name, Key=self.prefix + key)

    def empty(self, folder: str = "") -> bool:
        """Take away all that lies below; whether there was anything."""
        there = [found.key for found in self.all(folder)]
        for key in there:
            self.delete(key)
        return bool(there)

    def all(self, folder: str = "") -> Iterator[Found]:
        """All that lies below, by key; the keys are those below this prefix. A folder that a store marks is nothing."""
        more: dict[str, Any] = {}
        while True:
            with _told(folder):
                page = self.client.list_objects_v2(Bucket=self.name, Prefix=self.prefix + folder, **more)
            for each in page.get("Contents", ()):
                if not each["Key"].endswith("/"):
                    yield Found(each["Key"].removeprefix(self.prefix), each["Size"], each["LastModified"])
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def folders(self, folder: str = "") -> tuple[str, ...]:
        """The names right below under which anything lies, in order."""
        within, found = self.prefix + folder, []
        with _told(folder):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.name, Prefix=within, Delimiter="/"
            )
            for page in pages:
                found += [each["Prefix"] for each in page.get("CommonPrefixes", ())]
        return tuple(sorted(each.removeprefix(within).removesuffix("/") for each in found))

    def open_to_all(self, key: str) -> bool:
        """Whether that object is given to who shows no key."""
        import urllib3

        plain = self.link(key, 60).partition("?")[0]
        with _told(key), urllib3.PoolManager(ca_certs=authorities()) as pool:
            answer = pool.request("GET", plain, timeout=_CONNECTING, retries=False)
        return answer.status < 300

    def link(self, key: str, seconds: int) -> str:
        """An address that gives that one object to whoever has it, for so long: it is a secret."""
        asked = {"Bucket": self.name, "Key": self.prefix + key}
        link: str = self.client.generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds)
        return link

    def keeps_versions(self) -> bool:
        """Whether what is deleted stays there as an older version."""
        with _told(""):
            answer = self.client.get_bucket_versioning(Bucket=self.name)
        return bool(answer.get("Status") == "Enabled")

    def begin(self, key: str) -> "Parts":
        """An object that comes in parts."""
        with _told(key):
            begun = self.client.create_multipart_upload(Bucket=self.name, Key=self.prefix + key, **_OCTETS)
        return Parts(self, key, begun["UploadId"])

    def unfinished(self, folder: str = "") -> tuple["Parts", ...]:
        """The objects below that came in parts and were neither kept nor let go of."""
        found = []
        with _told(folder):
            pages = self.client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self.name, Prefix=self.prefix + folder
            )
            for page in pages:
                found += [(each["Key"], each["UploadId"]) for each in page.get("Uploads", ())]
        return tuple(Parts(self, key.removeprefix(self.prefix), upload) for key, upload in found)


@dataclass(slots=True)
class Parts:
    """Nothing of it is there before `keep`. Each part but the last has at least 5 MiB."""

    bucket: Bucket
    key: str
    upload: str
    sent: list[dict[str, Any]] = field(default_factory=list)

    def add(self, octets: bytes) -> None:
        number = len(self.sent) + 1
        with _told(self.key):
            done = self.bucket.client.upload_part(
                **self._which(), PartNumber=number, Body=octets, ContentMD5=_sum(octets)
            )
        self.sent.append({"PartNumber": number, "ETag": done["ETag"]})

    def keep(self) -> None:
        with _told(self.key):
            self.bucket.client.complete_multipart_upload(**self._which(), MultipartUpload={"Parts": self.sent})

    def let_go(self) -> None:
        """Nothing when it is no more."""
        with _told(self.key):
            self.bucket.client.abort_multipart_upload(**self._which())

    def _which(self) -> dict[str, str]:
        return {"Bucket": self.bucket.name, "Key": self.bucket.prefix + self.key, "UploadId": self.upload}


@dataclass(frozen=True, slots=True)
class _Told:
    body: Any
    key: str

    def read(self, size: int = -1) -> bytes:
        with _told(self.key):
            octets: bytes = self.body.read(None if size < 0 else size)
        return octets


_OCTETS = {"ContentType": "application/octet-stream"}


def connected(address: StoreAddress, name: str, patience: Patience = SERVING) -> Bucket:
    """No connection is made yet."""
    # Only who keeps files in a store pays for its library: 25 MiB.
    import botocore.session
    from botocore.config import Config

    for library in ("botocore", "urllib3"):
        logging.getLogger(library).setLevel(logging.WARNING)
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        connect_timeout=_CONNECTING,
        read_timeout=patience.seconds,
        max_pool_connections=_CONNECTIONS,
        retries={"mode": "standard", "total_max_attempts": patience.attempts},
        # Not every compatible store knows the newer checksums; all know Content-MD5, which `put` sends.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    client = botocore.session.Session().create_client(
        "s3",
        endpoint_url=address.endpoint,
        region_name=address.region,
        aws_access_key_id=address.access,
        aws_secret_access_key=address.secret,
        verify=authorities() or True,
        config=config,
    )
    return Bucket(client, name)


@contextmanager
def _told(key: str) -> Iterator[None]:
    """Raises ObjectMissing, StoreTrouble."""
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in ("NoSuchKey", "NoSuchUpload"):
            raise ObjectMissing(key) from None
        raise StoreTrouble(code or "sin código") from None
    except (BotoCoreError, HTTPError, OSError) as error:
        # Their messages name the address, signed ones whole.
        raise StoreTrouble(type(error).__name__) from None


def _sum(octets: bytes) -> str:
    return b64encode(md5(octets, usedforsecurity=False).digest()).decode()
