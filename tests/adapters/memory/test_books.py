from uuid import UUID

import pytest

from contracts.libros import a_tenant
from contracts.ports.ajustes import AjustesContract
from contracts.ports.books import BooksContract
from contracts.ports.books_together import BooksTogetherContract
from contracts.ports.cargas import CargasContract
from contracts.ports.libro_isr import LibroIsrContract
from contracts.ports.libro_iva import LibroIvaContract
from contracts.ports.libro_reportes import LibroReportesContract
from contracts.ports.libro_tablero import LibroTableroContract
from contracts.ports.looking_through import LookingThroughContract
from contracts.ports.metadata_sat import MetadataSatContract
from horux_adapters.memory.books import MemoryBooks
from horux_adapters.memory.database import MemoryDatabase
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId


class InMemory:
    @pytest.fixture
    def tenant(self) -> TenantId:
        return TenantId(UUID(int=1))

    @pytest.fixture
    def books(self, tenant: TenantId) -> Books:
        control = MemoryDatabase()
        with control.transaction() as tables:
            tables["tenants"][tenant] = a_tenant(tenant)
        return MemoryBooks(control)


class TestMemoryBooks(InMemory, BooksContract): ...


class TestMemoryBooksTogether(InMemory, BooksTogetherContract): ...


class TestMemoryLookingThrough(InMemory, LookingThroughContract): ...


class TestMemoryCargas(InMemory, CargasContract): ...


class TestMemoryLibroIsr(InMemory, LibroIsrContract): ...


class TestMemoryLibroIva(InMemory, LibroIvaContract): ...


class TestMemoryAjustes(InMemory, AjustesContract): ...


class TestMemoryLibroReportes(InMemory, LibroReportesContract): ...


class TestMemoryLibroTablero(InMemory, LibroTableroContract): ...


class TestMemoryMetadataSat(InMemory, MetadataSatContract): ...
