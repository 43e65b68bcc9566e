"""Where each client's book of use ends, and the receipts of what was destroyed: objects beside the sealed copies."""

import re
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from horux_adapters.s3.bucket import Bucket
from horux_adapters.s3.troubles import ObjectMissing, told_as
from horux_core.fiel import receipts
from horux_core.fiel.anchoring import AnchorForm
from horux_core.fiel.errors import LedgerBroken, VaultUnavailable
from horux_core.fiel.model import Head, Receipt
from horux_core.kernel.ids import TenantId

_RECEIPT = re.compile(r"([1-9][0-9]{0,18})\.json")


@dataclass(frozen=True, slots=True)
class S3Anchors:
    """`libro/<tenant id>`."""

    bucket: Bucket
    form: AnchorForm

    def owners(self) -> frozenset[TenantId]:
        within, found = "libro/", set()
        with told_as(VaultUnavailable):
            for each in self.bucket.all(within):
                with suppress(ValueError):
                    found.add(TenantId(UUID(each.key.removeprefix(within))))
        return frozenset(found)

    def get(self, tenant: TenantId) -> Head | None:
        with told_as(VaultUnavailable):
            try:
                octets = self.bucket.get(f"libro/{tenant}")
            except ObjectMissing:
                return None
        return self.form.made_out(tenant, octets)

    def put(self, tenant: TenantId, head: Head) -> None:
        with told_as(VaultUnavailable):
            self.bucket.put(f"libro/{tenant}", self.form.written(tenant, head))


@dataclass(frozen=True, slots=True)
class S3Receipts:
    """`recibos/<tenant id>/<number>.json`."""

    bucket: Bucket

    def put(self, receipt: Receipt) -> None:
        done = receipt.destruction
        with told_as(VaultUnavailable):
            self.bucket.put(f"recibos/{done.tenant}/{done.number}.json", receipts.dumped(receipt))

    def highest(self, tenant: TenantId) -> int:
        within = f"recibos/{tenant}/"
        with told_as(VaultUnavailable):
            found = [_RECEIPT.fullmatch(each.key.removeprefix(within)) for each in self.bucket.all(within)]
        return max((int(match[1]) for match in found if match), default=0)

    def last(self, tenant: TenantId) -> Receipt | None:
        number = self.highest(tenant)
        if not number:
            return None
        with told_as(VaultUnavailable):
            try:
                octets = self.bucket.get(f"recibos/{tenant}/{number}.json")
            except ObjectMissing as error:
                raise LedgerBroken from error
        try:
            receipt = receipts.loaded(octets)
        except ValueError as error:
            raise LedgerBroken from error
        if receipt.destruction.number != number:
            raise LedgerBroken
        return receipt
