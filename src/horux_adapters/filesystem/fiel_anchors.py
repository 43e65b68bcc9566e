"""Where each client's book of use ends, and the receipts of what was destroyed: files beside the sealed folders."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from horux_adapters.filesystem.durable import make, on_disk, put, read
from horux_core.fiel import receipts
from horux_core.fiel.anchoring import AnchorForm
from horux_core.fiel.errors import LedgerBroken
from horux_core.fiel.model import Head, Receipt
from horux_core.kernel.ids import TenantId

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
        return self._form().made_out(tenant, octets)

    def put(self, tenant: TenantId, head: Head) -> None:
        with on_disk():
            put(self._place(tenant), self._form().written(tenant, head))

    def _form(self) -> AnchorForm:
        return AnchorForm(self.keys, self.current)

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
