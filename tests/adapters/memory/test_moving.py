import pytest

from contracts.clients import a_tenant
from contracts.ports.database_servers import DatabaseServersContract, Place
from contracts.ports.tenant_moves import FROM, Seen, TenantMovesContract
from horux_adapters.memory.audit import MemoryAuditTrail
from horux_adapters.memory.database import MemoryDatabase
from horux_adapters.memory.database_servers import MemoryDatabaseServers
from horux_adapters.memory.moving import MemoryTenantMoves, Standing
from horux_adapters.memory.tenancy import MemoryRegistry
from horux_core.audit.ports import AuditTrail
from horux_core.onboarding.ports import TenantMoves
from horux_core.tenancy.model import Tenant
from horux_core.tenancy.ports import DatabaseServers, Registry
from tests.adapters.memory.test_clients import outbox


class TestMemoryTenantMoves(TenantMovesContract):
    @pytest.fixture
    def tenant(self) -> Tenant:
        return a_tenant()

    @pytest.fixture
    def moves(self, tenant: Tenant) -> TenantMoves:
        return MemoryTenantMoves({(FROM, tenant.database_name): Standing()})

    @pytest.fixture
    def seen(self, moves: MemoryTenantMoves, tenant: Tenant) -> Seen:
        def seen(server: str) -> bool | None:
            found = moves.kept.get((server, tenant.database_name))
            return None if found is None else found.writable

        return seen


class TestMemoryDatabaseServers(DatabaseServersContract):
    @pytest.fixture
    def control(self) -> MemoryDatabase:
        return MemoryDatabase()

    @pytest.fixture
    def servers(self, control: MemoryDatabase, silent: Place) -> DatabaseServers:
        return MemoryDatabaseServers(control, frozenset({silent}))

    @pytest.fixture
    def registry(self, control: MemoryDatabase) -> Registry:
        return MemoryRegistry(control, outbox)

    @pytest.fixture
    def trail(self, control: MemoryDatabase) -> AuditTrail:
        return MemoryAuditTrail(control)

    @pytest.fixture
    def answering(self) -> Place:
        return "db2", 5432

    @pytest.fixture
    def silent(self) -> Place:
        return "db3", 5432
