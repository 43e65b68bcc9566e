"""The makers of what the vault keeps, that suites and tests share."""

import hmac
import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from horux_core.fiel.chaining import chained
from horux_core.fiel.model import (
    EMPTY,
    WHOLE,
    Cadena,
    Certificado,
    Component,
    Destruction,
    Head,
    Receipt,
    Seal,
    Sealed,
    SealedPiece,
    Signature,
    Use,
    UseKind,
)
from horux_core.kernel.ids import TenantId, UserId


class ABookKey:
    """Whoever writes the entries that `a_use` makes."""

    version = "0a1b2c3d"

    def mac(self, version: str, text: str) -> str | None:
        return hmac.new(b"libro", text.encode(), sha256).hexdigest() if version == self.version else None


BOOK = ABookKey()
AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def a_certificado(
    rfc: str = "CAS2408138W2", numero: str = "30001000000500003415", until: datetime = AT + timedelta(days=400)
) -> Certificado:
    desde = until - timedelta(days=1461)
    return Certificado(rfc, "CASCABEL ÑANDÚ & CÍA", "VADA800927DJ3", numero, desde, until, Cadena.NO_REVISADA)


def a_seal(number: int = 1, key_version: str = "0a1b2c3d") -> Seal:
    return Seal(uuid4(), number, key_version)


def some_pieces(seal: Seal) -> dict[Component, SealedPiece]:
    """Sealed octets of no meaning, of lengths that differ."""
    return {
        component: SealedPiece(seal, os.urandom(12), os.urandom(16), os.urandom(40 + n))
        for n, component in enumerate(Component)
    }


def a_sealed(tenant: TenantId, certificado: Certificado | None = None, seal: Seal | None = None) -> Sealed:
    seal = seal or a_seal()
    return Sealed(tenant, seal, certificado or a_certificado(), AT, some_pieces(seal))


def a_use(
    tenant: TenantId,
    after: Head = EMPTY,
    kind: UseKind = UseKind.USO,
    seal: UUID | None = None,
    reason: str = "Descarga del SAT",
) -> Use:
    what = tuple(component for component in Component if component in WHOLE)
    who = UserId(uuid4())
    return chained(
        Use(
            tenant, after.seq + 1, AT, kind, who, "ana@x.mx", reason, what, "req-1", seal or uuid4(), after.hash,
            "", "", "",
        ),
        BOOK,
    )  # fmt: skip


def a_receipt(tenant: TenantId, seal: UUID | None = None, number: int = 2) -> Receipt:
    done = Destruction(
        seal or uuid4(), number, tenant, "CAS2408138W2", "30001000000500003415", AT, "ana@x.mx", "Ya no la uso: ñ"
    )
    return Receipt(done, Signature("0a1b2c3d", "ab" * 32, "cd" * 64))
