"""An upload in a store, opened by whoever reads it: with an address for that alone, and never the store's keys."""

import io
import logging
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import Retry, Timeout

from horux_adapters.s3.troubles import authorities
from horux_core.fiscal.cfdi.upload_errors import SpoolUnavailable, UploadMissing

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_AHEAD = 1 << 20
"""Octets asked for at a time."""

_PATIENCE = Timeout(connect=3.0, read=15.0)
_RETRIES = Retry(total=2, backoff_factor=0.3, status_forcelist=(500, 502, 503, 504), raise_on_status=False)
_GONE = 404

# It warns of what it asks again with the whole address, which opens the upload.
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class S3Source:
    """`links`: the address of each part, in order; each has `part` octets, but the last. None for no upload."""

    links: tuple[str, ...] | None = field(repr=False)
    part: int
    size: int

    def __call__(self) -> BinaryIO:
        if self.links is None:
            raise UploadMissing
        parts = _Parts(self.links, self.part, self.size)
        return cast(BinaryIO, io.BufferedReader(parts, _AHEAD))


class _Parts(io.RawIOBase):
    def __init__(self, links: tuple[str, ...], part: int, size: int) -> None:
        self._links, self._part, self._size, self._at = links, part, size, 0
        self._pool = urllib3.PoolManager(
            num_pools=1, timeout=_PATIENCE, retries=_RETRIES, ca_certs=authorities(), cert_reqs="CERT_REQUIRED"
        )

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._at = base + offset
        return self._at

    def readinto(self, into: "WriteableBuffer", /) -> int:
        """Raises UploadMissing, SpoolUnavailable."""
        with memoryview(into) as room:
            number, within = divmod(self._at, self._part)
            wanted = min(len(room), self._part - within, self._size - self._at)
            if wanted <= 0:
                return 0
            octets = self._asked(self._links[number], within, wanted)
            room[: len(octets)] = octets
        self._at += len(octets)
        return len(octets)

    def close(self) -> None:
        self._pool.clear()
        super().close()

    def _asked(self, link: str, start: int, size: int) -> bytes:
        try:
            answer = self._pool.request("GET", link, headers={"Range": f"bytes={start}-{start + size - 1}"})
        except HTTPError:
            # What it says holds the address, which opens the upload.
            raise SpoolUnavailable from None
        if answer.status == _GONE:
            raise UploadMissing
        octets = answer.data
        if answer.status == 200:
            octets = octets[start : start + size]
        if answer.status not in (200, 206) or len(octets) != size:
            raise SpoolUnavailable
        return octets
