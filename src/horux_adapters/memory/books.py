"""A taxpayer's books in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast

from horux_adapters.memory.ajustes import MemoryAjustes
from horux_adapters.memory.alertas import MemoryAlertas, MemoryIndicios
from horux_adapters.memory.calendario import MemoryCalendario
from horux_adapters.memory.cargas import MemoryCargas
from horux_adapters.memory.cfdis import MemoryCfdis
from horux_adapters.memory.conciliacion import MemoryConciliacion
from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_adapters.memory.libro_isr import MemoryLibroIsr
from horux_adapters.memory.libro_iva import MemoryLibroIva
from horux_adapters.memory.libro_pronostico import MemoryLibroPronostico
from horux_adapters.memory.libro_reportes import MemoryLibroReportes
from horux_adapters.memory.libro_tablero import MemoryLibroTablero
from horux_adapters.memory.metadata_sat import MemoryMetadataSat
from horux_core.fiscal.configuracion.model import Contribuyente
from horux_core.kernel.ids import TenantId
from horux_core.tenancy.errors import TenantMissing
from horux_core.tenancy.model import TenantState


class _Quietas(dict[str, dict[Any, Any]]):
    """Tables as they were at one moment, that nobody can change."""

    def __init__(self, tables: Tables) -> None:
        super().__init__({name: dict(rows) for name, rows in tables.items()})

    def __getitem__(self, name: str) -> dict[Any, Any]:
        return cast("dict[Any, Any]", MappingProxyType(self.get(name, {})))


@dataclass(slots=True)
class MemoryOpenBooks:
    tables: Tables
    contribuyente: Contribuyente
    locked: list[bool] = field(default_factory=list)
    """Something once it was, or the bank."""

    @property
    def cfdis(self) -> MemoryCfdis:
        return MemoryCfdis(self.tables)

    @property
    def iva(self) -> MemoryLibroIva:
        return MemoryLibroIva(self.tables)

    @property
    def isr(self) -> MemoryLibroIsr:
        return MemoryLibroIsr(self.tables)

    @property
    def ajustes(self) -> MemoryAjustes:
        return MemoryAjustes(self.tables)

    @property
    def cargas(self) -> MemoryCargas:
        return MemoryCargas(self.tables)

    @property
    def metadata(self) -> MemoryMetadataSat:
        return MemoryMetadataSat(self.tables)

    @property
    def reportes(self) -> MemoryLibroReportes:
        return MemoryLibroReportes(self.tables)

    @property
    def pronostico(self) -> MemoryLibroPronostico:
        return MemoryLibroPronostico(self.tables)

    @property
    def conciliacion(self) -> MemoryConciliacion:
        return MemoryConciliacion(self.tables, self.locked)

    @property
    def calendario(self) -> MemoryCalendario:
        return MemoryCalendario(self.tables)

    @property
    def tablero(self) -> MemoryLibroTablero:
        return MemoryLibroTablero(self.tables)

    @property
    def alertas(self) -> MemoryAlertas:
        return MemoryAlertas(self.tables)

    @property
    def indicios(self) -> MemoryIndicios:
        return MemoryIndicios(self.tables)

    def steady(self) -> None:
        self.tables = _Quietas(self.tables)

    def lock(self) -> None:
        """Transactions in memory take turns already."""
        self.locked.append(True)

    def settled(self) -> None:
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

    def octets(self) -> int:
        return sum(len(kept.original.packed) for kept in self.tables["cfdis"].values())

    def grown(self) -> None:
        """Tables in memory need no statistics."""


@dataclass(frozen=True, slots=True)
class MemoryBooks:
    """The books of every taxpayer in the registry, each in tables of its own.

    `changed` is told which are about to change.
    """

    control: MemoryDatabase
    databases: dict[TenantId, MemoryDatabase] = field(default_factory=dict)
    changed: Callable[[TenantId], None] = lambda _: None

    @contextmanager
    def open(self, tenant: TenantId) -> Iterator[MemoryOpenBooks]:
        found = self.control.tables["tenants"].get(tenant)
        if found is None or found.state is TenantState.DELETED:
            raise TenantMissing("No existe esa empresa o ya fue dada de baja.")
        with self.databases.setdefault(tenant, MemoryDatabase()).transaction() as tables:
            opened = MemoryOpenBooks(tables, Contribuyente(found.rfc, found.regimenes))
            yield opened
            if opened.locked:
                self.changed(tenant)
