"""A taxpayer's books in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from horux_adapters.memory.ajustes import MemoryAjustes
from horux_adapters.memory.cargas import MemoryCargas
from horux_adapters.memory.cfdis import MemoryCfdis
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.libro_iva import MemoryLibroIva
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import TenantState


@dataclass(frozen=True, slots=True)
class MemoryOpenBooks:
    tables: Tables

    @property
    def cfdis(self) -> MemoryCfdis:
        return MemoryCfdis(self.tables)

    @property
    def iva(self) -> MemoryLibroIva:
        return MemoryLibroIva(self.tables)

    @property
    def ajustes(self) -> MemoryAjustes:
        return MemoryAjustes(self.tables)

    @property
    def cargas(self) -> MemoryCargas:
        return MemoryCargas(self.tables)

    def steady(self) -> None:
        """Transactions in memory take turns already."""

    def lock(self) -> None:
        """Transactions in memory take turns already."""

    @contextmanager
    def attempt(self) -> Iterator[None]:
        before = {name: dict(rows) for name, rows in self.tables.items()}
        try:
            yield
        except BaseException:
            self.tables.clear()
            self.tables.update(before)
            raise

    def grown(self) -> None:
        """Tables in memory need no statistics."""


@dataclass(frozen=True, slots=True)
class MemoryBooks:
    """The books of every taxpayer in the registry, each in tables of its own."""

    control: MemoryDatabase
    databases: dict[TenantId, MemoryDatabase] = field(default_factory=dict)

    @contextmanager
    def open(self, tenant: TenantId) -> Iterator[MemoryOpenBooks]:
        found = self.control.tables["tenants"].get(tenant)
        if found is None or found.state is TenantState.DELETED:
            raise TenantMissing("No existe esa empresa o ya fue dada de baja.")
        with self.databases.setdefault(tenant, MemoryDatabase()).transaction() as tables:
            yield MemoryOpenBooks(tables)
