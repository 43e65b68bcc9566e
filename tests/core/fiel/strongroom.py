"""The whole vault on adapters in memory, or with its files on disk; and a process that may die at any of its steps."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from contracts.boveda import AT
from contracts.clients import OPERATOR, a_subscription, a_tenant
from horux_adapters.crypto.sealing import AesGcmSealer, Ed25519ReceiptSigner, HmacEntryMacs, VaultKeys, anchor_keys
from horux_adapters.filesystem.fiel_anchors import FilesystemAnchors, FilesystemReceipts
from horux_adapters.filesystem.fiel_folders import FilesystemSealedFolders
from horux_adapters.memory.billing import MemorySubscriptions
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.fiel_vault import MemoryAnchors, MemoryReceipts, MemorySealedFolders, MemoryVault
from horux_adapters.memory.identity import MemoryThrottle
from horux_adapters.memory.outbox import MemoryDeliveries, MemoryOutbox
from horux_adapters.memory.plain_folders import MemoryPlainFolders
from horux_adapters.memory.plans import MemoryEntitlements
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.billing.standing import BillingPolicy
from horux_core.fiel.admitting import Admission
from horux_core.fiel.destroying import DestroyFiel, DestroyOnDeparture
from horux_core.fiel.findings import Finding
from horux_core.fiel.keeping import Safe
from horux_core.fiel.model import (
    WHOLE,
    Cadena,
    CertificateFacts,
    Component,
    FielStatus,
    FileKind,
    Receipt,
    Seal,
    SealedPiece,
    Upload,
    Use,
)
from horux_core.fiel.storing import StoreFiel
from horux_core.fiel.tending import RotateVault, TendVault, VerifyVault
from horux_core.fiel.unsealing import UnsealFiel
from horux_core.identity.model import Actor, Role
from horux_core.kernel.events import Event
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.model import Tenant

FIRST, SECOND = bytes(range(32)), bytes(range(1, 33))
KILLS = ("draft", "promote", "discard", "remove", "put", "transaction")


class Killed(BaseException):
    """The process ends here: nothing that runs afterwards is part of it."""


class Steps:
    """Counts the steps that leave something behind, and ends the process at the one it is told."""

    def __init__(self) -> None:
        self.taken = 0
        self.last: int | None = None

    def step(self) -> None:
        self.taken += 1
        if self.last is not None and self.taken >= self.last:
            raise Killed

    @contextmanager
    def killed_at(self, last: int) -> Iterator[None]:
        self.taken, self.last = 0, last
        try:
            yield
        finally:
            self.last = None


class Stepping:
    """An adapter whose process may die right before or right after each call that changes something."""

    def __init__(self, adapter: object, steps: Steps) -> None:
        self._adapter, self._steps = adapter, steps

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._adapter, name)
        if name not in KILLS:
            return found
        return self._transaction if name == "transaction" else lambda *given: self._act(found, *given)

    def _act(self, act: Callable[..., Any], *given: Any) -> Any:
        self._steps.step()
        answer = act(*given)
        self._steps.step()
        return answer

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._adapter.transaction() as tx:  # type: ignore[attr-defined]
            yield tx
            self._steps.step()
        self._steps.step()


class WatchedSealer(AesGcmSealer):
    """Remembers how often it opened something."""

    def __init__(self, keys: VaultKeys) -> None:
        super().__init__(keys)
        self.opened = 0

    def open(self, tenant: TenantId, seal: Seal, component: Component, piece: SealedPiece) -> bytearray:
        self.opened += 1
        return super().open(tenant, seal, component, piece)


class PaperInspector:
    """Takes what `an_upload` makes for a valid e.firma: `CER <rfc> <name>`, `KEY <name>`."""

    def kind(self, file: bytes) -> FileKind:
        return FileKind.CERTIFICATE if file.startswith(b"CER") else FileKind.ENCRYPTED_KEY

    def certificate(self, file: bytes) -> CertificateFacts:
        _, rfc, name = file.decode().split(" ")
        until = AT + timedelta(days=400)
        return CertificateFacts(
            rfc, f"EMPRESA {name}", "30001000000500003415", AT, until, False, True, name.encode()
        )  # fmt: skip

    def public_key(self, key: bytes, password: bytes) -> bytes:
        return key.split(b" ")[1]

    def dear(self, key: bytes) -> bool:
        return False

    def der(self, file: bytes) -> bytes:
        return file

    def chain(self, certificate: bytes) -> Cadena:
        return Cadena.NO_REVISADA


class Strongroom:
    """Everything there is, in one place; `root` puts the files on disk."""

    def __init__(self, root: Path | None = None, key: bytes = FIRST, old: tuple[bytes, ...] = ()) -> None:
        self.root = root
        self.control = MemoryDatabase()
        self.moment = AT
        self.steps = Steps()
        self.vault = MemoryVault(self.control, self._outbox, patience=10.0)
        self.registry = MemoryRegistry(self.control, self._outbox)
        self.folders: Any = MemorySealedFolders() if root is None else FilesystemSealedFolders(root)
        self.anchors: Any = MemoryAnchors()
        self.plain = MemoryPlainFolders()
        self.receipts: Any = MemoryReceipts() if root is None else FilesystemReceipts(root)
        self.start(key, *old)

    def start(self, key: bytes = FIRST, *old: bytes, patched: Callable[[Safe], Safe] = lambda safe: safe) -> None:
        """The process begins anew, with these keys, over what is kept."""
        keys = VaultKeys(key, old)
        if self.root is not None:
            self.anchors = FilesystemAnchors(self.root, anchor_keys(keys), keys.current)
        self.sealer = WatchedSealer(keys)
        vault, folders, anchors, receipts = map(self._stepping, (self.vault, self.folders, self.anchors, self.receipts))
        signer = Ed25519ReceiptSigner(keys)
        kept = (vault, folders, anchors, receipts, self.plain)
        safe = patched(Safe(*kept, self.sealer, signer, HmacEntryMacs(keys), self._clock))
        self.safe = safe
        entitlements = MemoryEntitlements(self.control, BillingPolicy())
        self.store_fiel = StoreFiel(
            safe, self.registry, entitlements, PaperInspector(), Admission(MemoryThrottle(self.control))
        )
        self.unseal_fiel = UnsealFiel(safe, self.registry)
        self.destroy_fiel = DestroyFiel(safe, self.registry)
        self.departing = DestroyOnDeparture(self.destroy_fiel)
        self.tend = TendVault(safe, self.registry)
        self.verify_vault = VerifyVault(safe, self.registry)
        self.rotate_vault = RotateVault(safe, self.registry)

    def _stepping(self, adapter: object) -> Any:
        return Stepping(adapter, self.steps)

    def _outbox(self, tables: Tables) -> MemoryOutbox:
        return MemoryOutbox(tables, lambda: self.moment)

    def _clock(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment

    def client(self, rfc: str = "CAS2408138W2", ident: TenantId | None = None) -> Tenant:
        tenant = a_tenant(rfc, tenant=ident)
        with self.registry.transaction() as tx:
            tx.tenants.add(tenant)
        MemorySubscriptions(self.control).open(a_subscription(tenant.id))
        return tenant

    def store(self, tenant: Tenant, name: str) -> FielStatus:
        return self.store_fiel(owner(tenant), an_upload(tenant, name))

    def open(self, tenant: Tenant, components: frozenset[Component] = WHOLE) -> str:
        """The name of the e.firma that is kept, which each of its parts says."""
        with self.unseal_fiel(owner(tenant), "prueba", components) as fiel:
            name = fiel.certificado.nombre.removeprefix("EMPRESA ")
            assert fiel.certificado.rfc == tenant.rfc
            upload = an_upload(tenant, name)
            expected = {
                Component.CERTIFICATE: upload.cer, Component.PRIVATE_KEY: upload.key,
                Component.PASSWORD: upload.password.encode(),
            }  # fmt: skip
            for component, held in zip(expected, (fiel.certificate, fiel.private_key, fiel.password), strict=True):
                assert held == (expected[component] if component in components else b"")
        return name

    def destroy(self, tenant: Tenant) -> Receipt:
        return self.destroy_fiel(owner(tenant))

    def verify(self) -> tuple[Finding, ...]:
        return self.verify_vault(OPERATOR, "horux fiel verify")

    def rotate(self) -> tuple[Finding, ...]:
        return self.rotate_vault(OPERATOR, "horux fiel rotate")

    def uses(self, tenant: Tenant) -> tuple[Use, ...]:
        with self.vault.transaction() as tx:
            return tx.uses.all(tenant.id)

    def events(self) -> list[Event]:
        deliveries, found = MemoryDeliveries(self.control), []
        while (delivery := deliveries.claim(None, self.moment)) is not None:
            deliveries.delivered(delivery.id, self.moment)
            found.append(delivery.event)
        return found


def owner(tenant: Tenant) -> Actor:
    who = OPERATOR.user
    return Actor(who, "ana@cascabel.mx", False, OPERATOR.session, tenant.id, Role.OWNER, request_id="req-1")


def an_upload(tenant: Tenant, name: str) -> Upload:
    return Upload(f"CER {tenant.rfc} {name}".encode(), f"KEY {name}".encode(), f"canaria {name}")


def proof(reduced: int, full: int) -> int:
    return full if os.environ.get("PROOF") == "full" else reduced


def touched(tables: Tables, table: str, key: object, **changes: object) -> None:
    """A row changed by somebody who is not the service."""
    tables[table][key] = replace(tables[table][key], **changes)
