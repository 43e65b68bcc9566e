from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from horux_core.audit.ports import AuditLog
from horux_core.fiel.model import (
    Cadena,
    CertificateFacts,
    Component,
    Copy,
    Fiel,
    FileKind,
    Head,
    Receipt,
    Seal,
    Sealed,
    SealedPiece,
    Signature,
    Use,
)
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page
from horux_core.outbox.ports import Outbox
from horux_core.tenancy.model import Tenant


class FielVault(Protocol):
    """Where a client's e.firma is kept, as far as letting the client go needs it."""

    def destroy(self, tenant: TenantId) -> bool:
        """Take every copy away. True when there was one; nothing when there is none."""


class Inspector(Protocol):
    """Reads what a client uploads. It decides nothing, and no text of its errors holds what it read."""

    def kind(self, file: bytes) -> FileKind:
        """What the file is, in DER or PEM."""

    def certificate(self, file: bytes) -> CertificateFacts:
        """Raises FielCertificateMalformed."""

    def public_key(self, key: bytes, password: bytes) -> bytes:
        """SubjectPublicKeyInfo, in DER, of an encrypted key. Raises FielPasswordWrong, FielKeyMalformed."""

    def dear(self, key: bytes) -> bool:
        """Whether a try at its password costs more than at those the SAT hands out, or it is no such key."""

    def der(self, file: bytes) -> bytes:
        """The file in DER: as it is, or what its PEM holds."""

    def chain(self, certificate: bytes) -> Cadena:
        """`no_revisada` where the operator has placed no certificate of the SAT's. Raises FielIssuerUnknown."""


class Sealer(Protocol):
    """Encrypts and authenticates with the vault's keys: what was sealed for one place opens in no other."""

    @property
    def version(self) -> str:
        """The current key's."""

    def seal(self, tenant: TenantId, seal: Seal, component: Component, plain: bytes | bytearray) -> SealedPiece:
        """With the key of the seal's version, never twice the same. Raises FielUnreadable when that is not held."""

    def open(self, tenant: TenantId, seal: Seal, component: Component, piece: SealedPiece) -> bytearray:
        """Raises FielUnreadable for whatever was not sealed so, in the same words."""


class SealedFolders(Protocol):
    """The copy outside every database: a folder a client. What was written is there after a crash, or nothing is.

    Every method raises VaultUnavailable when the place cannot be read or written.
    """

    def draft(self, tenant: Tenant, seal: UUID, pieces: Copy) -> None:
        """Write a copy beside the one that counts, in place of a former of that seal. It is whole, or not there."""

    def drafts(self, tenant: Tenant) -> frozenset[UUID]: ...

    def promote(self, tenant: Tenant, seal: UUID) -> None:
        """That draft counts from now on, and all others are gone; without it, the copy that counts stays."""

    def discard(self, tenant: Tenant, seal: UUID) -> None:
        """Take that draft away; nothing when there is none."""

    def read(self, tenant: Tenant) -> Copy:
        """The copy that counts, as far as it can be made out."""

    def remove(self, tenant: Tenant) -> None:
        """Take the copy, drafts and all, away; nothing when there is none."""

    def owners(self) -> frozenset[TenantId]:
        """Whose anything is there."""


class Anchors(Protocol):
    """The end of each client's book of use, kept where the database's owner cannot write, under the vault's key.

    Every method raises VaultUnavailable when the place cannot be read or written.
    """

    def owners(self) -> frozenset[TenantId]:
        """Who has one."""

    def get(self, tenant: TenantId) -> Head | None:
        """None when there is none. Raises LedgerBroken for one that is not ours, or not of this client."""

    def put(self, tenant: TenantId, head: Head) -> None:
        """In place of the former. It is there, whatever happens, when this returns."""


class Receipts(Protocol):
    """Receipts outside every database: no older database brings a destroyed e.firma back.

    Every method raises VaultUnavailable when the place cannot be read or written.
    """

    def put(self, receipt: Receipt) -> None:
        """It is there, whatever happens, when this returns. In place of the client's one of the same number."""

    def highest(self, tenant: TenantId) -> int:
        """The highest number of the client's, whether it can be made out or not; 0 when there is none."""

    def last(self, tenant: TenantId) -> Receipt | None:
        """The one of the highest number. Raises LedgerBroken when it cannot be made out."""


class ReceiptSigner(Protocol):
    def sign(self, body: bytes) -> Signature:
        """With a key derived from the vault's current one."""

    def valid(self, body: bytes, signature: Signature) -> bool:
        """Whether the vault signed that, with a key it still holds."""


class EntryMacs(Protocol):
    """Authenticates the entries of the books of use with keys derived from the vault's."""

    @property
    def version(self) -> str:
        """The current key's."""

    def mac(self, version: str, text: str) -> str | None:
        """In hexadecimal; None when the key of that version is not held."""


class Credentials(Protocol):
    def get(self, tenant: TenantId) -> Sealed | None: ...

    def put(self, sealed: Sealed) -> None:
        """In place of the client's former one."""

    def remove(self, tenant: TenantId) -> None:
        """Nothing when there is none."""


class UseLog(Protocol):
    """The book of use in a transaction. Nothing in it is ever changed or removed."""

    def all(self, tenant: TenantId) -> tuple[Use, ...]:
        """From the first."""

    def append(self, use: Use) -> None:
        """Raises VaultUnavailable when another has written an entry of that number."""


class ReceiptLog(Protocol):
    """Others may write here too: only its signature proves a receipt, and none hides another."""

    def all(self, tenant: TenantId) -> tuple[Receipt, ...]:
        """In no order."""

    def add(self, receipt: Receipt) -> None:
        """Again does nothing. Raises VaultUnavailable when it cannot be written."""


class ExpiryNotes(Protocol):
    def add(self, tenant: TenantId, numero_certificado: str, dias: int) -> bool:
        """False when it was noted before."""


class TroubleNotes(Protocol):
    def add(self, tenant: TenantId, health: str, dia: date) -> bool:
        """False when it was noted before."""


class VaultTransaction(Protocol):
    @property
    def credentials(self) -> Credentials: ...
    @property
    def uses(self) -> UseLog: ...
    @property
    def receipts(self) -> ReceiptLog: ...
    @property
    def expiry_notes(self) -> ExpiryNotes: ...
    @property
    def trouble_notes(self) -> TroubleNotes: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def audit(self) -> AuditLog: ...


class Vault(Protocol):
    """The central database as the vault sees it."""

    def transaction(self) -> AbstractContextManager[VaultTransaction]:
        """What is done inside is kept together, or on any exception not at all."""

    def hold(self, tenant: TenantId) -> AbstractContextManager[None]:
        """Nobody else is at work on the client's e.firma while it lasts; others wait, and it dies with the process.

        Raises VaultUnavailable when another keeps it for too long.
        """

    def owners(self) -> frozenset[TenantId]:
        """Who has an e.firma here, or a book of use."""

    def stored(self, tenant: TenantId) -> Sealed | None:
        """The central copy as it stands, without waiting for anybody."""

    def expiring(self, before: datetime) -> tuple[TenantId, ...]:
        """Live clients whose e.firma ends before then, the nearest first."""

    def uses(self, tenant: TenantId, cursor: str | None, limit: int) -> Page[Use]:
        """Newest first. Raises CursorMalformed."""

    def receipts(self, tenant: TenantId, cursor: str | None, limit: int) -> Page[Receipt]:
        """Newest first. Raises CursorMalformed."""


class PlainFolders(Protocol):
    """Exclusive folders in memory for what is decrypted by hand, gone by themselves after their time."""

    def write(self, rfc: str, until: datetime, unseal: Callable[[], Fiel]) -> str:
        """Where it is. Nothing is unsealed before the folder is there and its end is certain; it is wiped after.

        Raises PlainPlaceMissing, PlainPlaceTaken, and what `unseal` raises: no folder is left then.
        """

    def sweep(self, now: datetime) -> int:
        """Take away those whose time is over, or cannot be told, but for one that is being written. How many."""

    def remove(self, rfc: str) -> None:
        """Take that one away, its time over or not, also while it is being written; nothing when there is none."""
