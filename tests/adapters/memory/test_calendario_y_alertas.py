from uuid import UUID

import pytest

from contracts.libros import a_tenant
from contracts.ports.alertas import AlertasContract, ChangesToldContract, ListasContract
from contracts.ports.calendario import CalendarioContract, FeedsContract
from contracts.ports.indicios import IndiciosContract
from horux_adapters.memory.alertas import MemoryListas
from horux_adapters.memory.books import MemoryBooks
from horux_adapters.memory.calendario import MemoryFeeds
from horux_adapters.memory.database import MemoryDatabase
from horux_core.fiscal.alertas.ports import Listas
from horux_core.fiscal.calendario.ports import Feeds
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId, UserId
from tests.adapters.memory.test_books import InMemory


class TestMemoryCalendario(InMemory, CalendarioContract): ...


class TestMemoryAlertas(InMemory, AlertasContract): ...


class TestMemoryIndicios(InMemory, IndiciosContract): ...


class TestMemoryBooksThatTell(InMemory, ChangesToldContract):
    @pytest.fixture
    def told(self) -> list[TenantId]:
        return []

    @pytest.fixture
    def telling(self, tenant: TenantId, told: list[TenantId]) -> Books:
        control = MemoryDatabase()
        with control.transaction() as tables:
            tables["tenants"][tenant] = a_tenant(tenant)
        return MemoryBooks(control, changed=told.append)


class TestMemoryFeeds(FeedsContract):
    @pytest.fixture
    def feeds(self) -> Feeds:
        return MemoryFeeds(MemoryDatabase())

    @pytest.fixture
    def tenant(self) -> TenantId:
        return TenantId(UUID(int=1))

    @pytest.fixture
    def other(self) -> TenantId:
        return TenantId(UUID(int=2))

    @pytest.fixture
    def people(self) -> tuple[UserId, UserId]:
        return UserId(UUID(int=3)), UserId(UUID(int=4))


class TestMemoryListas(ListasContract):
    @pytest.fixture
    def listas(self) -> Listas:
        return MemoryListas(MemoryDatabase())
