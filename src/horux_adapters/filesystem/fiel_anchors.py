"""Where each client's book of use ends, and the receipts of what was destroyed: files beside the sealed folders."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from horux_adapters.filesystem.durable import make, on_disk, put, read
from horux_core.fiel import receipts
from horux_core.fiel.errors import LedgerBroken, VaultUnavailable
from horux_core.fiel.model import Head, Receipt
from horux_core.kernel.ids import TenantId

_ANCHOR = re.compile(r"HORUX-LIBRO 1 ([0-9a-f]{8}) (0|[1-9][0-9]{0,17}) ([0-9a-f]{64}) ([0-9a-f]{64})\n")
_OWNER = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RECEIPT = re.compile(r"([1-9][0-9]{0,18})\.json")


@dataclass(frozen=True, slots=True)
class FilesystemAnchors:
    """`<root>/libro/<tenant id>`, authenticated with HMAC-SHA-256. `keys` are those held, by their version."""

    root: Path
    keys: Mapping[str, bytes] = field(repr=False)
    current: str

    def owners(self) -> frozenset[TenantId]:
        with on_disk():
            names = _names(self.root, "libro")
        return frozenset(TenantId(UUID(name)) for name in names if _OWNER.fullmatch(name))

    def get(self, tenant: TenantId) -> Head | None:
        with on_disk():
            octets = read(self._place(tenant))
        if octets is None:
            return None
        found = _ANCHOR.fullmatch(octets.decode("latin-1"))
        if found is None:
            raise LedgerBroken
        if found[1] not in self.keys:
            # Ours or not, it cannot be told without its key: the operator dropped one too soon.
            raise VaultUnavailable
        head = Head(int(found[2]), found[3])
        if not hmac.compare_digest(found[4], self._mac(found[1], tenant, head)):
            raise LedgerBroken
        return head

    def put(self, tenant: TenantId, head: Head) -> None:
        mac = self._mac(self.current, tenant, head)
        with on_disk():
            put(self._place(tenant), f"HORUX-LIBRO 1 {self.current} {head.seq} {head.hash} {mac}\n".encode())

    def _mac(self, version: str, tenant: TenantId, head: Head) -> str:
        text = f"horux-libro|1|{version}|{tenant}|{head.seq}|{head.hash}"
        return hmac.new(self.keys[version], text.encode(), sha256).hexdigest()

    def _place(self, tenant: TenantId) -> Path:
        return self.root / "libro" / str(tenant)


@dataclass(frozen=True, slots=True)
class FilesystemReceipts:
    """`<root>/recibos/<tenant id>/<number>.json`."""

    root: Path

    def put(self, receipt: Receipt) -> None:
        done = receipt.destruction
        with on_disk():
            make(self.root / "recibos")
            put(self._place(done.tenant) / f"{done.number}.json", receipts.dumped(receipt))

    def highest(self, tenant: TenantId) -> int:
        with on_disk():
            found = [_RECEIPT.fullmatch(name) for name in _names(self.root, f"recibos/{tenant}")]
        return max((int(match[1]) for match in found if match), default=0)

    def last(self, tenant: TenantId) -> Receipt | None:
        number = self.highest(tenant)
        if not number:
            return None
        with on_disk():
            octets = read(self._place(tenant) / f"{number}.json")
        try:
            receipt = receipts.loaded(octets or b"")
        except ValueError as error:
            raise LedgerBroken from error
        if receipt.destruction.number != number:
            raise LedgerBroken
        return receipt

    def _place(self, tenant: TenantId) -> Path:
        return self.root / "recibos" / str(tenant)


def _names(root: Path, below: str) -> list[str]:
    """Of what is in that folder, which may not be there yet; the root has to be. Raises OSError."""
    try:
        return [path.name for path in (root / below).iterdir()]
    except FileNotFoundError:
        root.stat()
        return []
