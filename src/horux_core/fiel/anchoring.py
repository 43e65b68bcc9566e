"""An anchor as octets: the end of a client's book of use, authenticated with HMAC-SHA-256 under the vault's key."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from horux_core.fiel.errors import LedgerBroken, VaultUnavailable
from horux_core.fiel.model import Head
from horux_core.kernel.ids import TenantId

_ANCHOR = re.compile(r"HORUX-LIBRO 1 ([0-9a-f]{8}) (0|[1-9][0-9]{0,17}) ([0-9a-f]{64}) ([0-9a-f]{64})\n")


@dataclass(frozen=True, slots=True)
class AnchorForm:
    """`keys` are those held, by their version."""

    keys: Mapping[str, bytes] = field(repr=False)
    current: str

    def written(self, tenant: TenantId, head: Head) -> bytes:
        mac = self._mac(self.current, tenant, head)
        return f"HORUX-LIBRO 1 {self.current} {head.seq} {head.hash} {mac}\n".encode()

    def made_out(self, tenant: TenantId, octets: bytes) -> Head:
        """Raises LedgerBroken for one that is not ours or not of this client, VaultUnavailable without its key."""
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

    def _mac(self, version: str, tenant: TenantId, head: Head) -> str:
        text = f"horux-libro|1|{version}|{tenant}|{head.seq}|{head.hash}"
        return hmac.new(self.keys[version], text.encode(), sha256).hexdigest()
