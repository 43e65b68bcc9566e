"""An e.firma (FIEL, CFF 17-D): its certificate's facts, its sealed copies, the book of its use, its receipts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Self
from uuid import UUID

from horux_core.kernel.ids import TenantId, UserId

POR_VENCER = 60
"""Days before its end from which an e.firma is about to expire."""


class Component(StrEnum):
    """What is sealed, each by itself."""

    CERTIFICATE = "certificate"
    PRIVATE_KEY = "private_key"
    PASSWORD = "password"  # noqa: S105
    METADATA = "metadata"


WHOLE = frozenset(Component)


class Cadena(StrEnum):
    """Whether the certificate was followed to one of the SAT's own, of those the operator has placed."""

    REVISADA = "revisada"
    NO_REVISADA = "no_revisada"


class EstadoFiel(StrEnum):
    """`vigente_sin_ocsp`: valid by its dates; whether it was revoked is not known (FISCAL.md 9)."""

    VIGENTE = "vigente_sin_ocsp"
    POR_VENCER = "por_vencer"
    VENCIDA = "vencida"


@dataclass(frozen=True, slots=True)
class Advertencia:
    codigo: str
    detalle: str


@dataclass(frozen=True, slots=True)
class Certificado:
    """What may be shown of an e.firma. `rfc_representante` is the legal representative's, of a moral."""

    rfc: str
    nombre: str
    rfc_representante: str | None
    numero: str
    valido_desde: datetime
    valido_hasta: datetime
    cadena: Cadena


class FileKind(StrEnum):
    """What an uploaded file turns out to be, whatever its name says."""

    CERTIFICATE = "certificate"
    ENCRYPTED_KEY = "encrypted-key"
    PLAIN_KEY = "plain-key"
    PFX = "pfx"
    EMPTY = "empty"
    PAGE = "page"
    TRUNCATED = "truncated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A certificate as it reads. `holder` is the text of x500UniqueIdentifier: `RFC` or `RFC / RFC`.

    `public_key` is its SubjectPublicKeyInfo in DER.
    """

    holder: str
    nombre: str
    numero: str
    valido_desde: datetime
    valido_hasta: datetime
    has_branch: bool
    has_extended_usage: bool
    public_key: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Upload:
    """The three things a client hands over, as it sent them.

    `inspecting.inspect(inspector, upload, rfc, now)` makes them an `Inspected`, or raises the one of the `Fiel...`
    errors of `errors.py` that is `Invalid` and says why they do not serve.
    """

    cer: bytes = field(repr=False)
    key: bytes = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Inspected:
    """An e.firma that serves: `certificate` in DER, the encrypted `private_key` in DER, the octets that open it."""

    certificado: Certificado
    certificate: bytes = field(repr=False)
    private_key: bytes = field(repr=False)
    password: bytes = field(repr=False)


@dataclass(slots=True, eq=False)
class Fiel:
    """An opened e.firma, for the length of a `with`: what was not asked for is empty, and all is wiped at the end."""

    certificado: Certificado
    certificate: bytearray = field(repr=False)
    private_key: bytearray = field(repr=False)
    password: bytearray = field(repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()

    def wipe(self) -> None:
        for held in (self.certificate, self.private_key, self.password):
            wipe(held)


def wipe(held: bytearray) -> None:
    """Its octets are overwritten and gone."""
    held[:] = bytes(len(held))
    held.clear()


@dataclass(frozen=True, slots=True)
class Seal:
    """One sealing of one e.firma. `number` is that of its entry in the book of use; `key_version`, the key's."""

    id: UUID
    number: int
    key_version: str


@dataclass(frozen=True, slots=True)
class SealedPiece:
    """A component as it is kept, in one copy."""

    seal: Seal
    iv: bytes = field(repr=False)
    tag: bytes = field(repr=False)
    data: bytes = field(repr=False)


Copy = Mapping[Component, SealedPiece]
"""What can be read of a copy; a piece that is missing or cannot be made out is not in it."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The copy in the central database, and beside it what may be shown."""

    tenant: TenantId
    seal: Seal
    certificado: Certificado
    uploaded_at: datetime
    pieces: Copy = field(repr=False)


@dataclass(frozen=True, slots=True)
class FielStatus:
    """How a client's e.firma stands. `dias_restantes` are fiscal days, 0 once it has expired."""

    certificado: Certificado
    subida_en: datetime
    dias_restantes: int
    estado: EstadoFiel
    advertencias: tuple[Advertencia, ...]


class UseKind(StrEnum):
    ALTA = "alta"
    REEMPLAZO = "reemplazo"
    USO = "uso"
    ROTACION = "rotacion"
    DESTRUCCION = "destruccion"
    CURACION = "curacion"
    ACEPTACION = "aceptacion"
    """The operator took the book as it was found, though its anchor did not know it."""


SEALING = frozenset({UseKind.ALTA, UseKind.REEMPLAZO, UseKind.ROTACION})
"""The entries that name the seal which is opened from then on."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a client's book of use. Before the first there is `EMPTY`."""

    seq: int
    hash: str


EMPTY = Head(0, "0" * 64)
LAST_SEQ = 10**18 - 1
"""No entry has a higher number."""


@dataclass(frozen=True, slots=True)
class Use:
    """An entry of the book of use (libro de uso). `hash` covers all before it, `previous_hash` included.

    `mac` proves the hash under the vault's key of that version: nobody else writes an entry.
    """

    tenant: TenantId
    seq: int
    at: datetime
    kind: UseKind
    who: UserId | None
    who_name: str
    reason: str
    components: tuple[Component, ...]
    origin: str
    seal_id: UUID
    previous_hash: str
    key_version: str
    hash: str
    mac: str

    @property
    def head(self) -> Head:
        return Head(self.seq, self.hash)


@dataclass(frozen=True, slots=True)
class Signature:
    """By the vault, Ed25519; both in hexadecimal. `key_version` is that of the key it is derived from."""

    key_version: str
    public_key: str
    value: str


@dataclass(frozen=True, slots=True)
class Destruction:
    """Whose e.firma was destroyed, which, when, by whom and why. `numero_certificado` is empty where it was lost.

    `number` is that of its entry in the book of use, or a higher one: every seal of a lower one is destroyed with it.
    """

    seal_id: UUID
    number: int
    tenant: TenantId
    rfc: str
    numero_certificado: str
    destroyed_at: datetime
    destroyed_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the client keeps of an e.firma that is no more."""

    destruction: Destruction
    signature: Signature
