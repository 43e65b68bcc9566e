"""The vault in memory: the central copy and the book of use; the folders, anchors and receipts beside it."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from uuid import UUID

from horux_adapters.memory.audit import MemoryAuditLog
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.ledger import paged
from horux_core.fiel.errors import VaultUnavailable
from horux_core.fiel.model import Copy, Head, Receipt, Sealed, Use
from horux_core.kernel.ids import TenantId
from horux_core.kernel.pages import Page
from horux_core.outbox.ports import Outbox
from horux_core.tenancy.model import Tenant, TenantState


@dataclass(frozen=True, slots=True)
class MemoryCredentials:
    tables: Tables

    def get(self, tenant: TenantId) -> Sealed | None:
        return self.tables["fiel_credentials"].get(tenant)

    def put(self, sealed: Sealed) -> None:
        self.tables["fiel_credentials"][sealed.tenant] = sealed

    def remove(self, tenant: TenantId) -> None:
        self.tables["fiel_credentials"].pop(tenant, None)


@dataclass(frozen=True, slots=True)
class MemoryUseLog:
    tables: Tables

    def all(self, tenant: TenantId) -> tuple[Use, ...]:
        return tuple(sorted((u for u in self.tables["fiel_uses"].values() if u.tenant == tenant), key=lambda u: u.seq))

    def append(self, use: Use) -> None:
        if (use.tenant, use.seq) in self.tables["fiel_uses"]:
            raise VaultUnavailable
        self.tables["fiel_uses"][use.tenant, use.seq] = use


@dataclass(frozen=True, slots=True)
class MemoryReceiptLog:
    tables: Tables

    def all(self, tenant: TenantId) -> tuple[Receipt, ...]:
        return tuple(each for each in self.tables["fiel_receipts"].values() if each.destruction.tenant == tenant)

    def add(self, receipt: Receipt) -> None:
        done = receipt.destruction
        self.tables["fiel_receipts"].setdefault((done.tenant, done.number, receipt.signature.value), receipt)


@dataclass(frozen=True, slots=True)
class MemoryExpiryNotes:
    tables: Tables

    def add(self, tenant: TenantId, numero_certificado: str, dias: int) -> bool:
        notes = self.tables["fiel_expiry_notes"]
        new = (tenant, numero_certificado, dias) not in notes
        notes[tenant, numero_certificado, dias] = True
        return new


@dataclass(frozen=True, slots=True)
class MemoryTroubleNotes:
    tables: Tables

    def add(self, tenant: TenantId, health: str, dia: date) -> bool:
        notes = self.tables["fiel_trouble_notes"]
        new = (tenant, health, dia) not in notes
        notes[tenant, health, dia] = True
        return new


@dataclass(frozen=True, slots=True)
class MemoryVaultTransaction:
    credentials: MemoryCredentials
    uses: MemoryUseLog
    receipts: MemoryReceiptLog
    expiry_notes: MemoryExpiryNotes
    trouble_notes: MemoryTroubleNotes
    outbox: Outbox
    audit: MemoryAuditLog


@dataclass(frozen=True, slots=True)
class MemoryVault:
    """Others wait `patience` seconds."""

    control: MemoryDatabase
    outbox: Callable[[Tables], Outbox]
    patience: float = 20.0
    _turns: dict[TenantId, Lock] = field(default_factory=lambda: defaultdict(Lock))

    @contextmanager
    def transaction(self) -> Iterator[MemoryVaultTransaction]:
        with self.control.transaction() as tables:
            yield MemoryVaultTransaction(
                MemoryCredentials(tables),
                MemoryUseLog(tables),
                MemoryReceiptLog(tables),
                MemoryExpiryNotes(tables),
                MemoryTroubleNotes(tables),
                self.outbox(tables),
                MemoryAuditLog(tables, self.control.clock),
            )

    @contextmanager
    def hold(self, tenant: TenantId) -> Iterator[None]:
        turn = self._turns[tenant]
        if not turn.acquire(timeout=self.patience):
            raise VaultUnavailable
        try:
            yield
        finally:
            turn.release()

    def owners(self) -> frozenset[TenantId]:
        with self.control.transaction() as tables:
            return frozenset(tables["fiel_credentials"]) | {tenant for tenant, _ in tables["fiel_uses"]}

    def stored(self, tenant: TenantId) -> Sealed | None:
        with self.control.transaction() as tables:
            return MemoryCredentials(tables).get(tenant)

    def expiring(self, before: datetime) -> tuple[TenantId, ...]:
        with self.control.transaction() as tables:
            live = {tenant.id for tenant in tables["tenants"].values() if tenant.state is TenantState.LIVE}
            kept = [s for s in tables["fiel_credentials"].values() if s.tenant in live]
        ends = sorted((s.certificado.valido_hasta, s.tenant) for s in kept)
        return tuple(tenant for until, tenant in ends if until < before)

    def uses(self, tenant: TenantId, cursor: str | None, limit: int) -> Page[Use]:
        with self.control.transaction() as tables:
            every = MemoryUseLog(tables).all(tenant)
        return paged([(use.seq, use) for use in every], cursor, limit)

    def receipts(self, tenant: TenantId, cursor: str | None, limit: int) -> Page[Receipt]:
        with self.control.transaction() as tables:
            every: list[Receipt] = list(tables["fiel_receipts"].values())
        return paged([(n, r) for n, r in enumerate(every, 1) if r.destruction.tenant == tenant], cursor, limit)


@dataclass(frozen=True, slots=True)
class MemorySealedFolders:
    final: dict[TenantId, Copy] = field(default_factory=dict)
    beside: dict[tuple[TenantId, UUID], Copy] = field(default_factory=dict)

    def draft(self, tenant: Tenant, seal: UUID, pieces: Copy) -> None:
        self.beside[tenant.id, seal] = dict(pieces)

    def drafts(self, tenant: Tenant) -> frozenset[UUID]:
        return frozenset(seal for owner, seal in self.beside if owner == tenant.id)

    def promote(self, tenant: Tenant, seal: UUID) -> None:
        if (tenant.id, seal) in self.beside:
            self.final[tenant.id] = self.beside[tenant.id, seal]
        for other in self.drafts(tenant):
            self.discard(tenant, other)

    def discard(self, tenant: Tenant, seal: UUID) -> None:
        self.beside.pop((tenant.id, seal), None)

    def read(self, tenant: Tenant) -> Copy:
        return self.final.get(tenant.id, {})

    def remove(self, tenant: Tenant) -> None:
        self.final.pop(tenant.id, None)
        for seal in self.drafts(tenant):
            self.discard(tenant, seal)

    def owners(self) -> frozenset[TenantId]:
        return frozenset(self.final) | {owner for owner, _ in self.beside}


@dataclass(frozen=True, slots=True)
class MemoryAnchors:
    heads: dict[TenantId, Head] = field(default_factory=dict)

    def owners(self) -> frozenset[TenantId]:
        return frozenset(self.heads)

    def get(self, tenant: TenantId) -> Head | None:
        return self.heads.get(tenant)

    def put(self, tenant: TenantId, head: Head) -> None:
        self.heads[tenant] = head


@dataclass(frozen=True, slots=True)
class MemoryReceipts:
    kept: dict[tuple[TenantId, int], Receipt] = field(default_factory=dict)

    def put(self, receipt: Receipt) -> None:
        self.kept[receipt.destruction.tenant, receipt.destruction.number] = receipt

    def highest(self, tenant: TenantId) -> int:
        return max((number for owner, number in self.kept if owner == tenant), default=0)

    def last(self, tenant: TenantId) -> Receipt | None:
        return self.kept.get((tenant, self.highest(tenant)))
