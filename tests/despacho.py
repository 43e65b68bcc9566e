"""A taxpayer with its books in memory, who may look at them, and a clock that stands still."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.libros import a_tenant, an_entry
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.books import MemoryBooks
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.jobs import MemoryJobs
from horux_adapters.memory.outbox import MemoryOutbox
from horux_adapters.memory.plans import MemoryEntitlements
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_adapters.sat.reader import SatReader
from horux_core.billing.model import Frequency, Subscription, SubscriptionStatus
from horux_core.fiscal.cfdi.direccion import direccion
from horux_core.fiscal.cfdi.model import Cfdi
from horux_core.fiscal.cfdi.stored import Entry, StoredCfdi
from horux_core.fiscal.iva.model import MesIva
from horux_core.fiscal.recomputing import recompute
from horux_core.identity.model import Actor, Role
from horux_core.kernel.ids import TenantId, UserId
from horux_core.kernel.periodo import Periodo
from horux_core.plans.model import Plan
from tests.samples import shared

AHORA = datetime(2026, 5, 10, 3, 0, tzinfo=UTC)
"""In Mexico it is still 9 May."""


_TENANT = TenantId(UUID(int=1))


@dataclass(frozen=True)
class Despacho:
    control: MemoryDatabase = field(default_factory=MemoryDatabase)
    tenant: TenantId = _TENANT
    books: MemoryBooks = field(init=False)
    jobs: MemoryJobs = field(init=False)

    def __post_init__(self) -> None:
        with self.control.transaction() as tables:
            tables["tenants"][self.tenant] = a_tenant(self.tenant)
        self.subscribe(SubscriptionStatus.AUTHORIZED)
        object.__setattr__(self, "books", MemoryBooks(self.control))
        object.__setattr__(self, "jobs", MemoryJobs(self.control))

    @property
    def audit(self) -> MemoryAuditTrail:
        return MemoryAuditTrail(self.control)

    @property
    def entitlements(self) -> MemoryEntitlements:
        return MemoryEntitlements(self.control)

    @property
    def registry(self) -> MemoryRegistry:
        return MemoryRegistry(self.control, lambda tables: MemoryOutbox(tables, self.clock))

    def clock(self) -> datetime:
        return AHORA

    def actor(self, role: Role | None = Role.OWNER, **changes: Any) -> Actor:
        user = Actor(UserId(UUID(int=7)), "ana@example.com", False, None, self.tenant, role, request_id="r-1")
        return replace(user, **changes)

    def subscribe(self, status: SubscriptionStatus) -> None:
        row = Subscription(
            UUID(int=3), self.tenant, Plan.ENTERPRISE, status, Decimal(1), Frequency.MONTHLY, *(None,) * 5, AHORA
        )
        with self.control.transaction() as tables:
            tables["subscriptions"][row.id] = row

    def enter(self, *documents: Cfdi | Entry) -> None:
        entries = [d if isinstance(d, Entry) else an_entry(d) for d in documents]
        with self.books.open(self.tenant) as books:
            books.cfdis.enter(entries)
            recompute(books)

    def enter_samples(self, folder: str) -> dict[str, bytes]:
        """Every sample of a folder of the taxpayer's; the bytes by UUID."""
        reader, found = SatReader(), {}
        entries = []
        for path in sorted(shared("samples", folder).glob("*.xml")):
            content = path.read_bytes()
            cfdi = reader.read(content)
            found[cfdi.uuid] = content
            entries.append(Entry(path.name, cfdi, direccion(cfdi, "EKU9003173C9"), reader.pack(content)))
        self.enter(*entries)
        return found

    def get(self, uuid: str) -> StoredCfdi:
        with self.books.open(self.tenant) as books:
            return books.cfdis.get(uuid)

    def mes(self, anio: int, mes: int) -> MesIva | None:
        """The month as it was put down."""
        periodo = Periodo(anio, mes)
        with self.books.open(self.tenant) as books:
            return books.iva.meses(periodo, periodo).get(periodo)

    def pending(self) -> int:
        with self.books.open(self.tenant) as books:
            return len(books.iva.pending(10**6))

    def deeds(self) -> list[tuple[str, dict[str, str]]]:
        page = self.audit.page(self.tenant, None, 100)
        return [(entry.action, dict(entry.detail)) for entry in page.items]
